"""Recognises how a delimited table is written: its delimiter, its header line and its habits."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from common.errors import InputError
from ingest.files.dialect import Dialect, parse_line
from ingest.files.headers import filled_width, find_header
from ingest.files.style import Row, describe

DELIMITERS = "\t,;|"
RARE_DELIMITERS = "\x01\x1f^~¦:"
"""Delimiters that are believed only where every row has the same number of cells."""

MAX_ROWS = 300
MAX_CELL_LINES = 50
"""Lines of a quoted cell that are put together while the layout is recognised."""

_SEPARATOR_LINE = re.compile(
    r"[\"']?sep=(?P<delimiter>\\t|.)[\"']?[\s,;|\t]*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Layout:
    """A dialect, and the sentences that say what was recognised."""

    dialect: Dialect
    notes: tuple[str, ...]


def detect_layout(lines: Sequence[str], delimiter: str, name: str) -> Layout:
    """Return the layout of the first lines of a table; raises ``InputError`` for a bad header.

    ``delimiter`` is the one asked for, or empty. ``name`` is that of the file in messages.
    """
    start, separator = _skip_separator_line(lines)
    chosen = delimiter or separator or _detect_delimiter(lines, start)
    quote = _detect_quote(lines[start:], chosen)
    rows = split_rows(lines, start, chosen, quote)
    if not rows:
        raise InputError(f"{name} is empty")

    index, skipped = find_header(rows)
    _require_closed_quotes(rows[index], chosen, quote, name)
    is_given = bool(delimiter or separator)
    dialect = describe(rows, index, chosen, quote, is_given)
    notes = [
        *_delimiter_notes(chosen, separator),
        *skipped,
        *_width_notes(dialect, rows[index]),
    ]
    return Layout(dialect, tuple(notes))


def _width_notes(dialect: Dialect, header: Row) -> list[str]:
    """Return a sentence where rows have a cell more than the header."""
    if dialect.width <= len(header.cells):
        return []
    return ["the first column has no name in the header: it names the rows"]


def _delimiter_notes(delimiter: str, separator: str) -> list[str]:
    """Return sentences on the delimiter, unless it is one that everybody expects."""
    notes = []
    if separator:
        notes.append("the line 'sep=' above the header is skipped")
    if delimiter not in "\t,":
        notes.append(f"delimiter: {delimiter!r}")
    return notes


def _skip_separator_line(lines: Sequence[str]) -> tuple[int, str]:
    """Return the index of the line to begin with, and the delimiter that a ``sep=`` names."""
    filled = (number for number, line in enumerate(lines) if line.strip())
    first = next(filled, None)
    if first is None:
        return 0, ""

    match = _SEPARATOR_LINE.fullmatch(lines[first].strip(" "))
    if match is None:
        return first, ""

    delimiter = match["delimiter"].replace("\\t", "\t")
    return first + 1, delimiter


def split_rows(
    lines: Sequence[str], start: int, delimiter: str, quote: str = '"'
) -> list[Row]:
    """Return the first rows that are not blank; quoted cells over several lines are joined."""
    rows: list[Row] = []
    number = start
    while number < len(lines) and len(rows) < MAX_ROWS:
        if not lines[number].strip():
            number += 1
            continue

        row = _read_row(lines, number, delimiter, quote)
        rows.append(row)
        number = row.last_line

    return rows


def _read_row(lines: Sequence[str], start: int, delimiter: str, quote: str) -> Row:
    """Return the row that begins with a line; a quote that is never closed is a letter."""
    text = lines[start]
    end = start + 1
    cells = _parse_cells(text, delimiter, quote)
    if cells is None:
        joined = _join_lines(lines, start, delimiter, quote)
        if joined is not None:
            cells, end = joined
            text = "\n".join(lines[start:end])

    return Row(cells or text.split(delimiter), end, text)


def _parse_cells(text: str, delimiter: str, quote: str) -> list[str] | None:
    if quote not in text:
        return text.split(delimiter)
    return parse_line(text, delimiter, quote)


def _join_lines(
    lines: Sequence[str], start: int, delimiter: str, quote: str
) -> tuple[list[str], int] | None:
    """Return the cells of a row of several lines, and the index of the line after it."""
    stretch = [line + "\n" for line in lines[start : start + MAX_CELL_LINES]]
    reader = csv.reader(
        stretch,
        delimiter=delimiter,
        quotechar=quote,
        strict=True,
    )
    try:
        cells = next(reader)
    except (csv.Error, StopIteration):
        return None
    return cells, start + reader.line_num


def _detect_delimiter(lines: Sequence[str], start: int) -> str:
    """Return the delimiter that cuts the rows most evenly; a table of one column is CSV."""
    scores = {delimiter: _evenness(lines, start, delimiter) for delimiter in DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    if scores[best] > 0:
        return best

    for delimiter in RARE_DELIMITERS:
        rows = split_rows(lines, start, delimiter)
        widths = {len(row.cells) for row in rows}
        # A colon or a hyphen is in any text; a table has as many of them in every row.
        if len(rows) >= 3 and len(widths) == 1 and widths.pop() >= 3:
            return delimiter

    return ","


def _evenness(lines: Sequence[str], start: int, delimiter: str) -> float:
    """Return how well a delimiter explains the rows: 0 where the header does not have it."""
    rows = split_rows(lines, start, delimiter)
    if not rows:
        return 0.0

    index, _ = find_header(rows)
    header = rows[index].cells
    width = filled_width(header)
    if width < 2:
        return 0.0

    n_even = 0.0
    for row in rows[index + 1 :]:
        if len(row.cells) == len(header):
            n_even += 1
        elif 2 <= filled_width(row.cells) <= width:
            n_even += 0.9

    # Squared, because text has commas too, though not in every row as many. Rows above the header
    # count as uneven, or a row of text with many commas would be taken for one.
    evenness = (1 + n_even) / len(rows)
    return 0.001 + math.log2(width) * evenness**2


def _detect_quote(lines: Sequence[str], delimiter: str) -> str:
    """Return ``'`` where every cell of the header is quoted by it, else ``"``."""
    filled = (line.strip() for line in lines if line.strip())
    header = next(filled, "")
    cells = header.split(delimiter)
    # One cell alone may be a title in quotation marks.
    if len(cells) > 1 and all(map(_is_in_single_quotes, cells)):
        return "'"
    return '"'


def _is_in_single_quotes(cell: str) -> bool:
    return len(cell) > 2 and cell[0] == cell[-1] == "'"


def _require_closed_quotes(row: Row, delimiter: str, quote: str, name: str) -> None:
    is_split = row.cells == row.text.split(delimiter)
    if is_split and _parse_cells(row.text, delimiter, quote) is None:
        raise InputError(
            f"the header of {name} has a quote that is not closed:"
            f" {row.text.strip()[:40]!r}; close it"
        )
