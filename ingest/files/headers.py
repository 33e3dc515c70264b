"""The row with the names of the columns: the first one below titles and comments."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Protocol

from ingest.files.dialect import COMMENT, NUMBER

MAX_TITLE_ROWS = 30
"""Rows above the header, at most."""


class SampleRow(Protocol):
    """A row of the sample."""

    @property
    def cells(self) -> Sequence[str]:
        """Its cells as text."""


def find_header(rows: Sequence[SampleRow]) -> tuple[int, list[str]]:
    """Return the index of the header among the first rows, and sentences on what is above it.

    A header fills at least half of the columns that the rows below it have; a title such as
    ``Export of 2024-05-31`` fills one or two.
    """
    width = _usual_width(rows)
    candidates = [
        index
        for index in range(min(len(rows), MAX_TITLE_ROWS + 1))
        if not _is_comment(rows, index) and not _is_title(rows, index, width)
    ]
    index = _first_full(rows, candidates, width)
    if not index:
        return 0, []

    lines = "line is" if index == 1 else "lines are"
    return index, [f"{index} {lines} skipped above the header"]


def _first_full(
    rows: Sequence[SampleRow], candidates: Sequence[int], width: int
) -> int:
    """Return the first of some rows that fills half of the columns, or names a few of them."""
    full = [n for n in candidates if 2 * n_filled(rows[n].cells) >= width]
    first = full[0] if full else 0
    if not _has_numbers(rows[first].cells):
        return first

    # A header may name few of the columns: it is a row of names above one with numbers.
    for index in candidates:
        cells = rows[index].cells
        if index < first and n_filled(cells) > 1 and not _has_numbers(cells):
            return index

    return first


def n_filled(cells: Sequence[str]) -> int:
    """Return the number of cells that are not blank."""
    return sum(1 for cell in cells if cell.strip())


def name_columns(header: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return names that are all different, and sentences on those that were changed."""
    names: list[str] = []
    notes = []
    taken = {cell.strip() for cell in header}
    for number, cell in enumerate(header, start=1):
        name = " ".join(cell.split()) or f"column {number}"
        if name in names:
            copy = _unused(name, taken)
            notes.append(f"the column {name[:40]!r} is there again, as {copy[:45]!r}")
            name = copy
        taken.add(name)
        names.append(name)

    return names, notes


def _unused(name: str, taken: Collection[str]) -> str:
    """Return a name with the first number that makes it a new one: ``price (2)``."""
    numbered = (f"{name} ({n})" for n in itertools.count(2))
    return next(each for each in numbered if each not in taken)


def filled_width(cells: Sequence[str]) -> int:
    """Return the number of cells without the blank ones at the end."""
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    return width


def _usual_width(rows: Sequence[SampleRow]) -> int:
    """Return the number of columns that most rows have."""
    widths = Counter(filled_width(row.cells) for row in rows)
    if not widths:
        return 0
    # Of equally frequent ones, the wider: titles are narrow.
    _, width = max((count, width) for width, count in widths.items())
    return width


def _is_title(rows: Sequence[SampleRow], index: int, width: int) -> bool:
    """Whether a row is narrow, and one of names alone follows: ``Shop;Acme`` above the header."""
    if filled_width(rows[index].cells) >= width:
        return False
    # The row after the next one is the first of the table, without which there is no header.
    if index + 2 >= len(rows):
        return False

    below = rows[index + 1].cells
    return n_filled(below) >= width and not _has_numbers(below)


def _has_numbers(cells: Sequence[str]) -> bool:
    return any(NUMBER.fullmatch(cell.strip()) for cell in cells)


def _is_comment(rows: Sequence[SampleRow], index: int) -> bool:
    cells = rows[index].cells
    first = cells[0] if cells else ""
    if COMMENT.match(first):
        return True
    if not first.lstrip().startswith("#") or index + 1 >= len(rows):
        return False

    # "# id,title" may be the header itself: then numbers stand below it, and not another header.
    below = rows[index + 1].cells
    is_same_width = len(below) == len(cells)
    return not (is_same_width and _has_numbers(below))
