"""The profile of a snapshot, counted once more from its files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from common.snapshot import COLUMNS, SPLITS, Snapshot
from ingest.profile.counts import ProfileCounts
from ingest.profile.table_profile import TableProfile
from ingest.rows import DroppedCell
from ingest.shards import DROPPED, PROBLEMS, REJECTED
from ingest.source import RawRow

COUNTED_COLUMNS = [name for name in COLUMNS.names if name != "description"]
"""Columns that are read: the manifest says how many rows have a description."""

BATCH_ROWS = 8_192


def profile_snapshot(snapshot: Snapshot) -> TableProfile:
    """Return the profile of a snapshot; its manifest says what its table was taken for.

    The spellings of labels that were joined are known while a table is read only.
    """
    counts = ProfileCounts()
    for split in SPLITS:
        for values in snapshot.columns(split, COUNTED_COLUMNS):
            columns = dict(zip(COUNTED_COLUMNS, values, strict=True))
            # Photos are a column since version 2 of the layout.
            columns["photos"] = [photos or [] for photos in columns["photos"]]
            counts.count_columns(split, columns)

    _count_losses(snapshot.path, counts)
    # Also records that were merged into others, which no file lists.
    counts.rows = dict(snapshot.manifest.rows)
    return TableProfile(snapshot.manifest, counts)


def _count_losses(folder: Path, counts: ProfileCounts) -> None:
    """Count rejected rows, dropped cells and photos that are not there, by their reasons."""
    for line, reasons in _rows(folder / REJECTED, ["line", "reasons"]):
        counts.count_rejected(RawRow(line, {}), reasons)
    for cell in _rows(folder / DROPPED, ["field", "cell", "reason"]):
        counts.count_dropped(DroppedCell(*cell))
    reasons = [reason for (reason,) in _rows(folder / PROBLEMS, ["reason"])]
    counts.count_photo_problems(reasons)


def _rows(path: Path, names: list[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the values of some columns, row by row; none where an old snapshot lacks the file."""
    if not path.is_file():
        return
    with pq.ParquetFile(path) as table:
        for batch in table.iter_batches(BATCH_ROWS, columns=names):
            columns = [batch.column(name).to_pylist() for name in names]
            yield from zip(*columns, strict=True)


def is_snapshot(path: Path) -> bool:
    """Tell whether a folder is a snapshot rather than a table in several files."""
    return (path / "manifest.json").is_file() and (path / SPLITS[0]).is_dir()
