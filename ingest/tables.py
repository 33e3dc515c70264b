"""Opens a table whatever its format: CSV, TSV, JSON lines or Parquet, plain or compressed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from common.errors import InputError
from ingest.files import old as files
from ingest.files.old import HEAD_BYTES, File
from ingest.matching import MatchedTable, match_table
from ingest.records import Dialect, detect_dialect, parse_records
from ingest.source import RawRow, Source

BATCH_CHARACTERS = 32_000_000
"""Characters of text at which a batch ends early, so that long rows cost no more memory."""

_JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")


def open_source(path: Path, mapping: Mapping[str, str] | None = None) -> Source:
    """Recognise a table and match its columns to our fields; read it with ``.batches(size)``.

    ``mapping`` gives the column of a field, before names are compared. Raises ``InputError`` for a
    file that is missing, empty or no table, or that has no column to work with.
    """
    mapping = dict(mapping or {})
    file = files.detect_compression(path)
    if _is_parquet(path):
        return ParquetTable(file, mapping)

    head = files.read_head(file)
    suffix = Path(file.name).suffix.lower()
    looks_like_json = suffix not in (".csv", ".tsv") and head.startswith(b"{")
    if suffix in _JSON_SUFFIXES or looks_like_json:
        return JsonLines(file, head, mapping)

    dialect = detect_dialect(head, str(path))
    return DelimitedText(file, dialect, mapping)


class _Table:
    """A source whose columns have been matched."""

    _matched: MatchedTable

    @property
    def kind(self) -> str:
        """The recognised kind."""
        return self._matched.kind

    @property
    def columns(self) -> Mapping[str, str]:
        """For each field of ours, the column that holds it."""
        return self._matched.columns

    @property
    def missing(self) -> Sequence[str]:
        """Columns of this kind of table that this one lacks."""
        return self._matched.missing


class _TextTable(_Table):
    """A table in a file of text, read row by row."""

    _file: File

    def batches(self, size: int) -> Iterator[list[RawRow]]:
        """Yield the rows from the start, at most ``size`` at a time."""
        batch: list[RawRow] = []
        n_characters = 0
        for row in self._rows():
            batch.append(row)
            n_characters += len(row.source)
            if len(batch) >= size or n_characters > BATCH_CHARACTERS:
                yield batch
                batch = []
                n_characters = 0
        if batch:
            yield batch

    def fraction(self) -> float:
        """Return the fraction of the file that has been read, 0 to 1."""
        return self._file.fraction()

    def _rows(self) -> Iterator[RawRow]:
        raise NotImplementedError


class DelimitedText(_TextTable):
    """CSV or TSV, Kaggle's Mercari files among them."""

    def __init__(
        self, file: File, dialect: Dialect, mapping: Mapping[str, str]
    ) -> None:
        """Match the columns of the header."""
        self._file = file
        self._dialect = dialect
        kind = "tsv" if dialect.delimiter == "\t" else "csv"
        self._matched = match_table(dialect.header, mapping, kind, str(file.path))

    def _rows(self) -> Iterator[RawRow]:
        indices = self._indices()
        with self._file.open() as stream:
            lines = files.read_lines(stream)
            _skip_header(lines)
            for number, cells, text, reason in parse_records(lines, self._dialect):
                if cells is None:
                    yield RawRow(number, {}, broken=reason, source=text)
                    continue

                values: dict[str, object] = {
                    field: cells[index] for field, index in indices
                }
                yield self._matched.row(number, values, text)

    def _indices(self) -> list[tuple[str, int]]:
        """Return every matched field with the index of its cell, looked up once for all rows."""
        header = self._dialect.header
        return [(field, header.index(column)) for field, column in self.columns.items()]


class JsonLines(_TextTable):
    """One JSON object a line; a key that appears late is matched when it appears."""

    def __init__(self, file: File, head: bytes, mapping: Mapping[str, str]) -> None:
        """Match the keys of the objects in the first bytes of the file."""
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"["):
            raise InputError(
                f"{file.path} is one JSON list; write one JSON object a line instead"
            )
        self._file = file
        self._mapping = mapping
        self._keys: dict[str, None] = {}

        for line in _complete_lines(head):
            text = line.decode(errors="replace").removeprefix("\ufeff")
            record, _ = _parse_object(text)
            self._keys.update(dict.fromkeys(record or ()))
        if not self._keys:
            raise InputError(f"{file.path} does not hold one JSON object a line")
        self._match_keys()

    def _rows(self) -> Iterator[RawRow]:
        with self._file.open() as stream:
            for number, text, problem in files.read_lines(stream):
                if not text.strip():
                    continue

                record, reason = (None, problem) if problem else _parse_object(text)
                if record is None:
                    yield RawRow(number, {}, broken=reason, source=text)
                else:
                    yield self._matched.row(number, self._values(record), text)

    def _values(self, record: Mapping[str, object]) -> dict[str, object]:
        # Keys may appear late: a field that was absent from all objects before.
        if not record.keys() <= self._keys.keys():
            self._keys.update(dict.fromkeys(record))
            self._match_keys()
        columns = self._matched.columns
        return {field: record[key] for field, key in columns.items() if key in record}

    def _match_keys(self) -> None:
        self._matched = match_table(
            list(self._keys),
            self._mapping,
            kind="jsonl",
            path=str(self._file.path),
        )


class ParquetTable(_Table):
    """A Parquet file; the line of a row is its number from 1."""

    def __init__(self, file: File, mapping: Mapping[str, str]) -> None:
        """Match the columns of the schema."""
        self._path = file.path
        self._n_read = 0
        with self._open() as table:
            names, self._n_rows = table.schema_arrow.names, table.metadata.num_rows
        self._matched = match_table(names, mapping, "parquet", str(file.path))

    def batches(self, size: int) -> Iterator[list[RawRow]]:
        """Yield the rows from the start, at most ``size`` at a time."""
        self._n_read = 0
        names = list(self.columns.values())
        with self._open() as table:
            for batch in table.iter_batches(size, columns=names):
                columns = [batch.column(name).to_pylist() for name in names]
                yield [self._row(cells) for cells in zip(*columns, strict=True)]

    def fraction(self) -> float:
        """Return the fraction of the rows that has been read, 0 to 1."""
        return self._n_read / max(1.0, float(self._n_rows))

    def _row(self, cells: tuple[object, ...]) -> RawRow:
        self._n_read += 1
        values = dict(zip(self._matched.columns, cells, strict=True))
        return self._matched.row(self._n_read, values)

    @contextmanager
    def _open(self) -> Iterator[pq.ParquetFile]:
        try:
            with pq.ParquetFile(self._path) as table:
                yield table
        except (pa.ArrowException, OSError) as error:
            detail = (str(error).splitlines() or ["no details"])[0]
            raise InputError(
                f"{self._path} is a damaged Parquet file: {detail}"
            ) from None


def _skip_header(lines: Iterator[files.Line]) -> None:
    for _, text, _ in lines:
        if text.strip():
            return


def _complete_lines(head: bytes) -> list[bytes]:
    """Return the lines of the first bytes without the last one, if it may be cut in two."""
    lines = head.splitlines()
    if len(head) == HEAD_BYTES:
        lines.pop()
    return lines or [head]


def _parse_object(text: str) -> tuple[dict[str, Any] | None, str]:
    """Return the JSON object of a line and no reason, or ``None`` and the reason."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None, "the line is not JSON"
    return (
        (record, "")
        if isinstance(record, dict)
        else (None, "the line is not a JSON object")
    )


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"
