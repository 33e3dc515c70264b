"""The profile of a table that is not made a snapshot: its rows are counted and not kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

from common.errors import InputError, PhotoError
from common.listing import Photo
from common.photos import decoding, reading
from common.photos.photo_root import PhotoRoot, is_address, open_photo_root
from common.progress import Progress
from ingest.description import draft_manifest
from ingest.files import photo_root_of
from ingest.options import ReadOptions
from ingest.photo_store import ParsedRow
from ingest.profile.counts import ProfileCounts
from ingest.profile.table_profile import TableProfile
from ingest.row_parser import RowParser
from ingest.rows import Row
from ingest.shards import ShardRow, to_shard_row
from ingest.source import RawRow, Source, spread_sample
from ingest.tables import open_table

BATCH_ROWS = 4096

MAX_TRIED_PHOTOS = 200
"""Photos that are read and decoded, to tell whether their folder is the right one."""


def profile_file(
    path: Path,
    options: ReadOptions,
    progress: Progress,
    sample: int | None = None,
    photos_in: Path | None = None,
) -> TableProfile:
    """Return the profile of a table, read as ``ingest_file`` reads it; nothing is written.

    ``sample`` counts so many rows, drawn at random from all of them. ``photos_in`` is the folder
    or archive of the photos, instead of that of the table. Raises ``InputError`` where the table
    cannot be read or none of its rows can be used.
    """
    source = open_table(path, options)
    parser = RowParser(source)
    batches, notes = _batches(source, parser, sample, progress)

    counts = ProfileCounts(parser.joined)
    root = photo_root_of(path) if photos_in is None else open_photo_root(photos_in)
    photos = _PhotoTrial(root)
    for batch in batches:
        _count(parser.parse(batch), counts, photos)
    _require_accepted_rows(counts, path.name)

    described = asdict(source.description)
    described["notes"] = [*described["notes"], *notes]
    origin = {"name": path.name, **described}
    counts.count_photo_problems(photos.problems)
    basis = source.readings.price_basis
    manifest = draft_manifest(origin, counts, photos.counts, {}, basis)
    return TableProfile(manifest, counts)


def _batches(
    source: Source, parser: RowParser, sample: int | None, progress: Progress
) -> tuple[Iterable[list[RawRow]], list[str]]:
    """Return the rows to count, and a note where they are not all of them."""
    if sample is None:
        return _all_rows(source, progress), []

    n_rows = 0

    def report(n_read: int) -> None:
        nonlocal n_rows
        n_rows = n_read
        progress(f"{n_read:,} rows", source.fraction())

    rows = spread_sample(source, sample, report=report)
    if n_rows <= sample:
        return [rows], []
    parser.discard_parsed()
    note = (
        f"sample: {len(rows):,} rows, drawn at random from {n_rows:,};"
        " all counts are of the sample"
    )
    return [sorted(rows, key=lambda row: row.line)], [note]


def _all_rows(source: Source, progress: Progress) -> Iterator[list[RawRow]]:
    n_rows = 0
    for batch in source.batches(BATCH_ROWS):
        yield batch
        n_rows += len(batch)
        progress(f"{n_rows:,} rows", source.fraction())


def _count(
    rows: Iterable[ParsedRow], counts: ProfileCounts, photos: _PhotoTrial
) -> None:
    """Count every row of a batch, accepted or rejected, and try its photos."""
    accepted: list[ShardRow] = []
    for raw, row in rows:
        if isinstance(row, Row):
            accepted.append(to_shard_row(row))
            counts.count_cells(row)
            photos.try_all(row.listing.photos)
        else:
            counts.count_rejected(raw, row)
    counts.count_accepted("", accepted)


class _PhotoTrial:
    """Counts the photos that rows name, and tries to read the first of them."""

    def __init__(self, root: PhotoRoot | None) -> None:
        self.counts = dict.fromkeys(("referenced", "addresses", "tried", "stored"), 0)
        self.problems: list[str] = []
        self._read = partial(_problem_of, root)

    def try_all(self, photos: Iterable[Photo]) -> None:
        """Count photos; those that can be read are ``stored``, as an ingest would store them."""
        for photo in photos:
            self.counts["referenced"] += 1
            if is_address(photo.path):
                self.counts["addresses"] += 1
            elif self.counts["tried"] < MAX_TRIED_PHOTOS:
                self.counts["tried"] += 1
                problem = self._read(photo)
                self.counts["stored"] += not problem
                self.problems += [problem] if problem else []


def _problem_of(root: PhotoRoot | None, photo: Photo) -> str:
    """Return why a photo cannot be used, or nothing."""
    try:
        if photo.path and root:
            photo = root.photo(photo.path)
        decoding.decode(reading.read_bytes(photo))
    except PhotoError as error:
        return str(error)
    return ""


def _require_accepted_rows(counts: ProfileCounts, name: str) -> None:
    if counts.rows["accepted"]:
        return
    n_rows = counts.rows["read"]
    if not n_rows:
        raise InputError(f"{name} has a header and no rows")
    raise InputError(
        f"none of the {n_rows:,} rows of {name} can be used; most often:"
        f" {counts.commonest_rejection()}"
    )
