"""Several files that are one table: exports of several days, or of several shops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from common.errors import InputError
from ingest.files.parts import read_part
from ingest.files.record_file import Record, RecordFile

MAX_NAMES = 3
"""Columns that a message names."""


class JoinedFiles:
    """The records of several files, one after the other; their numbers go on from file to file.

    Each file was opened by itself, so encodings, delimiters and compressions may differ.
    """

    def __init__(self, paths: Sequence[Path], files: Sequence[RecordFile]) -> None:
        """Join files; raises ``InputError`` naming two that cannot be one table."""
        widest = max(range(len(files)), key=lambda number: len(files[number].columns))
        for path, file in zip(paths, files, strict=True):
            _check_format(paths[0], files[0], path, file)
            _check_columns(paths[widest], files[widest], path, file)
        self.format = files[0].format
        self.columns: Sequence[str] = files[widest].columns
        self._paths = paths
        self._files = files
        self._position = 0

    @property
    def notes(self) -> Sequence[str]:
        """The number of files, what was recognised in the first one, and what others differ in."""
        first, *others = self._files
        notes = [f"files: {len(self._files)} that are one table", *first.notes]
        for path, file in zip(self._paths[1:], others, strict=True):
            different = [note for note in file.notes if note not in first.notes]
            notes += [f"{path.name}: {note}" for note in different]
        for path, file in zip(self._paths, self._files, strict=True):
            missing = [name for name in self.columns if name not in file.columns]
            if missing:
                notes.append(f"{path.name} has no column {_enumerate(missing)}")
        return notes

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Yield the records of all files; a column that a file does not have is empty there."""
        n_before = 0
        for position, file in enumerate(self._files):
            self._position = position
            n_before = yield from read_part(file, {}, columns, n_before)

    def fraction(self) -> float:
        """Return the fraction of the files that has been read, 0 to 1."""
        file = self._files[self._position]
        return (self._position + file.fraction()) / len(self._files)


def _check_format(
    first_path: Path, first: RecordFile, path: Path, file: RecordFile
) -> None:
    if file.format != first.format:
        raise InputError(
            f"{first_path} is {first.format} and {path} is {file.format}: the files of one"
            " snapshot must have one format"
        )


def _check_columns(
    widest_path: Path, widest: RecordFile, path: Path, file: RecordFile
) -> None:
    """Refuse columns that the file with most columns lacks: they were renamed, or are a row.

    A file that merely lacks some was written before the others had them.
    """
    unknown = [name for name in file.columns if name not in widest.columns]
    if unknown:
        missing = [name for name in widest.columns if name not in file.columns]
        raise InputError(
            f"{path} has the column {_enumerate(unknown)}, and {widest_path} has"
            f" {_enumerate(missing)} instead: give all files the same columns, or ingest them"
            " one by one"
        )


def _enumerate(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:40]) for name in names[:MAX_NAMES])
    n_more = len(names) - MAX_NAMES
    return f"{shown} and {n_more} more" if n_more > 0 else shown
