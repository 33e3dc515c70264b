"""Looks for a text in files, also in what Parquet and zip archives have compressed."""

import zipfile
from pathlib import Path

import pyarrow.parquet as pq


def files_with(folder: Path, *needles: bytes):
    """Return the names of the files that have one of some bytes; there must be files."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(files)
        if any(needle in content for content in _contents(path) for needle in needles)
    ]


def _contents(path):
    yield path.read_bytes()
    if path.suffix == ".parquet":
        yield repr(pq.read_table(path).to_pylist()).encode()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield "".join(archive.namelist()).encode()
            yield from map(archive.read, archive.namelist())
