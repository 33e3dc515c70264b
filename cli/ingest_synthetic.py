"""``listrec ingest synthetic``: invent a shop; and what all kinds of ingest have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from cli.ingest_summary import summarise
from cli.options import refuse_options
from cli.progress import progress
from cli.reading import parse_currency

SYNTHETIC = "synthetic"
"""The source that is generated instead of read."""

Command = TypeVar("Command", bound=Callable[..., Any])


def snapshot_options(command: Command) -> Command:
    """Add the options that every source has."""
    options = (
        click.option("--out", type=click.Path(path_type=Path), help="Folder to write."),
        click.option(
            "--split",
            default="0.8,0.1,0.1",
            show_default=True,
            help="Shares of train, validation and test rows.",
        ),
        click.option(
            "--seed", default=0, show_default=True, help="Seed of all random draws."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def date_options(command: Command) -> Command:
    """Add the options of sources whose rows have dates."""
    options = (
        click.option(
            "--since",
            type=click.DateTime(["%Y-%m-%d"]),
            help="Take rows that were listed on this day (UTC) or later: 2026-11-01.",
        ),
        click.option(
            "--until",
            type=click.DateTime(["%Y-%m-%d"]),
            help="Take rows that were listed before this day (UTC).",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("source", metavar=SYNTHETIC, expose_value=False)
@snapshot_options
@click.option("--rows", default=20_000, show_default=True, help="Number of listings.")
@click.option("--photos", is_flag=True, help="Render photos.")
@click.option(
    "--currency", default="USD", show_default=True, help="Currency of the prices."
)
@refuse_options(
    ["--photos-in"], "is for tables; a synthetic shop brings its photos (--photos)"
)
@refuse_options(["--map"], "is for tables; a synthetic shop has no columns to map")
def ingest_synthetic(
    out: Path | None, split: str, seed: int, currency: str, rows: int, photos: bool
) -> None:
    """Invent a shop and turn it into a snapshot.

    Listings, prices and photos are drawn by a simulator whose truth is known, for demonstrations
    and tests without data. The same seed gives the same listings.

    \b
    Examples:
      listrec ingest synthetic --out snapshots/demo
      listrec ingest synthetic --rows 20000 --seed 7 --photos --out snapshots/demo
    """
    from common.splits import parse_fractions
    from ingest.ingest import Options
    from ingest.options import ReadOptions
    from simulator.source import ingest_synthetic as simulate

    out = require_out(out)
    reading = ReadOptions(currency=parse_currency(currency))
    options = Options(reading, parse_fractions(split), seed)
    with progress(f"ingest {SYNTHETIC}") as report:
        snapshot = simulate(rows, out, options, report, photos)
    echo(summarise(snapshot, out))


def require_out(out: Path | None) -> Path:
    """Return the folder of ``--out``; raises ``click.UsageError`` without it."""
    # click would require it of --dry-run too, which writes nothing.
    if out is None:
        raise click.UsageError("Missing option '--out'.")
    return out


def echo(lines: Iterable[str]) -> None:
    """Print lines."""
    for line in lines:
        click.echo(line)
