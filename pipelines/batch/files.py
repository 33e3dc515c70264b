"""The files a table of answers is written to: Parquet, JSON lines or CSV, by their name."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from common.errors import InputError
from common.store.atomic import atomic_file

Sink = Callable[[pa.RecordBatch], None]
"""Takes one batch of rows after the other."""


@contextmanager
def create(path: Path, schema: pa.Schema) -> Iterator[Sink]:
    """Open a new table for writing; it takes its name when the block ends well, else it is gone.

    The format follows the ending: ``.parquet``, ``.jsonl``, or ``.csv`` with JSON in the cells of
    lists and maps. Raises ``InputError`` for another ending or a folder that cannot be written.
    """
    openers = {".parquet": _parquet, ".jsonl": _lines, ".csv": _csv}
    opener = openers.get(path.suffix.lower())
    if opener is None:
        raise InputError(f"{path} should end in {', '.join(openers)}: the ending says the format")

    with ExitStack() as stack:
        try:
            draft = stack.enter_context(atomic_file(path))
        except OSError as error:
            raise InputError(f"{path} cannot be written: {error.strerror}") from None
        yield stack.enter_context(opener(draft, schema))


@contextmanager
def _parquet(path: Path, schema: pa.Schema) -> Iterator[Sink]:
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        yield writer.write_batch


@contextmanager
def _lines(path: Path, schema: pa.Schema) -> Iterator[Sink]:
    with path.open("w", encoding="utf-8") as file:

        def write(batch: pa.RecordBatch) -> None:
            for row in _rows(batch):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")

        yield write


@contextmanager
def _csv(path: Path, schema: pa.Schema) -> Iterator[Sink]:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(schema.names)

        def write(batch: pa.RecordBatch) -> None:
            for row in _rows(batch):
                writer.writerow([_cell(value) for value in row.values()])

        yield write


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """Rows as plain values; maps, which Arrow gives as pairs, become dicts."""
    maps = [field.name for field in batch.schema if pa.types.is_map(field.type)]
    for row in batch.to_pylist():
        yield {**row, **{name: dict(row[name]) for name in maps}}


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
