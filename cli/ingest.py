"""``listrec ingest``: turn a table into a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from common.errors import InputError
from common.snapshot import SPLITS, Snapshot

SYNTHETIC = "synthetic"


@click.command()
@click.argument("source")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to make.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Read a field from this column; may be repeated.",
)
@click.option(
    "--split", default="0.8,0.1,0.1", show_default=True, help="Shares of train, validation, test."
)
@click.option(
    "--seed", default=0, show_default=True, help="Draws the split (and a synthetic shop)."
)
@click.option(
    "--currency", default="USD", show_default=True, help="Currency of prices without one."
)
@click.option(
    "--photos-in",
    type=click.Path(path_type=Path),
    help="Folder or .zip of the photos.  [default: where the table is]",
)
@click.option("--rows", type=int, help="Size of a synthetic shop.  [default: 20000]")
@click.option("--photos", is_flag=True, help="Render photos for a synthetic shop.")
def ingest(
    source: str,
    out: Path,
    mapping: tuple[str, ...],
    split: str,
    seed: int,
    currency: str,
    photos_in: Path | None,
    rows: int | None,
    photos: bool,
) -> None:
    """Turn SOURCE into a snapshot: checked, split, dated, never changed again.

    SOURCE is Kaggle's Mercari train.tsv or test.tsv, or any CSV, TSV, JSONL or Parquet table,
    also packed as .gz or .zip; the word "synthetic" makes a shop of invented listings. Columns
    are recognised by name; --map says what is not. Rows that cannot be used go to
    rejected.parquet with every reason; profile.md describes the rest.

    A column of paths brings photos, which become part of the snapshot; photo_problems.parquet
    names those that could not be read. Paths start where the table is, or in --photos-in.

    \b
    Examples:
      listrec ingest train.tsv --out snapshots/today
      listrec ingest shop.csv --out snapshots/shop --map title=Headline --map price=Amount
      listrec ingest shop.csv --out snapshots/shop --photos-in photos.zip
      listrec ingest synthetic --rows 20000 --seed 7 --photos --out snapshots/demo
    """
    from cli.progress import progress
    from common.splits import parse_fractions
    from common.validation import values
    from ingest.columns import parse_map
    from ingest.ingest import Options, ingest_file
    from simulator.source import ingest_synthetic

    try:
        code = values.currency(currency) or "USD"
    except ValueError as error:
        raise InputError(f"--currency {error}") from None
    options = Options(parse_map(mapping), parse_fractions(split), seed, code, photos_in)
    with progress(f"ingest {Path(source).name}") as report:
        if source == SYNTHETIC:
            if photos_in is not None:
                raise InputError("--photos-in is for tables; a synthetic shop brings its photos")
            size = 20_000 if rows is None else rows
            snapshot = ingest_synthetic(size, out, options, report, photos)
        elif rows is not None:
            raise InputError("--rows is the size of a synthetic shop; a file is read whole")
        elif photos:
            raise InputError("--photos renders those of a synthetic shop; a table names its own")
        else:
            snapshot = ingest_file(Path(source), out, options, report)
    _summarise(snapshot, out)


def _summarise(snapshot: Snapshot, out: Path) -> None:
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
    lost = {name: photos[name] for name in ("missing", "broken", "left_out") if photos[name]}
    told = "".join(f", {count:,} {name.replace('_', ' ')}" for name, count in lost.items())
    click.echo(f"{photos['referenced']:,} photos named: {photos['stored']:,} stored{told}")
    if lost:
        click.echo(f"why photos are not there: {out / 'photo_problems.parquet'}")
    if photos["missing"] == photos["referenced"]:
        click.echo(
            "none of the photos was found: --photos-in says which folder or .zip they are in"
        )
