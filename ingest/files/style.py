"""How a table is written, as its first rows show: quotes, numbers, cells and names left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.files.dialect import COMMENT, NUMBER, Dialect, parse_line
from ingest.files.headers import filled_width

MIN_NUMERIC_SHARE = 0.95
"""Share of the first rows with a number in a column that makes it a numeric one."""

MIN_RAGGED_SHARE = 0.03
"""Share of short rows that makes it a habit to leave out empty cells."""

NO_DELIMITER = "\x1e"
"""Delimiter of a table of one column, whose cells may have any other character."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the sample: its cells, the number of its last physical line from 1, its text."""

    cells: list[str]
    last_line: int
    text: str


def describe(
    rows: Sequence[Row], index: int, delimiter: str, quote: str, is_given: bool
) -> Dialect:
    """Return the dialect of a table whose header is the row at ``index``.

    ``is_given`` says that the delimiter was asked for, and is not to be doubted.
    """
    named, body = rows[index], rows[index + 1 :]
    header = _complete_header(named, body)
    if len(header) == 1 and not is_given:
        delimiter = NO_DELIMITER

    is_quoted = quote in named.text or _mostly_quoted(body)
    cells = [row.cells for row in body]
    return Dialect(
        delimiter,
        header,
        n_skipped=named.last_line,
        quote=quote,
        literal=delimiter == "\t" and not is_quoted,
        numeric=_numeric_columns(cells, len(header)),
        ragged=_is_ragged(cells, len(header)),
        unquoted_quotes=any(map(_has_inner_quote, body)),
        has_comments=any(map(_is_comment, rows)),
    )


def _is_comment(row: Row) -> bool:
    return COMMENT.match(row.text) is not None


def _complete_header(row: Row, body: Sequence[Row]) -> tuple[str, ...]:
    """Return the cells of the header with those that rows fill without a name."""
    header = [cell.strip() for cell in row.cells]
    if _have_row_names(body, len(header)):
        return ("", *header)

    filled = [filled_width(row.cells) for row in body]
    n_filled = min(len(header), max(filled, default=0))
    width = max(1, filled_width(header), n_filled)
    return tuple(header[:width])


def _have_row_names(body: Sequence[Row], width: int) -> bool:
    """Whether rows have one more cell than the header, as R writes the names of its rows."""
    if len(body) < 2:
        return False

    n_longer = sum(filled_width(row.cells) == width + 1 for row in body)
    if n_longer < MIN_NUMERIC_SHARE * len(body):
        return False

    names = {row.cells[0] for row in body}
    return len(names) == len(body)


def _is_ragged(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether so many rows are short that it is no accident."""
    n_short = sum(len(cells) < width for cells in rows)
    return n_short > 0 and n_short >= MIN_RAGGED_SHARE * len(rows)


def _has_inner_quote(row: Row) -> bool:
    """Whether a cell without quotes around it has one within."""
    has_quote = any('"' in cell for cell in row.cells)
    return has_quote and '""' not in row.text


def _mostly_quoted(rows: Sequence[Row]) -> bool:
    """Whether more than half of the lines have quoted cells that parse."""
    n_quoted = 0
    for row in rows:
        has_quoted_cell = row.text.startswith('"') or '\t"' in row.text
        if has_quoted_cell and parse_line(row.text, "\t") is not None:
            n_quoted += 1
    return 2 * n_quoted > len(rows)


def _numeric_columns(rows: Sequence[Sequence[str]], width: int) -> tuple[int, ...]:
    """Return the indices of columns that hold numbers in nearly all of the rows that have them."""
    # Parts of broken rows have other cells in a column, so that complete rows are asked first.
    complete = [row for row in rows if len(row) >= width]
    if len(complete) >= 2:
        rows = complete

    columns = []
    for index in range(width):
        cells = [row[index] for row in rows if len(row) > index]
        n_numbers = sum(NUMBER.fullmatch(cell) is not None for cell in cells)
        min_numbers = MIN_NUMERIC_SHARE * len(cells)
        # One row is no evidence: any text may happen to be a number.
        if n_numbers >= max(2, min_numbers):
            columns.append(index)

    return tuple(columns)
