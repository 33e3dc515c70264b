"""One table in several files, as Spark, Dask and Hive write it: the parts are read in order."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from urllib.parse import unquote

from common.errors import InputError
from ingest.files.packed import File
from ingest.files.record_file import Record, RecordFile

_PARTITION = re.compile(r"([^=/]+)=([^/]*)")
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


class PartedFile:
    """Parts of one table; numbers of records go on from part to part."""

    def __init__(self, files: Sequence[File], parts: Sequence[RecordFile]) -> None:
        """Join the columns; raises ``InputError`` where a part of text has other ones."""
        self.format = parts[0].format
        self._parts = parts
        self._position = 0
        self._constants = [partition_values(file) for file in files]

        columns = dict.fromkeys(name for part in parts for name in part.columns)
        for file, part in zip(files, parts, strict=True):
            if not _is_complete(part, self.format, len(columns)):
                raise InputError(
                    f"{file.name} of {file.path} has other columns than the parts before it:"
                    " write all parts with a header"
                )

        for values in self._constants:
            columns |= dict.fromkeys(values)

        self.columns: Sequence[str] = list(columns)

    @property
    def notes(self) -> Sequence[str]:
        """The number of parts, and what was recognised in the first one."""
        first, *_ = self._parts
        return [f"{len(self._parts)} parts of one table", *first.notes]

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Yield the records of all parts."""
        n_before = 0
        for position, part in enumerate(self._parts):
            self._position = position
            constants = self._constants[position]
            n_before = yield from read_part(
                part,
                constants,
                columns,
                n_before,
            )

    def fraction(self) -> float:
        """Return the fraction of the parts that has been read, 0 to 1."""
        part = self._parts[self._position]
        return (self._position + part.fraction()) / len(self._parts)


def _is_complete(part: RecordFile, format: str, n_columns: int) -> bool:
    """Whether a part has the format of the first one, and all columns if it is one of text.

    A part of text that lacks columns has no header, and its first row was taken for one.
    """
    is_text = part.format in ("csv", "tsv")
    lacks_columns = is_text and len(part.columns) < n_columns
    return part.format == format and not lacks_columns


def read_part(
    part: RecordFile,
    constants: Mapping[str, str | None],
    columns: Sequence[str],
    n_before: int,
) -> Generator[Record, None, int]:
    """Yield the records of a part, and return the number of its last one among all."""
    own = [name for name in columns if name in part.columns]
    sources = _find_sources(columns, own, constants)

    number = 0
    for number, cells, text, reason in part.records(own):
        picked: list[object] | None = None
        if cells is not None:
            picked = [value if place < 0 else cells[place] for place, value in sources]
        yield n_before + number, picked, text, reason

    return n_before + number


def _find_sources(
    columns: Sequence[str], own: Sequence[str], constants: Mapping[str, str | None]
) -> list[tuple[int, str | None]]:
    """Return the place of each column in a part, or -1 with the constant of the part's folder."""
    sources: list[tuple[int, str | None]] = []
    for name in columns:
        if name in own:
            sources.append((own.index(name), None))
        else:
            sources.append((-1, constants.get(name)))
    return sources


def partition_values(file: File) -> dict[str, str | None]:
    """Return the columns that Hive and Spark write into names of folders: ``brand=Acme/``."""
    path = file.member or file.path.as_posix()
    *folders, _ = path.replace("\\", "/").split("/")

    values: dict[str, str | None] = {}
    for folder in folders:
        match = _PARTITION.fullmatch(folder)
        if match is not None:
            name, value = map(unquote, match.groups())
            values[name] = None if value == _NO_VALUE else value

    return values
