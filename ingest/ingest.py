"""The job of ``listrec ingest``: a source in, a snapshot out, every row accounted for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from common.errors import InputError
from common.listing import Listing
from common.photos.photo_root import PhotoRoot, open_photo_root
from common.progress import Progress
from common.snapshot import COLUMNS, SCHEMA, SPLITS, Snapshot, SnapshotManifest
from common.splits import Splitter, fit_splitter
from common.store.artifacts import MANIFEST, checksum
from common.store.new_folder import check_free, new_folder
from ingest.files import photo_root_of
from ingest.options import ReadOptions
from ingest.photo_store import ParsedRow, PhotoStore
from ingest.profile.counts import ProfileCounts
from ingest.profile.page import write_page
from ingest.profile.report import write_report
from ingest.rows import Row, parse_row
from ingest.shards import ShardRow, SnapshotWriter, to_shard_row
from ingest.source import FIELDS, RawRow, Source, spread_sample
from ingest.spellings import choose_spellings
from ingest.tables import SAMPLE_ROWS, open_table

BATCH_ROWS = 4096
PROFILE, PROFILE_PAGE = "profile.md", "profile.html"


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
    """

    reading: ReadOptions = ReadOptions()
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1)
    seed: int = 0
    photos: Path | None = None
    by_row: bool = False
    priced_from: float | None = None


def ingest_file(
    path: Path, out: Path, options: Options, progress: Progress
) -> Snapshot:
    """Make a snapshot of a table at ``out``; raises ``InputError`` when either cannot be used."""
    check_free(out)
    source = open_table(path, options.reading)
    provenance = {"name": path.name, "checksum": _checksum_table(path)}
    root = (
        photo_root_of(path)
        if options.photos is None
        else open_photo_root(options.photos)
    )
    return ingest_source(source, provenance, root, out, options, progress)


