"""Recognises how a delimited table is written: its delimiter, its header line and its habits."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from common.errors import InputError
from ingest.files.dialect import COMMENT, NUMBER, Dialect, parse_line
from ingest.files.headers import filled_width, find_header

DELIMITERS = "\t,;|"
RARE_DELIMITERS = "\x01\x1f^~¦:"
"""Delimiters that are believed only where every row has the same number of cells."""

NO_DELIMITER = "\x1e"
"""Delimiter of a table of one column, whose cells may have any other character."""

MAX_ROWS = 300
MAX_CELL_LINES = 50
"""Lines of a quoted cell that are put together while the layout is recognised."""

MIN_NUMERIC_SHARE = 0.95
"""Share of the first rows with a number in a column that makes it a numeric one."""

MIN_RAGGED_SHARE = 0.03

_SEPARATOR_LINE = re.compile(
    r"[\"']?sep=(?P<delimiter>\\t|.)[\"']?[\s,;|\t]*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the sample: its cells, and the number of its last physical line from 1."""

    cells: list[str]
    last_line: int
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A dialect, and the sentences that say what was recognised."""

    dialect: Dialect
    notes: tuple[str, ...]


def detect_layout(lines: Sequence[str], delimiter: str, name: str) -> Layout:
    """Return the layout of the first lines of a table; raises ``InputError`` for a bad header.

    ``delimiter`` is the one asked for, or empty. ``name`` is that of the file in messages.
    """
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    separator = _SEPARATOR_LINE.fullmatch(lines[first].strip(" "))
    if separator:
        delimiter = delimiter or separator["delimiter"].replace("\\t", "\t")
    start = first + 1 if separator else first

    is_given = bool(delimiter)
    if not delimiter:
        delimiter = _detect_delimiter(lines, start)
    quote = _detect_quote(lines[start:], delimiter)
    rows = split_rows(lines, start, delimiter, quote)
    if not rows:
        raise InputError(f"{name} is empty")

    index, notes = find_header(rows)
    _require_closed_quotes(rows[index], delimiter, quote, name)
    dialect = _describe(rows, index, delimiter, quote, is_given)
    if separator:
        notes.insert(0, "the line 'sep=' above the header is skipped")
    if delimiter not in "\t,":
        notes.insert(0, f"delimiter: {delimiter!r}")
    return Layout(dialect, tuple(notes))


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


def _describe(
    rows: Sequence[Row], index: int, delimiter: str, quote: str, is_given: bool
) -> Dialect:
    header_row, body = rows[index], rows[index + 1 :]
    header = [cell.strip() for cell in header_row.cells]
    # Columns without a name are kept where rows fill them.
    filled = max((filled_width(row.cells) for row in body), default=0)
    header = header[: max(1, filled_width(header), min(len(header), filled))]
    complete = [row.cells for row in body if len(row.cells) >= len(header)]
    if body and _have_row_names(body, len(header_row.cells)):
        header.insert(0, "")
    if len(complete) < 2:
        complete = [row.cells for row in body]

    if len(header) == 1 and not is_given:
        delimiter = NO_DELIMITER
    texts = [row.text for row in rows[index:]]
    has_quotes = quote in header_row.text or _mostly_quoted(texts)
    n_short = sum(len(row.cells) < len(header) for row in body)
    return Dialect(
        delimiter,
        tuple(header),
        n_skipped=header_row.last_line,
        quote=quote,
        literal=delimiter == "\t" and not has_quotes,
        numeric=_numeric_columns(complete, len(header)),
        ragged=n_short > 0 and n_short >= MIN_RAGGED_SHARE * len(body),
        unquoted_quotes=any(map(_has_inner_quote, body)),
        has_comments=any(COMMENT.match(row.text) for row in rows),
    )


def _have_row_names(body: Sequence[Row], width: int) -> bool:
    """Whether rows have one more cell than the header, as R writes the names of its rows."""
    n_longer = sum(filled_width(row.cells) == width + 1 for row in body)
    first = [row.cells[0] for row in body]
    return n_longer >= MIN_NUMERIC_SHARE * len(body) and len(set(first)) == len(first)


def _has_inner_quote(row: Row) -> bool:
    """Whether a cell without quotes around it has one within."""
    return any('"' in cell for cell in row.cells) and '""' not in row.text


def _mostly_quoted(lines: Sequence[str]) -> bool:
    """Whether more than half of the lines have quoted cells that parse."""
    n_quoted = 0
    for line in lines[1:]:
        has_quoted_cell = line.startswith('"') or '\t"' in line
        if has_quoted_cell and parse_line(line, "\t") is not None:
            n_quoted += 1
    return 2 * n_quoted > len(lines) - 1


def _numeric_columns(rows: Sequence[Sequence[str]], width: int) -> tuple[int, ...]:
    """Return the indices of columns that hold numbers in nearly all of the rows that have them."""
    # One row is no evidence: any text may happen to be a number.
    if len(rows) < 2:
        return ()

    columns = []
    for index in range(width):
        cells = [row[index] for row in rows if len(row) > index]
        counts = Counter(NUMBER.fullmatch(cell) is not None for cell in cells)
        if counts[True] >= max(2, MIN_NUMERIC_SHARE * len(cells)):
            columns.append(index)
    return tuple(columns)
