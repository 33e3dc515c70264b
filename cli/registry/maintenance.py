"""``listrec registry reconcile``, ``register``, ``gc`` and ``crash-points``: repairs and room."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import PurePosixPath

import click

from cli.registry.printing import json_option, print_json, reconcile_aliases
from common.crash_points import CRASH_POINTS, VARIABLE
from common.errors import UnavailableError
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

    The message of that run has its name. Nothing is trained again; gates and the verification
    in the real server apply as ever.
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
    """Remove old releases, artifacts, snapshots, results and records that nobody needs.

    What stays, whatever its age: the champion and those before it, what mlflow's aliases point at,
    what was trained last, what waits or is held, and what runs name that may still go on. Versions
    in mlflow of what was removed go too.
    """
    from pipelines.registry.garbage import find_garbage
    from pipelines.registry.removal import remove

    store = ReleaseStore(settings.store)
    garbage = find_garbage(store, keep, _read_aliased(settings), datetime.now(UTC))
    versions: list[str] = []
    if not dry_run:
        remove(store, garbage)
        versions = _delete_versions(settings, store)

    names = {
        kind: [PurePosixPath(key).stem for key in keys]
        for kind, keys in garbage.keys.items()
    }
    if as_json:
        print_json({**names, "versions": versions, "bytes": garbage.sizes})
        return
    verb = "Would remove" if dry_run else "Removed"
    for kind, found in names.items():
        size = f" ({garbage.sizes[kind] / 1e6:.1f} MB)" if found else ""
        click.echo(_list(f"{verb} {len(found)} {kind}{size}", found))
    if not dry_run:
        click.echo(_list(f"Removed {len(versions)} versions in mlflow", versions))


def _read_aliased(settings: Settings) -> Collection[str] | None:
    """Return the artifacts that mlflow's aliases point at, or ``None`` where it does not answer."""
    from pipelines.tracking.aliases import read_aliases

    try:
        return read_aliases(settings).values()
    except UnavailableError as error:
        _say(f"{error}: artifacts stay, because any of them may have an alias")
        return None


def _delete_versions(settings: Settings, store: ReleaseStore) -> list[str]:
    """Delete the versions in mlflow of artifacts that are removed, now or with the next ``gc``."""
    from pipelines.tracking.removed_versions import delete_versions

    try:
        return delete_versions(settings, store.storage)
    except UnavailableError as error:
        _say(f"{error}: the next 'listrec registry gc' removes versions in mlflow")
        return []


def _list(sentence: str, names: Collection[str]) -> str:
    return f"{sentence}: {', '.join(names)}" if names else sentence


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
