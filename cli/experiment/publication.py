"""``listrec experiment publish``, ``list`` and ``stop``: the experiments that servers apply."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.experiment.files import describe, folder_type, read_folder
from cli.registry.printing import json_option, print_json
from common.experiments import publication, published
from common.experiments.changes import describe_changes
from common.experiments.published import Published, Stop
from common.settings import Settings
from common.store.release import ReleaseStore
from common.store.storage import Storage
from models.layers import LAYERS


@click.command()
@click.argument("folder", type=folder_type)
@click.option("--dry-run", is_flag=True, help="Say what would change, change nothing.")
@click.option(
    "--replace-damaged",
    is_flag=True,
    help="Replace what is published where it cannot be read. What was stopped is lost.",
)
@click.pass_obj
def publish(
    settings: Settings, folder: Path, dry_run: bool, replace_damaged: bool
) -> None:
    """Let servers apply the experiments in a FOLDER, instead of those before.

    The file of one that runs must be there; 'listrec experiment stop' ends it.

    With --replace-damaged a damaged object in the store is kept under another name. Which variants
    were stopped, and which experiments ran before, is not known any more: stop them again at once.

    \b
    Examples:
      listrec experiment publish experiments --dry-run
      listrec experiment publish experiments
    """
    now = datetime.now(UTC)
    store = ReleaseStore(settings.store)
    is_damaged = replace_damaged and published.is_damaged(store.storage)
    before = Published() if is_damaged else published.read(store.storage)
    experiments = read_folder(folder, before)
    after = publication.publish(before, experiments, LAYERS, settings.user, now)
    publication.check_removed(before, after, LAYERS, now.date())
    publication.check_releases(store, after.experiments(LAYERS), now.date())

    for sentence in describe_changes(before, after, LAYERS, now.date()):
        click.echo(sentence)
    if after is before:
        click.echo(f"Nothing changes: publication {before.number} has these files.")
    elif dry_run:
        click.echo("Nothing was published.")
    else:
        if is_damaged:
            _set_aside(store.storage)
        published.write(store.storage, before, after)
        click.echo(f"Publication {after.number}: servers follow within seconds.")


def _set_aside(storage: Storage) -> None:
    key = published.set_aside(storage)
    click.echo(
        f"{key} in the store has what was damaged. Stops are lost: stop again what was stopped.",
        err=True,
    )


@click.command("list")
@json_option
@click.pass_obj
def list_published(settings: Settings, as_json: bool) -> None:
    """List the experiments that are published, whether they run, and what was stopped."""
    found = published.read(Storage(settings.store))
    experiments = {key: found.readable(key, LAYERS) for key in sorted(found.files)}
    today = datetime.now(UTC).date()
    if as_json:
        print_json(
            {
                "number": found.number,
                "by": found.by,
                "at": found.at,
                "experiments": {
                    key: each.state(today) if each else "unreadable"
                    for key, each in experiments.items()
                },
                "stops": [asdict(each) for each in found.stops],
            }
        )
        return

    if not found.number:
        click.echo("Nothing is published: run 'listrec experiment publish FOLDER'.")
        return
    click.echo(f"publication {found.number} of {found.at} by {found.by}")
    for key, experiment in experiments.items():
        if experiment is None:
            click.echo(f"  unreadable {key}: publish its file again, or stop it")
        else:
            click.echo(f"  {experiment.state(today):<8} {describe(experiment)}")
    for each in found.stops:
        click.echo(f"{each.at}  {_name(each)} was stopped by {each.by}  {each.reason}")


@click.command()
@click.argument("key")
@click.option("--variant", default="", metavar="NAME", help="Stop this variant only.")
@click.option("--reason", default="", help="Why, for those who ask later.")
@click.pass_obj
def stop(settings: Settings, key: str, variant: str, reason: str) -> None:
    """Stop the experiment KEY for good: its sellers get what others get.

    Servers follow within five seconds. Of an experiment whose variant is stopped, sellers of the
    other variants keep theirs; with the last one beside the control all of it is stopped. Another
    experiment may have its sellers from then on.

    \b
    Examples:
      listrec experiment stop top-3 --reason "sellers list less"
      listrec experiment stop top-3 --variant three
    """
    at = datetime.now(UTC).isoformat(timespec="seconds")
    order = Stop(key, variant, reason.strip(), settings.user, at)
    after = publication.stop(Storage(settings.store), order, LAYERS)
    click.echo(f"Publication {after.number}: {_name(order)} is stopped.")


def _name(stop: Stop) -> str:
    return f"{stop.variant} of {stop.experiment}" if stop.variant else stop.experiment
