"""``listrec ingest``: turn tables, an invented shop, or what sellers listed into a snapshot.

``listrec ingest TABLE...``, ``listrec ingest synthetic`` and ``listrec ingest outcomes`` are three
commands with a help and options of their own. The words tell them apart.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import click

from cli.ingest_outcomes import ingest_outcomes
from cli.ingest_summary import summarise
from cli.ingest_synthetic import (
    SYNTHETIC,
    date_options,
    echo,
    ingest_synthetic,
    require_out,
    snapshot_options,
)
from cli.options import photos_in_option, refuse_options
from cli.progress import progress
from cli.reading import reading_options
from common.errors import InputError
from ingest.outcomes import OUTCOMES

if TYPE_CHECKING:
    from ingest.options import ReadOptions


COMMANDS = {SYNTHETIC: ingest_synthetic, OUTCOMES: ingest_outcomes}
"""Commands for what is no table, by the word in the place of its name."""


class SourceCommand(click.Command):
    """The command that reads a table; hands over to another where the source is its word."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Parse the arguments for the command that the source calls for."""
        # The source may stand anywhere among the options, so only click's parser can find it.
        lenient = click.Context(
            self,
            parent,
            info_name,
            resilient_parsing=True,
            ignore_unknown_options=True,
        )
        values, _, _ = self.make_parser(lenient).parse_args(list(args))
        for word, command in COMMANDS.items():
            if word in (values.get("sources") or ()):
                return command.make_context(info_name, args, parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command(cls=SourceCommand)
@click.argument("sources", nargs=-1, required=True)
@snapshot_options
@reading_options
@photos_in_option
@date_options
@click.option(
    "--dry-run",
    is_flag=True,
    help="Say what the table is taken for, try its first rows, and write nothing.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="End with exit code 2 where more than 1 % of rows or of a field's cells are lost.",
)
@refuse_options(
    ["--rows"],
    "is the size of a synthetic shop (listrec ingest synthetic); a table is read whole",
)
@refuse_options(
    ["--photos"],
    "renders the photos of a synthetic shop (listrec ingest synthetic); a table names its own",
    is_flag=True,
)
def ingest(
    sources: tuple[str, ...],
    out: Path | None,
    split: str,
    seed: int,
    reading: ReadOptions,
    photos_in: Path | None,
    since: datetime | None,
    until: datetime | None,
    dry_run: bool,
    strict: bool,
) -> None:
    """Turn SOURCES into a snapshot: validated, split, dated and never changed again.

    A source is a table as a shop or a marketplace exports it: CSV, TSV, JSON, XML feed, workbook or
    Parquet, also packed. What it is, its columns and what they mean are recognised; options decide
    otherwise, and --dry-run shows it all beforehand. It is a path, or an object in a bucket
    (s3://BUCKET/KEY, gs://BUCKET/KEY), and may have wildcards. Several files are one table.

    A cell that cannot be read goes to dropped_cells.parquet, and its row is kept; a row of which
    nothing can be learned goes to rejected.parquet. profile.md and profile.html describe the rest.

    A column of paths brings photos, which become part of the snapshot; photo_problems.parquet
    names those that could not be read. Paths start in the table's folder, or in --photos-in.

    The word "synthetic" as source invents a shop, and "outcomes" takes what sellers listed: see
    'listrec ingest synthetic --help' and 'listrec ingest outcomes --help'.

    \b
    Examples:
      listrec ingest train.tsv --out snapshots/today
      listrec ingest shop.csv --dry-run
      listrec ingest shop.csv --out snapshots/shop --map title=Headline --map condition=
      listrec ingest shop.csv --out snapshots/shop --encoding cp932 --currency JPY --strict
      listrec ingest shop.csv --out snapshots/shop --photos-in photos.zip
      listrec ingest shop.csv --out snapshots/november --since 2026-11-01 --until 2026-12-01
      listrec ingest 's3://shop/exports/2026-11-*.csv.gz' --out snapshots/november
      listrec ingest synthetic --rows 20000 --seed 7 --photos --out snapshots/demo
      listrec ingest outcomes --since 2026-11-01 --out .listrec/snapshots/november
    """
    from common.splits import parse_fractions
    from ingest.date_range import range_of_days
    from ingest.ingest import Options, ingest_files
    from ingest.preview import describe_manifest, preview_files
    from ingest.profile.losses import losses
    from ingest.sources import fetch_sources

    dates = range_of_days(since, until)
    title = f"ingest {PurePath(sources[0]).name}"
    if dry_run:
        with progress(title) as report, fetch_sources(sources, report) as paths:
            lines = list(preview_files(paths, reading, dates))
        echo(lines)
        return

    out = require_out(out)
    options = Options(reading, parse_fractions(split), seed, photos_in, dates=dates)
    with progress(title) as report, fetch_sources(sources, report) as paths:
        snapshot = ingest_files(paths, out, options, report)

    echo(describe_manifest(snapshot.manifest))
    lost = losses(snapshot.manifest)
    for sentence in lost:
        click.echo(f"warning: {sentence}", err=True)
    echo(summarise(snapshot, out))
    # Only now: the snapshot is there, and whoever accepts the losses may use it.
    if strict and lost:
        raise InputError(f"--strict: the snapshot at {out} lost too much of its table")
