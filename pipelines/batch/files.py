"""Files of answers: Parquet, JSON lines or CSV, by their ending."""

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
"""Appends one batch of rows."""


@contextmanager
def create(path: Path, schema: pa.Schema) -> Iterator[Sink]:
    """Open a new table for writing; the file appears when the block ends without an error.

    The format follows the ending: ``.parquet``, ``.jsonl``, or ``.csv`` with JSON in the cells of
    lists and maps. Raises ``InputError`` for another ending or a folder that cannot be written.
    """
    openers = {".parquet": _parquet, ".jsonl": _lines, ".csv": _csv}
    opener = openers.get(path.suffix.lower())
    if opener is None:
        raise InputError(
            f"{path} should end in {', '.join(openers)}: the ending says the format"
        )

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
            """Append a line for each row."""
            for row in _rows(batch):
                line = json.dumps(row, ensure_ascii=False)
                file.write(line + "\n")

        yield write


@contextmanager
def _csv(path: Path, schema: pa.Schema) -> Iterator[Sink]:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(schema.names)

        def write(batch: pa.RecordBatch) -> None:
            """Append a line for each row."""
            for row in _rows(batch):
                writer.writerow([_cell(value) for value in row.values()])

        yield write


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """Yield the rows as plain values."""
    map_columns = []
    for field in batch.schema:
        if pa.types.is_map(field.type):
            map_columns.append(field.name)

    for row in batch.to_pylist():
        # Arrow turns maps into lists of pairs.
        for name in map_columns:
            row[name] = dict(row[name])
        yield row


def _cell(value: Any) -> Any:
    # CSV has no lists and maps: JSON can at least be read back.
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value
