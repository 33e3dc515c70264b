"""What tests of files share: a table written, opened and read."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ingest.files import open_records
from ingest.options import ReadOptions


def write(folder: Path, name: str, data: str | bytes) -> Path:
    """A file with the data, UTF-8 unless it is bytes."""
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def read(path: Path, **options: str) -> list[Any]:
    """All records of a file, with the cells of all columns."""
    table = open_records(path, ReadOptions(**options))
    return [
        (number, None if cells is None else list(cells), text, reason)
        for number, cells, text, reason in table.records(table.columns)
    ]


def read_bytes(data: str | bytes, name: str = "table.txt", **options: str) -> list[Any]:
    """All records of a file with the data."""
    with TemporaryDirectory() as folder:
        return read(write(Path(folder), name, data), **options)


def cells(path: Path, **options: str) -> list[list | None]:
    """The cells of all records."""
    return [record[1] for record in read(path, **options)]
