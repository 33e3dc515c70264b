"""One table in several files, as Spark, Dask and Hive write it: the parts are read in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
            is_text = part.format in ("csv", "tsv")
            if (
                part.format != self.format
                or is_text
                and len(part.columns) < len(columns)
            ):
                raise InputError(
                    f"{file.name} of {file.path} has other columns than the parts before it:"
                    " write all parts with a header"
                )
        for values in self._constants:
            columns.update(dict.fromkeys(values))
        self.columns: Sequence[str] = list(columns)

    @property
    def notes(self) -> Sequence[str]:
        """The number of parts, and what was recognised in the first one."""
        return [f"{len(self._parts)} parts of one table", *self._parts[0].notes]

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Yield the records of all parts."""
        n_before = 0
        for position, part in enumerate(self._parts):
            self._position = position
            own = [name for name in columns if name in part.columns]
            places = [own.index(name) if name in own else -1 for name in columns]
            constants = [self._constants[position].get(name) for name in columns]
            number = 0
            for number, cells, text, reason in part.records(own):
                if cells is None:
                    yield n_before + number, None, text, reason
                    continue
                picked = [
                    constant if place < 0 else cells[place]
                    for place, constant in zip(places, constants, strict=True)
                ]
                yield n_before + number, picked, text, ""
            n_before += number

    def fraction(self) -> float:
        """Return the fraction of the parts that has been read, 0 to 1."""
        return (self._position + self._parts[self._position].fraction()) / len(
            self._parts
        )


def partition_values(file: File) -> dict[str, str | None]:
    """Return the columns that Hive and Spark write into names of folders: ``brand=Acme/``."""
    folder = (file.member or file.path.as_posix()).replace("\\", "/").rpartition("/")[0]
    values: dict[str, str | None] = {}
    for segment in folder.split("/"):
        if match := _PARTITION.fullmatch(segment):
            value = unquote(match[2])
            values[unquote(match[1])] = None if value == _NO_VALUE else value
    return values
