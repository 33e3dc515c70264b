"""``listrec ingest outcomes``: make a snapshot of what sellers listed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from cli.ingest_summary import summarise
from cli.ingest_synthetic import date_options, echo, require_out, snapshot_options
from cli.options import refuse_options
from cli.progress import progress
from cli.reading import parse_currency
from common.settings import Settings
from ingest.outcomes import OUTCOMES


@click.command()
@click.argument("source", metavar=OUTCOMES, expose_value=False)
@snapshot_options
@date_options
@click.option("--currency", default="", help="Currency of prices without one.")
@refuse_options(["--photos-in"], "is for tables; kept listings bring their photos")
@refuse_options(["--map"], "is for tables; kept listings have no columns to map")
@click.pass_obj
def ingest_outcomes(
    settings: Settings,
    out: Path | None,
    split: str,
    seed: int,
    since: datetime | None,
    until: datetime | None,
    currency: str,
) -> None:
    """Turn listings that were kept into a snapshot, with what sellers chose as labels.

    The gateway keeps listings where LISTREC_KEEP_LISTINGS is set. A listing that was listed again
    is one row, as it was last. The manifest counts how labels came about: accepted from a
    suggestion, changed, or chosen by sellers who saw none. 'listrec events erase' finds what is in
    LISTREC_HOME/snapshots.

    \b
    Examples:
      listrec ingest outcomes --out .listrec/snapshots/today
      listrec ingest outcomes --since 2026-11-01 --out .listrec/snapshots/november
    """
    from common.event_database.database import EventDatabase
    from common.splits import parse_fractions
    from ingest.date_range import range_of_days
    from ingest.ingest import Options
    from ingest.options import ReadOptions
    from ingest.outcomes.source import ingest_outcomes as ingest

    out = require_out(out)
    options = Options(
        ReadOptions(currency=parse_currency(currency)),
        parse_fractions(split),
        seed,
        dates=range_of_days(since, until),
    )
    database = EventDatabase(settings.events)
    with progress(f"ingest {OUTCOMES}") as report:
        snapshot = ingest(database, settings.keep_listings, out, options, report)
    echo(summarise(snapshot, out))
