"""``listrec ingest``: turn a table, or an invented shop, into a snapshot.

``listrec ingest TABLE`` and ``listrec ingest synthetic`` are two commands with a help and options
of their own. The word ``synthetic`` tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.options import photos_in_option, refuse_options
from cli.progress import progress
from cli.reading import parse_currency, reading_options
from common.errors import InputError
from common.snapshot import SPLITS, Snapshot, SnapshotManifest

if TYPE_CHECKING:
    from ingest.date_range import DateRange
    from ingest.options import ReadOptions

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


@click.command(cls=SourceCommand)
@click.argument("source")
@_snapshot_options
@reading_options
@photos_in_option
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Take rows that were listed on this day (UTC) or later: 2026-11-01.",
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Take rows that were listed before this day (UTC).",
)
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
    source: str,
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
    """Turn SOURCE into a snapshot: validated, split, dated and never changed again.

    SOURCE is a table as a shop or a marketplace exports it: CSV, TSV, JSON, XML feed, workbook or
    Parquet, also packed. What it is, its columns and what they mean are recognised; options decide
    otherwise, and --dry-run shows it all beforehand.

    A cell that cannot be read goes to dropped_cells.parquet, and its row is kept; a row of which
    nothing can be learned goes to rejected.parquet. profile.md and profile.html describe the rest.

    A column of paths brings photos, which become part of the snapshot; photo_problems.parquet
    names those that could not be read. Paths start in the table's folder, or in --photos-in.

    The word "synthetic" as SOURCE invents a shop; see 'listrec ingest synthetic --help'.

    \b
    Examples:
      listrec ingest train.tsv --out snapshots/today
      listrec ingest shop.csv --dry-run
      listrec ingest shop.csv --out snapshots/shop --map title=Headline --map condition=
      listrec ingest shop.csv --out snapshots/shop --encoding cp932 --currency JPY --strict
      listrec ingest shop.csv --out snapshots/shop --photos-in photos.zip
      listrec ingest shop.csv --out snapshots/november --since 2026-11-01 --until 2026-12-01
      listrec ingest synthetic --rows 20000 --seed 7 --photos --out snapshots/demo
    """
    from common.splits import parse_fractions
    from ingest.ingest import Options, ingest_file
    from ingest.preview import describe_manifest, preview_file
    from ingest.profile.losses import losses

    path = Path(source)
    if dry_run:
        _echo(preview_file(path, reading))
        return

    out = _require_out(out)
    options = Options(
        reading,
        parse_fractions(split),
        seed,
        photos_in,
        dates=_to_range(since, until),
    )
    with progress(f"ingest {path.name}") as report:
        snapshot = ingest_file(path, out, options, report)

    _echo(describe_manifest(snapshot.manifest))
    lost = losses(snapshot.manifest)
    for sentence in lost:
        click.echo(f"warning: {sentence}", err=True)
    _echo(_summarise(snapshot, out))
    # Only now: the snapshot is there, and whoever accepts the losses may use it.
    if strict and lost:
        raise InputError(f"--strict: the snapshot at {out} lost too much of its table")


@click.command()
@click.argument("source", metavar=SYNTHETIC, expose_value=False)
@_snapshot_options
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

    out = _require_out(out)
    reading = ReadOptions(currency=parse_currency(currency))
    options = Options(reading, parse_fractions(split), seed)
    with progress(f"ingest {SYNTHETIC}") as report:
        snapshot = simulate(rows, out, options, report, photos)
    _echo(_summarise(snapshot, out))


def _to_range(since: datetime | None, until: datetime | None) -> DateRange | None:
    """Return the range of two days, or ``None`` where neither is given."""
    from ingest.date_range import DateRange

    if since is None and until is None:
        return None
    if since and until and since >= until:
        raise InputError(
            f"no row is listed from {since:%Y-%m-%d} on and before {until:%Y-%m-%d}:"
            " --since must be earlier than --until"
        )
    return DateRange(
        since and since.replace(tzinfo=UTC), until and until.replace(tzinfo=UTC)
    )


def _require_out(out: Path | None) -> Path:
    # click would require it of --dry-run too, which writes nothing.
    if out is None:
        raise click.UsageError("Missing option '--out'.")
    return out


def _echo(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _summarise(snapshot: Snapshot, out: Path) -> Iterator[str]:
    """Yield counts of rows, cells and photos, where things are, and the next command."""
    manifest = snapshot.manifest
    yield from _summarise_rows(manifest, out)
    yield from _summarise_cells(manifest.cells, out)
    yield from _summarise_photos(manifest.photos, out)
    yield f"snapshot {snapshot.id} is at {out}; what is in it: {out / 'profile.md'}"
    yield _next_step(snapshot, out)


def _summarise_rows(manifest: SnapshotManifest, out: Path) -> Iterator[str]:
    rows = manifest.rows
    merged = f", {rows['merged']:,} merged" if rows["merged"] else ""
    why = f" ({out / 'rejected.parquet'})" if rows["rejected"] else ""
    yield (
        f"read {rows['read']:,} rows: {rows['accepted']:,} accepted,"
        f" {rows['rejected']:,} rejected{why}{merged}"
    )

    splits = ", ".join(f"{rows[split]:,} {split}" for split in SPLITS)
    yield f"split into {splits}"
    for sentence in manifest.split.get("unusual", ()):
        yield f"note: {sentence}"


def _summarise_cells(
    cells: Mapping[str, Mapping[str, Any]], out: Path
) -> Iterator[str]:
    n_dropped = sum(counts["dropped"] for counts in cells.values())
    if n_dropped:
        n_read = sum(counts["read"] for counts in cells.values())
        dropped = out / "dropped_cells.parquet"
        yield f"{n_dropped:,} of {n_read:,} cells dropped ({dropped})"

    for name, counts in cells.items():
        if counts.get("cut"):
            yield f"{counts['cut']:,} cells of {name} are too long and cut"


def _next_step(snapshot: Snapshot, out: Path) -> str:
    """Return the command that follows, or what is missing for it."""
    from pipelines.training.targets import ENCODERS, choose, unlabelled

    models = [target for target in choose(["all"]) if target != ENCODERS]
    if unlabelled(models, snapshot.manifest.coverage) == models:
        return (
            f"no row has anything that a model could learn to suggest ({', '.join(models)}): name"
            " its columns, such as --map category=COLUMN, before training"
        )
    return f"next: listrec train all --snapshot {out}"


def _summarise_photos(photos: Mapping[str, int], out: Path) -> Iterator[str]:
    n_named = photos["referenced"]
    if not n_named:
        return

    counts = [f"{photos['stored']:,} stored"]
    for status in ("missing", "addresses", "broken", "left_out"):
        count = photos.get(status)
        if count:
            words = status.replace("_", " ")
            counts.append(f"{count:,} {words}")

    yield f"{n_named:,} photos named: {', '.join(counts)}"
    if len(counts) > 1:
        yield f"why photos are not there: {out / 'photo_problems.parquet'}"
    if photos.get("addresses"):
        yield (
            "photos are addresses, which are not fetched; download them, and name the files in"
            " the table"
        )
    # All of them missing is a wrong folder rather than missing files.
    if photos["missing"] == n_named:
        yield "none of the photos was found: --photos-in says which folder or .zip they are in"
