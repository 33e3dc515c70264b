"""Writes rows into Parquet shards of bounded size; the bytes depend on the rows alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from common.listing import CONFIRMABLE
from common.snapshot import COLUMNS, SPLITS
from ingest.rows import Row
from ingest.source import RawRow

SHARD_ROWS = 100_000
GROUP_ROWS = 8_192
GROUP_CHARACTERS = 32_000_000
"""Characters of buffered text at which a row group is written early, to bound the memory."""

MAX_SOURCE_CHARACTERS = 2_000
"""Characters of a rejected row's text that are kept."""

REJECTED = "rejected.parquet"
DROPPED = "dropped_cells.parquet"
PROBLEMS = "photo_problems.parquet"


class PhotoProblem(NamedTuple):
    """A photo that is not in the snapshot: its row and listing, its name, and the reason."""

    line: int
    listing_id: str
    photo: str
    reason: str


_REJECTED_COLUMNS = pa.schema(
    [("line", pa.int64()), ("source", pa.string()), ("reasons", pa.list_(pa.string()))]
)
_PROBLEM_COLUMNS = pa.schema(
    [
        (name, pa.int64() if name == "line" else pa.string())
        for name in PhotoProblem._fields
    ]
)
_DROPPED_COLUMNS = pa.schema(
    [
        ("line", pa.int64()),
        ("listing_id", pa.string()),
        ("field", pa.string()),
        ("cell", pa.string()),
        ("reason", pa.string()),
    ]
)
_confirmed = attrgetter(*CONFIRMABLE)

ShardRow = tuple[Any, ...]
"""The values of a valid row, in the order of ``COLUMNS``."""


def to_shard_row(row: Row) -> ShardRow:
    """Return the values of a valid row in the order of ``COLUMNS``."""
    listing = row.listing
    return (
        listing.listing_id,
        listing.title,
        listing.description,
        [photo.path for photo in listing.photos],
        *_confirmed(listing),
        listing.seller_id,
        row.listed_at,
        row.sold_at,
    )


class SnapshotWriter:
    """Writes the rows of a snapshot below a folder; use it as a context."""

    def __init__(self, folder: Path) -> None:
        """Open the first shard of each split, so that a split without rows has one too."""
        self._splits = {
            split: _Shards(folder / split / "part-{:05d}.parquet", COLUMNS, SHARD_ROWS)
            for split in SPLITS
        }
        self._rejected = _Shards(folder / REJECTED, _REJECTED_COLUMNS, max_rows=None)
        self._dropped = _Shards(folder / DROPPED, _DROPPED_COLUMNS, max_rows=None)
        self._photo_problems = _Shards(
            folder / PROBLEMS, _PROBLEM_COLUMNS, max_rows=None
        )

    def __enter__(self) -> SnapshotWriter:
        return self

    def __exit__(self, *_: object) -> None:
        lists = (self._rejected, self._dropped, self._photo_problems)
        for shards in (*self._splits.values(), *lists):
            shards.close()

    def write_accepted(self, split: str, rows: Sequence[ShardRow]) -> None:
        """Add rows to a split."""
        n_characters = 0
        for row in rows:
            n_characters += len(row[1]) + len(row[2])  # title and description
        self._splits[split].add(rows, n_characters)

    def write_rejected(self, rows: Iterable[tuple[RawRow, list[str]]]) -> None:
        """Add rejected rows, each with its line, its text and every reason."""
        lines = []
        n_characters = 0
        for raw, reasons in rows:
            text = _source_text(raw)
            n_characters += len(text)
            lines.append((raw.line, text, reasons))
        self._rejected.add(lines, n_characters)

    def write_dropped(self, line: int, row: Row) -> None:
        """Add the dropped cells of an accepted row."""
        listing_id = row.listing.listing_id
        cells = [(line, listing_id, *cell) for cell in row.dropped]
        n_characters = sum(len(cell.cell) + len(cell.reason) for cell in row.dropped)
        self._dropped.add(cells, n_characters)

    def write_photo_problems(self, problems: Sequence[PhotoProblem]) -> None:
        """Add photos that are not in the snapshot, each with the reason."""
        self._photo_problems.add(problems, 0)


class _Shards:
    """One table in files of at most ``max_rows`` rows, buffered a row group at a time."""

    def __init__(self, pattern: Path, schema: pa.Schema, max_rows: int | None) -> None:
        self._pattern = pattern
        self._schema = schema
        self._max_rows = max_rows
        self._buffer: list[ShardRow] = []
        self._n_characters = 0
        self._shard = 0
        pattern.parent.mkdir(exist_ok=True)
        self._open()

    def add(self, rows: Sequence[ShardRow], n_characters: int) -> None:
        """Buffer rows of ``n_characters`` in all, and write the row groups that are full."""
        self._buffer.extend(rows)
        self._n_characters += n_characters
        while len(self._buffer) >= GROUP_ROWS or self._n_characters > GROUP_CHARACTERS:
            self._write_group()

    def close(self) -> None:
        """Write the rest of the buffer and end the last file."""
        while self._buffer:
            self._write_group()
        self._file.close()

    def _write_group(self) -> None:
        """Write the oldest rows of the buffer as one row group."""
        n_rows = GROUP_ROWS
        if self._max_rows is not None:
            if self._n_written >= self._max_rows:
                self._start_next_shard()
            n_rows = min(n_rows, self._max_rows - self._n_written)

        rows = self._buffer[:n_rows]
        self._buffer = self._buffer[n_rows:]
        self._file.write_table(_to_table(rows, self._schema))
        self._n_written += len(rows)
        if not self._buffer:
            self._n_characters = 0

    def _start_next_shard(self) -> None:
        self._file.close()
        self._shard += 1
        self._open()

    def _open(self) -> None:
        name = self._pattern.name.format(self._shard)
        path = self._pattern.with_name(name)
        self._file = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._n_written = 0


def _to_table(rows: Sequence[ShardRow], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True)
    arrays = []
    for column, field in zip(columns, schema, strict=True):
        arrays.append(pa.array(column, field.type))
    return pa.table(arrays, schema=schema)


def _source_text(raw: RawRow) -> str:
    """The text of a rejected row, cut to a limit; a row of a Parquet file becomes JSON."""
    text = raw.source or json.dumps(dict(raw.values), default=_describe_value)
    if len(text) > MAX_SOURCE_CHARACTERS:
        text = text[: MAX_SOURCE_CHARACTERS - 3] + "..."
    return text


def _describe_value(value: object) -> str:
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    return str(value)