def _checksum_table(path: Path) -> str:
    """Return the checksum of a file, or of the names and contents of a folder's files."""
    if not path.is_dir():
        return checksum(path)
    files = sorted(file for file in path.rglob("*") if file.is_file())
    lines = [f"{file.relative_to(path).as_posix()} {checksum(file)}" for file in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def ingest_source(
    source: Source,
    provenance: Mapping[str, object],
    photo_root: PhotoRoot | None,
    out: Path,
    options: Options,
    progress: Progress,
) -> Snapshot:
    """Make a snapshot of an opened source at ``out``.

    ``provenance`` says where the rows come from: ``name`` and ``checksum`` at least. Paths of
    photos lead into ``photo_root``; without one, photos are bytes.
    """
    parser = _RowParser(source, options)
    splitter, split = _fit_splitter(parser, source, options)

    with new_folder(out) as folder:
        profile = ProfileCounts(parser.joined)

        with (
            SnapshotWriter(folder) as writer,
            PhotoStore(folder, photo_root) as photo_store,
        ):
            sink = _Sink(photo_store, splitter, writer, profile)
            for batch in source.batches(BATCH_ROWS):
                sink.write(parser.parse(batch))
                progress(f"{profile.rows['read']:,} rows", source.fraction())

        _require_accepted_rows(profile, name=str(provenance["name"]))
        # Only now, since a file notes what it meets while it is read.
        origin = {**provenance, **asdict(source.description)}
        _describe(folder, origin, profile, photo_store.counts(), split)
    return Snapshot.open(out, verify=False)


def _fit_splitter(
    parser: _RowParser, source: Source, options: Options
) -> tuple[Splitter, dict[str, object]]:
    """Return the splitter for the rows of a source, and its description for the manifest."""
    fractions, seed, by_row = options.fractions, options.seed, options.by_row
    splitter, unusual = fit_splitter(parser.first, fractions, seed, by_row)

    # A long table that is sorted by seller begins with few of them: rows from all of it decide.
    if unusual and parser.n_sampled >= SAMPLE_ROWS:
        spread = spread_sample(source)
        splitter, unusual = fit_splitter(
            parser.listings(spread), fractions, seed, by_row
        )
    return splitter, {**splitter.describe(), "unusual": unusual}


class _RowParser:
    """Turns raw rows into rows, by what the columns of their source mean."""

    def __init__(self, source: Source, options: Options) -> None:
        """Decide the spellings of labels from the first rows of the source."""
        self._readings = source.readings
        self._min_price = options.priced_from
        sample = source.sample()
        listings = self._read(sample)
        self._spellings = choose_spellings(listings)
        self.n_sampled = len(sample)
        self.first = [self._spellings.apply(listing) for listing in listings]

    def listings(self, sample: Iterable[RawRow]) -> list[Listing]:
        """Return the listings of those rows of a sample that can be used."""
        return [self._spellings.apply(listing) for listing in self._read(sample)]

    def _read(self, sample: Iterable[RawRow]) -> list[Listing]:
        rows = [parse_row(raw, self._readings) for raw in sample]
        return [row.listing for row in rows if isinstance(row, Row)]

    @property
    def joined(self) -> Mapping[str, list[tuple[str, ...]]]:
        """The labels with several spellings, by field, the chosen spelling first."""
        return self._spellings.joined

    def parse(self, batch: Iterable[RawRow]) -> Iterator[ParsedRow]:
        """Yield each raw row with the row made of it, or with the reasons against it."""
        # One at a time, so that photos of the first rows are read while others are parsed.
        for raw in batch:
            yield raw, self._parse(raw)

    def _parse(self, raw: RawRow) -> Row | list[str]:
        row = parse_row(raw, self._readings)
        if not isinstance(row, Row):
            return row

        reason = self._price_reason(row.listing.price)
        if reason:
            return [reason]
        listing = self._spellings.apply(row.listing)
        return row if listing is row.listing else replace(row, listing=listing)

    def _price_reason(self, price: float | None) -> str:
        """Return why a price is below the lowest accepted one, or nothing."""
        if self._min_price is None:
            return ""
        if price is None:
            return "price is missing"
        if price < self._min_price:
            return f"price {price:g} is below the lowest accepted, {self._min_price:g}"
        return ""


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
                accepted[self.splitter.split(row.listing)].append(to_shard_row(row))
                self._count_cells(raw, row)
            else:
                rejected.append((raw, row))
                self.profile.count_rejected(raw, row)

        for split, shard_rows in accepted.items():
            self.writer.write_accepted(split, shard_rows)
            self.profile.count_accepted(split, shard_rows)
        self.writer.write_rejected(rejected)
        self._write_photo_problems()

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
        raise InputError(f"{name} has a header and no rows")
    if not profile.rows["accepted"]:
        raise InputError(
            f"none of the {n_rows} rows of {name} can be used; most often:"
            f" {profile.commonest_rejection()}"
        )


def _describe(
    folder: Path,
    source: Mapping[str, object],
    profile: ProfileCounts,
    photos: Mapping[str, int],
    split: Mapping[str, object],
) -> None:
    """Write the profile and, last, the manifest."""
    currencies = sorted(profile.prices.items())
    manifest = SnapshotManifest(
        id=_snapshot_id(folder, split),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        source=source,
        rows=profile.rows,
        coverage={
            name: profile.coverage[name] for name in FIELDS if name in COLUMNS.names
        },
        currencies={code: prices.total() for code, prices in currencies},
        photos=photos,
        split=split,
        cells=profile.cells(),
    )
    reports = {PROFILE: write_report, PROFILE_PAGE: write_page}
    for name, write in reports.items():
        # Names of columns may hold halves of characters, which UTF-8 cannot encode.
        text = write(manifest, profile).encode(errors="replace")
        (folder / name).write_bytes(text)

    # Last, because a folder without a manifest is no snapshot.
    _write_manifest(folder, replace(manifest, files=_checksums(folder)))


def _write_manifest(folder: Path, manifest: SnapshotManifest) -> None:
    text = json.dumps(asdict(manifest), indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _snapshot_id(folder: Path, split: Mapping[str, object]) -> str:
    """Hash the rows and the split; the profile, a report about the rows, is not written yet."""
    content = {
        "schema": SCHEMA,
        "files": _checksums(folder),
        "split": split,
    }
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _checksums(folder: Path) -> dict[str, str]:
    suffixes = (".parquet", ".zip", ".md", ".html")
    checksums = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in suffixes:
            name = path.relative_to(folder).as_posix()
            checksums[name] = checksum(path)
    return checksums
