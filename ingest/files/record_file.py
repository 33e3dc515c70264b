"""What every format offers its reader: the columns, what was recognised, and the records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

Record = tuple[int, Sequence[object] | None, str, str]
"""Number of its first line from 1, cells in the order of the columns asked for, or ``None``, its
text, and the reason where there are no cells.

In Parquet, workbooks, XML and JSON documents the number is that of the record, and there the text
may be empty. A plain tuple, because there are millions.
"""


class RecordFile(Protocol):
    """An opened table whose records can be read any number of times."""

    @property
    def format(self) -> str:
        """``csv``, ``tsv``, ``jsonl``, ``json``, ``parquet``, ``xlsx`` or ``xml``."""

    @property
    def columns(self) -> Sequence[str]:
        """Names of all columns, each one once; final as soon as the file is open."""

    @property
    def notes(self) -> Sequence[str]:
        """Sentences on what was recognised; reading to the end may add what was met on the way."""

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Yield the records from the start, with the cells of the columns in the order given.

        Raises ``InputError`` where the file turns out to be damaged.
        """

    def fraction(self) -> float:
        """Return the fraction of the file that the latest reading has read, 0 to 1."""
