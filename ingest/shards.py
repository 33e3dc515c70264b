"""Rows -> Parquet shards of bounded size; what is written depends on the rows alone."""

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
MAX_SOURCE_CHARACTERS = 2_000
"""Characters of a rejected row's text that are kept."""

REJECTED = "rejected.parquet"
PROBLEMS = "photo_problems.parquet"


class PhotoProblem(NamedTuple):
    """A photo that is not in the snapshot: of which row and listing, what it is called, and why."""

    line: int
    listing_id: str
    photo: str
    reason: str


_REJECTED_COLUMNS = pa.schema(
    [("line", pa.int64()), ("source", pa.string()), ("reasons", pa.list_(pa.string()))]
)
_PROBLEM_COLUMNS = pa.schema(
    [(name, pa.int64() if name == "line" else pa.string()) for name in PhotoProblem._fields]
)
_confirmed = attrgetter(*CONFIRMABLE)

ShardRow = tuple[Any, ...]
"""A row in the order of ``COLUMNS``."""


def to_shard_row(row: Row) -> ShardRow:
    """Lay a valid row out in the order of ``COLUMNS``."""
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
    """Writes a snapshot's rows below a folder; use it as a context."""

    def __init__(self, folder: Path) -> None:
        """Open the first shard of each split, so that every split has one, if an empty one."""
        self._splits = {
            split: _Shards(folder / split / "part-{:05d}.parquet", COLUMNS, SHARD_ROWS)
            for split in SPLITS
        }
        self._rejected = _Shards(folder / REJECTED, _REJECTED_COLUMNS, rows=None)
        self._problems = _Shards(folder / PROBLEMS, _PROBLEM_COLUMNS, rows=None)

    def __enter__(self) -> SnapshotWriter:
        return self

    def __exit__(self, *_: object) -> None:
        for shards in (*self._splits.values(), self._rejected, self._problems):
            shards.close()

    def accept(self, split: str, rows: Sequence[ShardRow]) -> None:
        """Add rows to a split."""
        self._splits[split].add(rows, sum(len(row[1]) + len(row[2]) for row in rows))

    def reject(self, rows: Iterable[tuple[RawRow, list[str]]]) -> None:
        """Add rows that cannot be used, each with its line, its text and every reason."""
        found = [(raw.line, _shown(raw), reasons) for raw, reasons in rows]
        self._rejected.add(found, sum(len(row[1]) for row in found))

    def miss(self, problems: Sequence[PhotoProblem]) -> None:
        """Add photos that are not in the snapshot, each with the reason."""
        self._problems.add(problems, 0)


class _Shards:
    """One table in files of at most ``rows`` rows, buffered a row group at a time."""

    def __init__(self, pattern: Path, schema: pa.Schema, rows: int | None) -> None:
        self._pattern = pattern
        self._schema = schema
        self._limit = rows
        self._buffer: list[ShardRow] = []
        self._characters = 0
        self._shard = 0
        pattern.parent.mkdir(exist_ok=True)
        self._open()

    def add(self, rows: Sequence[ShardRow], characters: int) -> None:
        self._buffer.extend(rows)
        self._characters += characters
        while len(self._buffer) >= GROUP_ROWS or self._characters > GROUP_CHARACTERS:
            self._flush()

    def close(self) -> None:
        while self._buffer:
            self._flush()
        self._file.close()

    def _flush(self) -> None:
        if self._limit is not None and self._written >= self._limit:
            self._file.close()
            self._shard += 1
            self._open()
        room = GROUP_ROWS if self._limit is None else min(GROUP_ROWS, self._limit - self._written)
        rows, self._buffer = self._buffer[:room], self._buffer[room:]
        columns = [
            pa.array(column, kind.type)
            for column, kind in zip(zip(*rows, strict=True), self._schema, strict=True)
        ]
        self._file.write_table(pa.table(columns, schema=self._schema))
        self._written += len(rows)
        if not self._buffer:
            self._characters = 0

    def _open(self) -> None:
        path = self._pattern.with_name(self._pattern.name.format(self._shard))
        self._file = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._written = 0


def _shown(raw: RawRow) -> str:
    text = raw.source or json.dumps(dict(raw.values), default=_word)
    return text if len(text) <= MAX_SOURCE_CHARACTERS else text[: MAX_SOURCE_CHARACTERS - 3] + "..."


def _word(value: object) -> str:
    return f"{len(value):,} bytes" if isinstance(value, bytes) else str(value)
