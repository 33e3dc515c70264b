"""``listrec ingest``: turn a table, or an invented shop, into a snapshot.

``listrec ingest TABLE`` and ``listrec ingest synthetic`` are two commands with a help and options
of their own. The word ``synthetic`` tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from cli.options import map_option, photos_in_option, refuse_options
from cli.progress import progress
from common.errors import InputError
from common.snapshot import SPLITS, Snapshot

SYNTHETIC = "synthetic"
"""The source that is generated instead of read."""

Command = TypeVar("Command", bound=Callable[..., Any])


class SourceCommand(click.Command):
    """The command that reads a table; hands over to another where the source is ``synthetic``."""

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
        if values.get("source") == SYNTHETIC:
            return ingest_synthetic.make_context(info_name, args, parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


def _snapshot_options(command: Command) -> Command:
    """Add the options that every source has."""
    options = (
        click.option(
            "--out",
            type=click.Path(path_type=Path),
            required=True,
            help="Folder to write.",
        ),
        click.option(
            "--split",
            default="0.8,0.1,0.1",
            show_default=True,
            help="Shares of train, validation and test rows.",
        ),
        click.option(
            "--seed", default=0, show_default=True, help="Seed of all random draws."
        ),
        click.option(
            "--currency",
            default="USD",
            show_default=True,
            help="Currency of prices without one.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(cls=SourceCommand)
@click.argument("source")
@_snapshot_options
@map_option
@photos_in_option
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
    source: str,
    out: Path,
    split: str,
    seed: int,
    currency: str,
    mapping: tuple[str, ...],
    photos_in: Path | None,
) -> None:
    """Turn SOURCE into a snapshot: validated, split, dated and never changed again.

    SOURCE is Kaggle's Mercari train.tsv or test.tsv, or any CSV, TSV, JSONL or Parquet table, also
    packed as .gz or .zip. Columns are recognised by name; --map names the others. Rows that cannot
    be used go to rejected.parquet with every reason; profile.md describes the rest.

    A column of paths brings photos, which become part of the snapshot; photo_problems.parquet
    names those that could not be read. Paths start in the table's folder, or in --photos-in.

    The word "synthetic" as SOURCE invents a shop; see 'listrec ingest synthetic --help'.

    \b
    Examples:
      listrec ingest train.tsv --out snapshots/today
      listrec ingest shop.csv --out snapshots/shop --map title=Headline --map price=Amount
      listrec ingest shop.csv --out snapshots/shop --photos-in photos.zip
      listrec ingest synthetic --rows 20000 --seed 7 --photos --out snapshots/demo
    """
    from common.splits import parse_fractions
    from ingest.columns import parse_map
    from ingest.ingest import Options, ingest_file

    options = Options(
        parse_map(mapping),
        parse_fractions(split),
        seed,
        _parse_currency(currency),
        photos_in,
    )
    with progress(f"ingest {Path(source).name}") as report:
        snapshot = ingest_file(Path(source), out, options, report)
    _summarise(snapshot, out)


@click.command()
@click.argument("source", metavar=SYNTHETIC, expose_value=False)
@_snapshot_options
@click.option("--rows", default=20_000, show_default=True, help="Number of listings.")
@click.option("--photos", is_flag=True, help="Render photos.")
@refuse_options(
    ["--photos-in"], "is for tables; a synthetic shop brings its photos (--photos)"
)
@refuse_options(["--map"], "is for tables; a synthetic shop has no columns to map")
def ingest_synthetic(
    out: Path, split: str, seed: int, currency: str, rows: int, photos: bool
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
    from simulator.source import ingest_synthetic as simulate

    options = Options({}, parse_fractions(split), seed, _parse_currency(currency))
    with progress(f"ingest {SYNTHETIC}") as report:
        snapshot = simulate(rows, out, options, report, photos)
    _summarise(snapshot, out)


def _parse_currency(text: str) -> str:
    from common.validation import values

    try:
        return values.parse_currency(text) or "USD"
    except ValueError as error:
        raise InputError(f"--currency {error}") from None


def _summarise(snapshot: Snapshot, out: Path) -> None:
    """Print counts of rows and photos, where the problems are listed, and the next command."""
    rows = snapshot.manifest.rows
    splits = ", ".join(f"{rows[split]:,} {split}" for split in SPLITS)
    click.echo(
        f"read {rows['read']:,} rows: {rows['accepted']:,} accepted, {rows['rejected']:,} rejected"
    )
    click.echo(f"split into {splits}")
    if rows["rejected"]:
        click.echo(f"why rows were rejected: {out / 'rejected.parquet'}")

    _summarise_photos(snapshot.manifest.photos, out)

    click.echo(f"snapshot {snapshot.id} is at {out}; {out / 'profile.md'} describes it")
    click.echo(f"next: listrec train all --snapshot {out}")


def _summarise_photos(photos: Mapping[str, int], out: Path) -> None:
    if not photos["referenced"]:
        return

    problems = {
        name: photos[name]
        for name in ("missing", "addresses", "broken", "left_out")
        if photos.get(name)
    }
    counts = "".join(
        f", {count:,} {name.replace('_', ' ')}" for name, count in problems.items()
    )
    click.echo(
        f"{photos['referenced']:,} photos named: {photos['stored']:,} stored{counts}"
    )
    if problems:
        click.echo(f"why photos are not there: {out / 'photo_problems.parquet'}")
    if photos.get("addresses"):
        click.echo(
            "photos are addresses, which are not fetched; download them, and name the files in"
            " the table"
        )
    # All of them missing is a wrong folder rather than missing files.
    if photos["missing"] == photos["referenced"]:
        click.echo(
            "none of the photos was found: --photos-in says which folder or .zip they are in"
        )
