"""How a delimited table is written, and one line of it taken apart."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NUMBER = re.compile(r"-?\d+([.,]\d+)*")

COMMENT = re.compile(r"[\"']?#\s*(info|comment)\b", re.IGNORECASE)
"""Start of a line that is none of the table, in templates of eBay among others."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written.

    Attributes:
        delimiter: the character between cells.
        header: cells of the header, as they are written.
        n_skipped: physical lines up to and with the header.
        quote: the character around cells that hold a delimiter.
        literal: whether ``"`` is an ordinary character, and no cell is quoted.
        numeric: indices of columns of numbers, which tell a record from a line of a long cell.
        ragged: whether empty cells at the end of a row are left out as a habit.
        unquoted_quotes: whether quotes stand within cells that are not quoted, as inch marks do.
        has_comments: whether lines such as ``#INFO`` are skipped.
    """

    delimiter: str
    header: tuple[str, ...]
    n_skipped: int = 1
    quote: str = '"'
    literal: bool = False
    numeric: tuple[int, ...] = ()
    ragged: bool = False
    unquoted_quotes: bool = False
    has_comments: bool = False

    @property
    def width(self) -> int:
        """Number of cells of a complete row."""
        return len(self.header)


def read_cells(
    lines: Iterable[str],
    delimiter: str,
    quote: str = '"',
    escape: str | None = None,
    skip_blanks: bool = False,
) -> list[str] | None:
    """Return the cells of the first record, or ``None`` where a quote is open or out of place.

    ``escape`` is the character before a quote that does not end a cell; without one, quotes are
    doubled. ``skip_blanks`` allows blanks before a quote.
    """
    reader = csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=quote,
        escapechar=escape,
        doublequote=escape is None,
        skipinitialspace=skip_blanks,
        strict=True,
    )
    try:
        return next(reader)
    except (csv.Error, StopIteration):
        return None


def parse_line(text: str, delimiter: str, quote: str = '"') -> list[str] | None:
    """Return the cells of one line, or ``None`` where a quote is open or out of place."""
    try:
        return next(
            csv.reader([text], delimiter=delimiter, quotechar=quote, strict=True)
        )
    except (csv.Error, StopIteration):
        return None


def fits_numbers(cells: Sequence[str], numeric: Sequence[int]) -> bool:
    """Whether cells hold numbers, or nothing, where the columns hold numbers."""
    return all(
        not cells[index] or NUMBER.fullmatch(cells[index])
        for index in numeric
        if index < len(cells)
    )
