"""Open a table whatever its format: CSV, TSV, JSONL, Parquet, plain or packed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from common.errors import InputError
from ingest import files
from ingest.files import HEAD_BYTES, File
from ingest.matching import match_table
from ingest.records import Dialect, detect_dialect, parse_records
from ingest.source import RawRow, Source

BATCH_CHARACTERS = 32_000_000
"""A batch ends early when its rows hold this much text, so that long rows cost no more memory."""

_JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")


def open_source(path: Path, mapping: Mapping[str, str] | None = None) -> Source:
    """Recognise a table and match its columns to our fields; read it with ``.batches(size)``.

    ``mapping`` says which column a field is read from, before names are compared. Raises
    ``InputError`` for a file that is missing, empty, no table, or has no column to work with.
    """
    file = files.detect_compression(path)
    if _is_parquet(path):
        return ParquetTable(file, dict(mapping or {}))
    start = files.read_head(file)
    suffix = Path(file.name).suffix.lower()
    if suffix in _JSON_SUFFIXES or (suffix not in (".csv", ".tsv") and start.startswith(b"{")):
        return JsonLines(file, start, dict(mapping or {}))
    return Delimited(file, detect_dialect(start, str(path)), dict(mapping or {}))


class Delimited:
    """CSV or TSV, Kaggle's Mercari files among them."""

    def __init__(self, file: File, dialect: Dialect, mapping: Mapping[str, str]) -> None:
        """Match the header's columns."""
        self._file = file
        self._dialect = dialect
        kind = "tsv" if dialect.delimiter == "\t" else "csv"
        self._matched = match_table(dialect.header, mapping, kind, str(file.path))
        self.kind, self.columns, self.missing = self._matched.facts()

    def batches(self, size: int) -> Iterator[list[RawRow]]:
        """Read the rows from the start, at most ``size`` at a time."""
        return _in_batches(self._rows(), size)

    def fraction(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return self._file.fraction()

    def _rows(self) -> Iterator[RawRow]:
        places = [(field, self._dialect.header.index(name)) for field, name in self.columns.items()]
        with self._file.open() as stream:
            lines = files.read_lines(stream)
            for _, text, _ in lines:
                if text.strip():
                    break  # the header
            for number, cells, text, reason in parse_records(lines, self._dialect):
                if cells is None:
                    yield RawRow(number, {}, broken=reason, source=text)
                    continue
                values: dict[str, object] = {field: cells[index] for field, index in places}
                yield self._matched.row(number, values, text)


class JsonLines:
    """One JSON object a line; keys met late are matched when they are met."""

    def __init__(self, file: File, start: bytes, mapping: Mapping[str, str]) -> None:
        """Match the keys of the first objects."""
        if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"["):
            raise InputError(f"{file.path} is one JSON list; write one JSON object a line instead")
        self._file = file
        self._mapping = mapping
        self._keys: dict[str, None] = {}
        whole = start.splitlines()[: -1 if len(start) == HEAD_BYTES else None] or [start]
        for line in whole:
            found, _ = _read_object(line.decode(errors="replace").removeprefix("\ufeff"))
            self._keys.update(dict.fromkeys(found or ()))
        if not self._keys:
            raise InputError(f"{file.path} does not hold one JSON object a line")
        self._matched = match_table(list(self._keys), mapping, "jsonl", str(file.path))
        self.kind, self.columns, self.missing = self._matched.facts()

    def batches(self, size: int) -> Iterator[list[RawRow]]:
        """Read the rows from the start, at most ``size`` at a time."""
        return _in_batches(self._rows(), size)

    def fraction(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return self._file.fraction()

    def _rows(self) -> Iterator[RawRow]:
        with self._file.open() as stream:
            for number, text, problem in files.read_lines(stream):
                if not text.strip():
                    continue
                found, reason = (None, problem) if problem else _read_object(text)
                if found is None:
                    yield RawRow(number, {}, broken=reason, source=text)
                else:
                    yield self._matched.row(number, self._values(found), text)

    def _values(self, found: Mapping[str, object]) -> dict[str, object]:
        if not found.keys() <= self._keys.keys():
            self._keys.update(dict.fromkeys(found))
            name = str(self._file.path)
            self._matched = match_table(list(self._keys), self._mapping, "jsonl", name)
            self.kind, self.columns, self.missing = self._matched.facts()
        return {field: found[key] for field, key in self.columns.items() if key in found}


class ParquetTable:
    """A Parquet file; a row's line is its number from 1."""

    def __init__(self, file: File, mapping: Mapping[str, str]) -> None:
        """Match the schema's columns."""
        self._path = file.path
        self._read = 0
        try:
            with pq.ParquetFile(file.path) as table:
                names, self._total = table.schema_arrow.names, table.metadata.num_rows
        except (pa.ArrowException, OSError) as error:
            raise InputError(
                f"{file.path} is a damaged Parquet file: {_first_line(error)}"
            ) from None
        self._matched = match_table(names, mapping, "parquet", str(file.path))
        self.kind, self.columns, self.missing = self._matched.facts()

    def batches(self, size: int) -> Iterator[list[RawRow]]:
        """Read the rows from the start, at most ``size`` at a time."""
        self._read = 0
        names = list(self.columns.values())
        try:
            with pq.ParquetFile(self._path) as table:
                for batch in table.iter_batches(size, columns=names):
                    columns = [batch.column(name).to_pylist() for name in names]
                    yield [self._row(cells) for cells in zip(*columns, strict=True)]
        except (pa.ArrowException, OSError) as error:
            raise InputError(
                f"{self._path} is a damaged Parquet file: {_first_line(error)}"
            ) from None

    def fraction(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return self._read / max(1.0, float(self._total))

    def _row(self, cells: tuple[object, ...]) -> RawRow:
        self._read += 1
        return self._matched.row(self._read, dict(zip(self.columns, cells, strict=True)))


def _in_batches(rows: Iterator[RawRow], size: int) -> Iterator[list[RawRow]]:
    batch: list[RawRow] = []
    characters = 0
    for row in rows:
        batch.append(row)
        characters += len(row.source)
        if len(batch) >= size or characters > BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _read_object(text: str) -> tuple[dict[str, Any] | None, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None, "the line is not JSON"
    return (found, "") if isinstance(found, dict) else (None, "the line is not a JSON object")


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no details"])[0]
