"""``listrec events erase`` and ``prune``: remove what is kept of sellers, or is old."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from common.errors import InputError
from common.settings import Settings

if TYPE_CHECKING:
    from common.event_database.database import EventDatabase
    from common.event_database.selection import Selection


@click.command()
@click.option("--seller", default="", help="The shop's key of the seller.")
@click.option("--request", default="", help="The id of a request.")
@click.option("--again", is_flag=True, help="Repeat all erasures so far.")
@click.option(
    "--snapshot",
    "snapshots",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder of 'listrec ingest outcomes' elsewhere. May be repeated.",
)
@click.pass_obj
def erase(
    settings: Settings,
    seller: str,
    request: str,
    again: bool,
    snapshots: tuple[Path, ...],
) -> None:
    """Erase what is kept of a seller or of a request, from all files.

    Events and listings in the log and the database, photos of listings, and rows of snapshots of
    outcomes in the store and in LISTREC_HOME/snapshots, which are written anew. Waits until servers
    have completed the segments that they write, which takes seconds. Files that were exported,
    models, and backups, are not touched: --again repeats all erasures after one was restored.
    """
    from common.event_database.database import EventDatabase
    from common.event_database.erasure_list import find_erased, record_erasure
    from common.event_database.selection import Selection

    if sum(map(bool, (seller, request, again))) != 1:
        raise click.UsageError("name --seller, --request or --again, one of them")
    database = EventDatabase(settings.events)
    if again:
        keys = _read_snapshot_keys(settings, snapshots)
        for found in find_erased(settings.erasures, settings.event_log, database, keys):
            _erase(settings, database, found)
            _erase_from_snapshots(settings, found, snapshots)
        click.echo("all erasures so far are repeated")
        return
    selection = Selection(seller, request)
    record_erasure(settings.erasures, selection)
    is_found = _erase(settings, database, selection)
    if not _erase_from_snapshots(settings, selection, snapshots) and not is_found:
        click.echo("nothing is kept under this key: it has to be exactly the shop's")


@click.command()
@click.option(
    "--before", required=True, type=click.DateTime(), help="This time, in UTC."
)
@click.pass_obj
def prune(settings: Settings, before: datetime) -> None:
    """Erase everything that is older than a time, as 'erase' does.

    \b
    Example:
      listrec events prune --before 2026-06-01
    """
    from common.event_database.database import EventDatabase
    from common.event_database.selection import Selection

    before = before.replace(tzinfo=UTC)
    if before > datetime.now(UTC):
        raise InputError("--before is in the future: everything would be erased")
    _erase(settings, EventDatabase(settings.events), Selection(before=before))


def _erase(settings: Settings, database: EventDatabase, selection: Selection) -> bool:
    """Erase what is selected, print how much it was, and tell whether it was anything."""
    from common.event_database.erasure import erase as erase_selected
    from common.store.storage import Storage

    storage = Storage(settings.keep_listings) if settings.keep_listings else None
    erased = erase_selected(settings.event_log, database, storage, selection)
    click.echo(
        f"{erased.events} events, {erased.listings} listings and {erased.photos} photos erased"
    )
    return any((erased.events, erased.listings, erased.photos))


def _read_snapshot_keys(
    settings: Settings, named: tuple[Path, ...]
) -> Mapping[str, Set[str]]:
    """Return the keys of sellers and requests in snapshots."""
    if not _has_tables():
        return {}

    from pipelines.registry.snapshot_erasure import read_snapshot_keys

    return read_snapshot_keys(settings, named)


def _erase_from_snapshots(
    settings: Settings, selection: Selection, named: tuple[Path, ...]
) -> bool:
    """Erase what is selected from snapshots, print which, and tell whether any had it."""
    if not _has_tables():
        return False

    from ingest.outcomes.without_rows import rows_of
    from pipelines.registry.snapshot_erasure import erase_from_snapshots

    erased = rows_of(selection.seller, selection.request, selection.before)
    all_replaced = erase_from_snapshots(settings, erased, named)
    for replaced in all_replaced:
        successor = replaced.new or "no snapshot: it had no other rows"
        click.echo(f"snapshot {replaced.old} is replaced by {successor}")
    return bool(all_replaced)


def _has_tables() -> bool:
    """Tell whether snapshots can be read here; print what to do where they cannot."""
    if find_spec("pyarrow"):
        return True
    click.echo(
        "snapshots are not searched without the extra 'tables': erase on a machine that has it"
        " too",
        err=True,
    )
    return False
