"""Parquet files: columns by their place, and cells as people wrote them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from common.errors import InputError
from ingest.files.headers import name_columns
from ingest.files.packed import File
from ingest.files.record_file import Record

BATCH_ROWS = 4096

_DAMAGE = (
    pa.ArrowException,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    OverflowError,
    NotImplementedError,
)


class ParquetFile:
    """A Parquet file; the number of a record is that of the row from 1."""

    format = "parquet"

    def __init__(self, file: File) -> None:
        """Read the schema; columns of structs become ``column.field``."""
        self._file = file
        self._n_read = 0
        with self._open() as table:
            self._n_rows = table.metadata.num_rows
            schema = table.schema_arrow
            self._has_duplicates = len(set(schema.names)) < len(schema.names)
            paths = _list_paths(schema)
            names = [_name(schema.field(index), part) for index, part in paths]

        if not names:
            raise InputError(f"{file.path} has no columns")

        self.columns, self._notes = name_columns(names)
        self._paths = dict(zip(self.columns, paths, strict=True))

    @property
    def notes(self) -> Sequence[str]:
        """Which columns were renamed."""
        return self._notes

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Yield the rows from the start."""
        self._n_read = 0
        paths = [self._paths[name] for name in columns]
        with self._open() as table:
            for batch in self._batches(table, sorted({index for index, _ in paths})):
                cells = [_to_cells(batch[index], part) for index, part in paths]
                rows = zip(*cells, strict=True) if cells else [()] * self._n_batch
                for row in rows:
                    self._n_read += 1
                    yield self._n_read, row, "", ""

    def fraction(self) -> float:
        """Return the fraction of the rows that has been read, 0 to 1."""
        return self._n_read / max(1.0, float(self._n_rows))

    def _batches(
        self, table: pq.ParquetFile, indices: Sequence[int]
    ) -> Iterator[dict[int, pa.Array]]:
        """Yield columns by index; only those are read, unless two columns share a name."""
        schema = table.schema_arrow
        names = None if self._has_duplicates else [schema.names[n] for n in indices]
        for batch in table.iter_batches(BATCH_ROWS, columns=names):
            self._n_batch = batch.num_rows
            arrays = batch.columns
            if names is None:
                yield {index: arrays[index] for index in indices}
            else:
                by_name = dict(zip(batch.schema.names, arrays, strict=True))
                yield {index: by_name[schema.names[index]] for index in indices}

    @contextmanager
    def _open(self) -> Iterator[pq.ParquetFile]:
        with self._file.open_seekable() as stream:
            try:
                with pq.ParquetFile(stream) as table:
                    yield table
            except _DAMAGE as error:
                detail = (str(error).splitlines() or ["no details"])[0]
                raise InputError(
                    f"{self._file.path} is a damaged Parquet file: {detail[:200]};"
                    " write or copy it again"
                ) from None


def _list_paths(schema: pa.Schema) -> list[tuple[int, str]]:
    """Return index and field of every column; the field is empty where it is no struct."""
    paths = []
    for index, field in enumerate(schema):
        for part in _parts(field):
            paths.append((index, part))
    return paths


def _parts(field: pa.Field) -> list[str]:
    """Return the names of the fields of a struct, or one empty name."""
    kind = field.type
    if not pa.types.is_struct(kind):
        return [""]
    names = [kind.field(number).name for number in range(kind.num_fields)]
    # A photo stays one cell, as Hugging Face's datasets keep it: its bytes, or its path.
    return [""] if "bytes" in names or not names else names


def _name(field: pa.Field, part: str) -> str:
    return f"{field.name}.{part}" if part else str(field.name)


def _to_cells(column: pa.Array, part: str) -> list[object]:
    """Return the cells of a column, or of a field of its structs."""
    if part:
        index = column.type.get_field_index(part)
        column = pc.struct_field(column, [index])
    column = _to_plain(column)

    kind = column.type
    if pa.types.is_float32(kind):
        # By the shortest decimals that mean the number: 19.99, and not 19.989999771118164.
        decimals = pc.cast(column, pa.string())
        return list(pc.cast(decimals, pa.float64()).to_pylist())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _decode_texts(column)
    if _is_bytes(kind):
        return [_to_text(cell) for cell in column.to_pylist()]
    return _to_python(column)


def _to_plain(column: pa.Array) -> pa.Array:
    """Return a column without the forms that save memory: dictionaries and views."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()

    kind = column.type
    if pa.types.is_binary_view(kind) or pa.types.is_string_view(kind):
        return pc.cast(column, pa.large_binary())
    return column


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
    )


def _decode_texts(column: pa.Array) -> list[object]:
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        is_large = pa.types.is_large_string(column.type)
        raw = column.view(pa.large_binary() if is_large else pa.binary())
        return [
            None if cell is None else cell.decode("utf-8", "replace")
            for cell in raw.to_pylist()
        ]


def _to_text(cell: bytes | None) -> object:
    """Return text that a program wrote as bytes; photos stay bytes."""
    if cell is None:
        return None
    try:
        return cell.decode()
    except UnicodeDecodeError:
        return cell


def _to_python(column: pa.Array) -> list[object]:
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError, pa.ArrowException):
        # One date beyond the year 9999 does not cost the others.
        return [_to_python_cell(cell) for cell in column]


def _to_python_cell(cell: pa.Scalar) -> object:
    try:
        return cell.as_py()
    except (ValueError, OverflowError, pa.ArrowException):
        return None
