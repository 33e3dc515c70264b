"""``listrec registry reconcile``, ``register``, ``gc`` and ``crash-points``: repairs and room."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import click

from cli.registry.printing import json_option, print_json, reconcile_aliases
from common.crash_points import CRASH_POINTS, VARIABLE
from common.progress import ignore_progress
from common.settings import Settings
from common.store.release import ReleaseStore


@click.command()
@click.pass_obj
def reconcile(settings: Settings) -> None:
    """Repair what a process left that was killed while it changed the champion."""
    removed = ReleaseStore(settings.store).remove_unmade_moves(datetime.now(UTC))
    for move in removed:
        click.echo(f"Removed the record {move} of a change that was never made.")
    if not reconcile_aliases(settings):
        click.echo("Every alias points at the champion already.")


@click.command()
@click.argument("run")
@click.pass_obj
def register(settings: Settings, run: str) -> None:
    """Register and release what RUN trained, where mlflow did not answer at its end.

    The message of that run has its name. Nothing is trained again; gates and the trial in the
    real server apply as ever.
    """
    from pipelines.training.process import Context
    from pipelines.training.register_steps import register_pending

    context = Context(settings, ReleaseStore(settings.store), ignore_progress, _say)
    proposal = register_pending(context, run)
    if proposal.get("promoted"):
        click.echo(f"Release {proposal['release']} is now the champion.")
    elif not proposal["release"]:
        click.echo(
            "The encoders are registered; the next run may train models on them."
        )


@click.command()
@click.option(
    "--keep",
    default=30,
    show_default=True,
    type=click.IntRange(min=1),
    help="Newest releases and runs to keep.",
)
@click.option(
    "--dry-run", is_flag=True, help="Say what would be removed, remove nothing."
)
@json_option
@click.pass_obj
def gc(settings: Settings, keep: int, dry_run: bool, as_json: bool) -> None:
    """Remove old releases, artifacts, cards, results and records that nobody needs.

    What stays, whatever its age: the champion and those before it, what mlflow's aliases point at,
    what was trained last, what waits or is held, and what runs name that may still go on.
    """
    from pipelines.registry.garbage import find_garbage, remove
    from pipelines.tracking.aliases import read_aliases

    store = ReleaseStore(settings.store)
    aliased = read_aliases(settings).values()
    garbage = find_garbage(store, keep, aliased, datetime.now(UTC))
    if not dry_run:
        remove(store, garbage)

    found = asdict(garbage)
    found["releases"] = [release["id"] for release in found["releases"]]
    if as_json:
        print_json(found)
        return
    verb = "Would remove" if dry_run else "Removed"
    for kind, names in found.items():
        click.echo(
            f"{verb} {len(names)} {kind}{': ' if names else ''}{' '.join(names)}"
        )


@click.command("crash-points")
@json_option
def crash_points(as_json: bool) -> None:
    """List the places at which a process can be killed on purpose, for tests."""
    if as_json:
        print_json(CRASH_POINTS)
        return
    for name, state in CRASH_POINTS.items():
        click.echo(f"{name:<26} {state}")
    click.echo(f"{VARIABLE}=NAME kills a process there.")


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)
