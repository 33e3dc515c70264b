"""Writes a snapshot of outcomes anew without rows that are erased, and without their photos.

Nothing else of them is carried over: the lists of rejected rows, dropped cells and photo problems
are empty, and the profile is counted again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from common.listing import Photo
from common.photos.archive import ArchiveWriter
from common.photos.reading import read_bytes
from common.snapshot import COLUMNS, SPLITS, Snapshot
from common.store.new_folder import new_folder
from ingest.description import write_description
from ingest.photo_store import STATUSES
from ingest.profile.counts import ProfileCounts
from ingest.shards import ShardRow, SnapshotWriter

NOTE = "rows that were erased are left out; the counts of choices still have them"

_PHOTOS = COLUMNS.names.index("photos")
_LISTED_AT = COLUMNS.names.index("listed_at")


class ErasedRows(NamedTuple):
    """Rows that are erased: those with a value in a column, listed before a time if any."""

    column: str
    value: str
    before: datetime | None

    def has(self, value: str | None, listed_at: datetime) -> bool:
        """Tell whether a row is one of them."""
        is_early = self.before is None or listed_at < self.before
        return is_early and value == self.value


def rows_of(
    seller: str, request: str = "", before: datetime | None = None
) -> ErasedRows:
    """Return the rows of a seller, or the row of a request, which is its listing's id."""
    column, key = ("seller_id", seller) if seller else ("listing_id", request)
    return ErasedRows(column, key, before)


def has_rows(snapshot: Snapshot, erased: ErasedRows) -> bool:
    """Tell whether a snapshot has any of the erased rows."""
    return any(map(any, _are_erased(snapshot, erased)))


def read_keys(snapshot: Snapshot) -> dict[str, set[str]]:
    """Return the keys of a snapshot's rows: ``seller`` and ``request``, as ``rows_of`` has them."""
    keys: dict[str, set[str]] = {"seller": set(), "request": set()}
    for split in SPLITS:
        for sellers, requests in snapshot.columns(split, ["seller_id", "listing_id"]):
            keys["seller"].update(filter(None, sellers))
            keys["request"].update(filter(None, requests))
    return keys


def write_without(snapshot: Snapshot, erased: ErasedRows, out: Path) -> Snapshot | None:
    """Write a snapshot to ``out`` without some rows; ``None`` and nothing where none is left.

    Each row stays in its split. The same rows give the same id.
    """
    if all(map(all, _are_erased(snapshot, erased))):
        return None

    column = COLUMNS.names.index(erased.column)
    counts = ProfileCounts()
    with new_folder(out) as folder:
        with (
            SnapshotWriter(folder) as writer,
            closing(ArchiveWriter(folder)) as archive,
        ):
            for split in SPLITS:
                for shard in _shards(snapshot, split):
                    rows = [
                        _move_photos(row, snapshot.path, archive)
                        for row in shard
                        if not erased.has(row[column], row[_LISTED_AT])
                    ]
                    writer.write_accepted(split, rows)
                    _count(counts, split, rows)
        _describe(snapshot, folder, counts, n_photos=len(archive))
    return Snapshot.open(out, verify=False)


def _are_erased(snapshot: Snapshot, erased: ErasedRows) -> Iterator[list[bool]]:
    """Yield for the rows of each shard whether they are erased."""
    for split in SPLITS:
        for keys, times in snapshot.columns(split, [erased.column, "listed_at"]):
            yield list(map(erased.has, keys, times))


def _shards(snapshot: Snapshot, split: str) -> Iterator[list[ShardRow]]:
    for columns in snapshot.columns(split, COLUMNS.names):
        yield list(zip(*columns, strict=True))


def _move_photos(row: ShardRow, folder: Path, archive: ArchiveWriter) -> ShardRow:
    """Write the photos of a row to an archive, and return the row with their new paths."""
    moved = []
    for path in row[_PHOTOS]:
        data = read_bytes(Photo(path=f"{folder.as_posix()}/{path}"))
        moved.append(archive.add(data, path.rpartition(".")[2]))
    return (*row[:_PHOTOS], moved, *row[_PHOTOS + 1 :])


def _count(counts: ProfileCounts, split: str, rows: list[ShardRow]) -> None:
    counts.count_accepted(split, rows)
    for row in rows:
        given = [name for name, value in zip(COLUMNS.names, row, strict=True) if value]
        counts.used[tuple(given)] += 1


def _describe(
    snapshot: Snapshot, folder: Path, counts: ProfileCounts, n_photos: int
) -> None:
    """Write profile and manifest; the source is that of the earlier snapshot."""
    manifest = snapshot.manifest
    notes = dict.fromkeys([*manifest.source["notes"], NOTE])
    source = {**manifest.source, "notes": list(notes)}

    n_named = sum(number * n_rows for number, n_rows in counts.photos.items())
    photos = dict.fromkeys((status.replace(" ", "_") for status in STATUSES), 0)
    photos |= {"referenced": n_named, "distinct": n_photos, "stored": n_named}
    write_description(
        folder, source, counts, photos, manifest.split, manifest.price_basis
    )
