"""The job of ``listrec ingest``: a source in, a snapshot out, every row accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from common.errors import InputError
from common.photos.photo_root import PhotoRoot, open_photo_root
from common.progress import Progress
from common.snapshot import SPLITS, Snapshot
from common.splits import Splitter, fit_splitter
from common.store.new_folder import check_free, new_folder
from ingest.date_range import DatedSource, DateRange
from ingest.description import write_description
from ingest.files import photo_root_of
from ingest.options import ReadOptions
from ingest.photo_store import ParsedRow, PhotoPaths, PhotoStore
from ingest.profile.counts import ProfileCounts
from ingest.provenance import describe_files
from ingest.row_parser import RowParser
from ingest.rows import Row
from ingest.shards import ShardRow, SnapshotWriter, to_shard_row
from ingest.source import RawRow, Source, spread_sample
from ingest.tables import SAMPLE_ROWS, open_tables

BATCH_ROWS = 4096


@dataclass(frozen=True, slots=True)
class Options:
    """How a table is read and split.

    Attributes:
        reading: what is said of the table beforehand; the rest is recognised.
        fractions: shares of train, validation and test.
        seed: of the split.
        photos: folder or zip archive that paths of photos lead into, instead of that of the table.
        by_row: split row by row, and keep no groups such as a seller's listings together.
        priced_from: lowest price; rows below it or without a price are rejected.
        dates: when the rows were listed; all others, and those without a date, are left out.
    """

    reading: ReadOptions = ReadOptions()
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1)
    seed: int = 0
    photos: Path | None = None
    by_row: bool = False
    priced_from: float | None = None
    dates: DateRange | None = None


def ingest_file(
    path: Path, out: Path, options: Options, progress: Progress
) -> Snapshot:
    """Make a snapshot of a table at ``out``; raises ``InputError`` when either cannot be used."""
    return ingest_files([path], out, options, progress)


def ingest_files(
    paths: Sequence[Path], out: Path, options: Options, progress: Progress
) -> Snapshot:
    """Make one snapshot of several files that are one table, such as exports of several days.

    Raises ``InputError`` as ``ingest_file`` does, and for files that do not fit each other.
    """
    check_free(out)
    source: Source = open_tables(paths, options.reading)
    if options.dates:
        source = DatedSource(source, options.dates)
    root = _photo_root(paths, source, options.photos)
    return ingest_source(source, describe_files(paths), root, out, options, progress)


def _photo_root(
    paths: Sequence[Path], source: Source, photos: Path | None
) -> PhotoRoot:
    """Return where paths of photos start; raises ``InputError`` where that is not one place."""
    if photos is not None:
        return open_photo_root(photos)
    first, *others = dict.fromkeys(map(photo_root_of, paths))
    if others and "photos" in source.description.columns:
        raise InputError(
            f"paths of photos start in the folder of their table, and here that is {first.root}"
            f" and {others[0].root}: say with --photos-in where they start"
        )
    return first


def ingest_source(
    source: Source,
    provenance: Mapping[str, object],
    photo_root: PhotoPaths | None,
    out: Path,
    options: Options,
    progress: Progress,
) -> Snapshot:
    """Make a snapshot of an opened source at ``out``.

    ``provenance`` says where the rows come from: ``name`` and ``checksum`` at least. Paths of
    photos lead into ``photo_root``; without one, photos are bytes.
    """
    parser = RowParser(source, options.priced_from)
    splitter, split = _fit_splitter(parser, source, options)

    profile = ProfileCounts(parser.joined)
    with new_folder(out) as folder:
        with (
            SnapshotWriter(folder) as writer,
            PhotoStore(folder, photo_root) as photo_store,
        ):
            sink = _Sink(
                photo_store,
                splitter,
                writer,
                profile,
            )
            _write_rows(source, parser, sink, progress)

        _require_accepted_rows(profile, name=str(provenance["name"]))
        # Only now, since a file notes what it meets while it is read.
        origin = {**provenance, **asdict(source.description)}
        photos = photo_store.counts()
        basis = source.readings.price_basis
        write_description(folder, origin, profile, photos, split, basis)
    return Snapshot.open(out, verify=False)


def _fit_splitter(
    parser: RowParser, source: Source, options: Options
) -> tuple[Splitter, dict[str, object]]:
    """Return the splitter for the rows of a source, and its description for the manifest."""
    fractions, seed, by_row = options.fractions, options.seed, options.by_row
    splitter, unusual = fit_splitter(
        parser.first,
        fractions,
        seed,
        by_row,
    )

    # A long table that is sorted by seller begins with few of them: rows from all of it decide.
    if unusual and parser.n_sampled >= SAMPLE_ROWS:
        spread = parser.listings(spread_sample(source))
        splitter, unusual = fit_splitter(
            spread,
            fractions,
            seed,
            by_row,
        )
    return splitter, {**splitter.describe(), "unusual": unusual}


def _write_rows(
    source: Source, parser: RowParser, sink: _Sink, progress: Progress
) -> None:
    """Parse and write the rows of a source, a batch at a time."""
    for batch in source.batches(BATCH_ROWS):
        sink.write(parser.parse(batch))
        n_read = sink.profile.rows["read"]
        progress(f"{n_read:,} rows", source.fraction())


@dataclass(frozen=True, slots=True)
class _Sink:
    """Where parsed rows go: photos, splits and lists of a snapshot, and the counts."""

    photo_store: PhotoStore
    splitter: Splitter
    writer: SnapshotWriter
    profile: ProfileCounts

    def write(self, rows: Iterable[ParsedRow]) -> None:
        """Write and count every row of a batch, in its split or among the rejected."""
        accepted: dict[str, list[ShardRow]] = {split: [] for split in SPLITS}
        rejected: list[tuple[RawRow, list[str]]] = []
        for raw, row in self.photo_store.store(rows):
            if isinstance(row, Row):
                split = self.splitter.split(row.listing)
                accepted[split].append(to_shard_row(row))
                self._count_cells(raw, row)
            else:
                rejected.append((raw, row))

        self._write_accepted(accepted)
        self._write_rejected(rejected)
        self._write_photo_problems()

    def _write_accepted(self, accepted: Mapping[str, Sequence[ShardRow]]) -> None:
        """Write and count the accepted rows of a batch, split by split."""
        for split, shard_rows in accepted.items():
            self.writer.write_accepted(split, shard_rows)
            self.profile.count_accepted(split, shard_rows)

    def _write_rejected(self, rejected: Sequence[tuple[RawRow, list[str]]]) -> None:
        """Write and count the rejected rows of a batch, with the reasons against them."""
        self.writer.write_rejected(rejected)
        for raw, reasons in rejected:
            self.profile.count_rejected(raw, reasons)

    def _count_cells(self, raw: RawRow, row: Row) -> None:
        self.profile.count_cells(row)
        if row.dropped:
            self.writer.write_dropped(raw.line, row)

    def _write_photo_problems(self) -> None:
        """Write and count the photos of the batch that could not be stored."""
        problems = self.photo_store.pop_problems()
        if problems:
            self.writer.write_photo_problems(problems)
            self.profile.count_photo_problems(problem.reason for problem in problems)


def _require_accepted_rows(profile: ProfileCounts, name: str) -> None:
    n_rows = profile.rows["read"]
    if not n_rows:
        raise InputError(
            f"{name} has a header and no rows, or none in the range of --since and --until"
        )
    if not profile.rows["accepted"]:
        raise InputError(
            f"none of the {n_rows} rows of {name} can be used; most often:"
            f" {profile.commonest_rejection()}"
        )
