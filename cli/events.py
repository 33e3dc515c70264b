"""``listrec events``: what is kept of suggestions, outcomes and listings."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.event_erasure import erase, prune
from cli.registry.printing import json_option, print_json
from common.errors import UnavailableError
from common.settings import Settings


@click.group()
def events() -> None:
    """Show, drain, export and erase the events of suggestions.

    \b
    Examples:
      listrec events status
      listrec events show
      listrec events export --out november.parquet --since 2026-11-01 --until 2026-12-01
      listrec events erase --seller u-1042
      listrec events prune --before 2026-06-01
    """


@events.command()
@json_option
@click.pass_obj
def status(settings: Settings, as_json: bool) -> None:
    """Show what waits in the log, and how many events and listings the database has.

    Ends with exit code 5 where the database does not answer.
    """
    from common.event_database.database import EventDatabase
    from common.event_log.backlog import read_backlog

    backlog = read_backlog(settings.event_log)
    oldest = backlog.oldest and backlog.oldest.isoformat(timespec="seconds")
    if not as_json:
        click.echo(f"segments  {backlog.segments}, {backlog.bytes} bytes")
        click.echo(f"oldest    {oldest or 'none'}")

    database = EventDatabase(settings.events)
    rows, listings = database.count(), database.count_listings()
    if as_json:
        counts = {"rows": rows, "listings": listings}
        print_json({**asdict(backlog), "oldest": oldest, **counts})
    else:
        click.echo(f"rows      {rows}")
        click.echo(f"listings  {listings}")


@events.command()
@click.option(
    "--last", default=20, show_default=True, type=click.IntRange(1), help="How many."
)
@click.pass_obj
def show(settings: Settings, last: int) -> None:
    """Print the last events of the database, the newest at the end.

    An event is there some seconds after it was acknowledged.
    """
    from cli.event_view import describe_all
    from common.event_database.database import EventDatabase

    rows = EventDatabase(settings.events).read_last(last)
    for line in describe_all(rows):
        click.echo(line)
    if not rows:
        click.echo("there are no events: 'listrec serve --http 8080' keeps them")


@events.command()
@click.pass_obj
def drain(settings: Settings) -> None:
    """Move events from the log into the database, as a server does by itself."""
    from common.event_database import drain as draining
    from common.event_database.database import EventDatabase

    drained = draining.drain(settings.event_log, EventDatabase(settings.events))
    click.echo(
        f"{drained.stored} events and {drained.listings} listings stored,"
        f" {drained.segments} segments removed"
    )
    if drained.torn_bytes:
        click.echo(f"{drained.torn_bytes} bytes at their ends were no whole event")
    if drained.problem:
        raise UnavailableError(drained.problem)


@events.command()
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The Parquet file to write.",
)
@click.option("--since", type=click.DateTime(), help="From this time on, in UTC.")
@click.option("--until", type=click.DateTime(), help="Before this time, in UTC.")
@click.pass_obj
def export(
    settings: Settings, out: Path, since: datetime | None, until: datetime | None
) -> None:
    """Write events as a Parquet file, a row for each, in the order of time.

    Events that wait in the log are not among them: see 'listrec events drain'.
    """
    from common.event_database.database import EventDatabase
    from pipelines.outcomes.event_table import write_events

    rows = EventDatabase(settings.events).read(_in_utc(since), _in_utc(until))
    number = write_events(rows, out)
    click.echo(f"{number} events written to {out}")


events.add_command(erase)
events.add_command(prune)


def _in_utc(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time else None
