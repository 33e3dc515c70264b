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
    if not lines:
        raise InputError(f"{name} is empty")
    start, separator = _skip_separator_line(lines)
    notes = ["the line 'sep=' above the header is skipped"] if separator else []
    chosen = delimiter or separator
    if not chosen:
        chosen = _detect_delimiter(lines, start)
    if chosen not in "\t,":
        notes.append(f"delimiter: {chosen!r}")

    quote = _detect_quote(lines[start:], chosen)
    rows = split_rows(lines, start, chosen, quote)
    if not rows:
        raise InputError(f"{name} is empty")

    index, skipped = find_header(rows)
    _require_closed_quotes(rows[index], chosen, quote, name)
    dialect = describe(rows, index, chosen, quote, bool(delimiter or separator))
    if dialect.width > len(rows[index].cells):
        skipped.append("the first column has no name in the header: it names the rows")
    return Layout(dialect, (*notes, *skipped))


def _skip_separator_line(lines: Sequence[str]) -> tuple[int, str]:
    """Return the index of the line to begin with, and the delimiter that a ``sep=`` names."""
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    match = _SEPARATOR_LINE.fullmatch(lines[first].strip(" ")) if lines else None
    if match is None:
        return first, ""
    return first + 1, match["delimiter"].replace("\\t", "\t")


def split_rows(
    lines: Sequence[str], start: int, delimiter: str, quote: str = '"'
) -> list[Row]:
    """Return the first rows that are not blank; quoted cells over several lines are joined."""
    rows: list[Row] = []
    number = start
    while number < len(lines) and len(rows) < MAX_ROWS:
        first = number
        text = lines[first]
        number += 1
        if not text.strip():
            continue

        cells = _parse_cells(text, delimiter, quote)
        if cells is None:
            joined = _join_lines(lines, first, delimiter, quote)
            if joined is not None:
                cells, number = joined
                text = "\n".join(lines[first:number])
        rows.append(Row(cells or text.split(delimiter), number, text))
    return rows


def _parse_cells(text: str, delimiter: str, quote: str) -> list[str] | None:
    return (
        parse_line(text, delimiter, quote) if quote in text else text.split(delimiter)
    )


def _join_lines(
    lines: Sequence[str], start: int, delimiter: str, quote: str
) -> tuple[list[str], int] | None:
    """Return the cells of a row of several lines, and the index of the line after it."""
    stretch = [line + "\n" for line in lines[start : start + MAX_CELL_LINES]]
    reader = csv.reader(stretch, delimiter=delimiter, quotechar=quote, strict=True)
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
    index, _ = find_header(rows) if rows else (0, [])
    body = rows[index + 1 :]
    width = filled_width(rows[index].cells) if rows else 0
    if width < 2:
        return 0.0
    n_even = 0.0
    for row in body:
        filled = filled_width(row.cells)
        if len(row.cells) == len(rows[index].cells):
            n_even += 1
        elif 2 <= filled <= width:
            n_even += 0.9

    # Squared, because text has commas too, though not in every row as many. Rows above the header
    # count as uneven, or a row of text with many commas would be taken for one.
    evenness = (1 + n_even) / len(rows)
    return 0.001 + math.log2(width) * evenness**2


def _detect_quote(lines: Sequence[str], delimiter: str) -> str:
    """Return ``'`` where every cell of the header is quoted by it, else ``"``."""
    header = next((line.strip() for line in lines if line.strip()), "")
    cells = header.split(delimiter)
    has_single = all(len(cell) > 2 and cell[0] == cell[-1] == "'" for cell in cells)
    return "'" if has_single and len(cells) > 1 else '"'


def _require_closed_quotes(row: Row, delimiter: str, quote: str, name: str) -> None:
    is_split = row.cells == row.text.split(delimiter)
    if is_split and _parse_cells(row.text, delimiter, quote) is None:
        raise InputError(
            f"the header of {name} has a quote that is not closed:"
            f" {row.text.strip()[:40]!r}; close it"
        )
