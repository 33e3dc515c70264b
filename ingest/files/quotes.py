"""Lines with quotes: a record, the start of a longer one, a literal quote, or a bad one.

A quoted cell may run over several lines, and an unclosed quote looks the same at first. The lines
up to the closing quote are read as one cell where that is valid, unless every one of them is a
record by itself and the quote before them looks like a stray one.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from ingest.files.dialect import NUMBER, Dialect, fits_numbers, parse_line, read_cells
from ingest.files.lines import MAX_LINE_BYTES, Line
from ingest.files.queue import LineQueue

MAX_LINES = 1_000
MAX_CHARACTERS = MAX_LINE_BYTES

MAX_RECORDS_IN_CELL = 5
"""Lines that are all records by themselves, above which they are no text of one cell."""

MAX_UNDOUBLED_CHARACTERS = 100_000

BAD_QUOTE = "a quote in the row is not closed or stands in the wrong place"

Parsed = tuple[int, list[str] | None, str, str]
"""Number of its first line, all cells or ``None``, text, and the reason where there are none."""


def parse_quoted(number: int, text: str, queue: LineQueue, dialect: Dialect) -> Parsed:
    """Return the record that begins with a line; further lines of it are taken from the queue.

    A record of another width than the header is returned as it is.
    """
    cells = parse_line(text, dialect.delimiter, dialect.quote)
    if cells is not None and len(cells) == dialect.width:
        return number, _without_formulas(cells), text, ""

    if cells is None or _may_be_escaped(cells, text, dialect):
        continued = _parse_continued(text, queue, dialect)
        if continued is not None:
            return number, *continued, ""

    other = _other_reading(text, dialect)
    if other is not None:
        return number, other, text, ""
    return number, cells, text, BAD_QUOTE if cells is None else ""


def _may_be_escaped(cells: Sequence[str], text: str, dialect: Dialect) -> bool:
    """Whether a quote that seems to end a short row has a backslash before it."""
    is_short = len(cells) < dialect.width
    return is_short and "\\" + dialect.quote in text


def _other_reading(text: str, dialect: Dialect) -> list[str] | None:
    """Return the cells of the first reading that is as wide as the header."""
    for cells in _other_readings(text, dialect):
        if cells is not None and len(cells) == dialect.width:
            return cells
    return None


def _other_readings(text: str, dialect: Dialect) -> Iterator[list[str] | None]:
    """Yield the cells of a line as programs write it that do not keep to the standard."""
    delimiter, quote = dialect.delimiter, dialect.quote
    if dialect.literal:
        yield text.split(delimiter)
    if "\\" + quote in text:
        yield read_cells([text], delimiter, quote, escape="\\")
    if delimiter + " " in text:
        yield read_cells(
            [text],
            delimiter,
            quote,
            skip_blanks=True,
        )
    if len(text) <= MAX_UNDOUBLED_CHARACTERS:
        yield _parse_undoubled(text, dialect)


def _parse_undoubled(text: str, dialect: Dialect) -> list[str] | None:
    """Parse a line whose quotes within cells are not doubled: ``"19" monitor",10``.

    A quote ends a cell where a delimiter follows. ``None`` where a quote has no second one.
    """
    quote = dialect.quote
    pattern = _undoubled_pattern(dialect.delimiter, quote)
    cells = []
    position = 0
    while position <= len(text) and (match := pattern.match(text, position)):
        position = match.end() + 1
        quoted, plain = match["quoted"], match["plain"]
        if quoted is not None:
            cells.append(quoted.replace(2 * quote, quote))
            continue
        if plain.startswith(quote) and plain.count(quote) == 1:
            return None
        cells.append(plain)

    return cells


@functools.cache
def _undoubled_pattern(delimiter: str, quote: str) -> re.Pattern[str]:
    """Return the pattern of a cell: quoted up to a quote before a delimiter, or plain."""
    delimiter = re.escape(delimiter)
    quote = re.escape(quote)
    end = rf"(?={delimiter}|$)"
    inner = rf"[^{quote}]|{quote}(?!{delimiter}|$)"
    quoted = rf"{quote}(?P<quoted>(?:{inner})*){quote}{end}"
    return re.compile(rf"{quoted}|(?P<plain>[^{delimiter}]*)")


def _without_formulas(cells: list[str]) -> list[str]:
    """Return cells with the text of ``="0012"``, by which Excel is kept from reading a number."""
    return [
        cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell
        for cell in cells
    ]


def _parse_continued(
    first: str, queue: LineQueue, dialect: Dialect
) -> tuple[list[str], str] | None:
    """Return the cells and text of a record of several lines, or put the lines back."""
    taken: list[Line] = []
    for escape in _possible_escapes(first, dialect.quote):
        lines = _take_continuation(first, taken, queue)
        cells = read_cells(
            lines,
            dialect.delimiter,
            dialect.quote,
            escape,
        )
        is_complete = cells is not None and len(cells) == dialect.width
        if is_complete and cells and not _is_stray(first, taken, dialect):
            texts = [text for _, text, _ in taken]
            return cells, "\n".join([first, *texts])

        queue.put_back(taken)
        taken.clear()

    return None


def _possible_escapes(text: str, quote: str) -> tuple[str | None, ...]:
    """Return the ways to escape a quote that a text may use; doubling it is the usual one."""
    return (None, "\\") if "\\" + quote in text else (None,)


def _take_continuation(
    first: str, taken: list[Line], queue: LineQueue
) -> Iterator[str]:
    """Yield a line and those that may belong to its record; the latter are added to ``taken``."""
    yield first + "\n"
    n_left = MAX_CHARACTERS - len(first)
    while len(taken) < MAX_LINES and n_left > 0 and (line := queue.take()) is not None:
        taken.append(line)
        _, text, problem = line
        n_left -= len(text)
        if problem:
            return
        yield text + "\n"


def _is_stray(first: str, taken: Sequence[Line], dialect: Dialect) -> bool:
    """Whether the quote before lines was never closed, and they are records of their own."""
    if not all(_is_record(text, dialect) for _, text, _ in taken):
        return False
    if dialect.unquoted_quotes or len(taken) > MAX_RECORDS_IN_CELL:
        return True

    # With the quote taken for a letter the first line is complete, and not at its last cell.
    cells = first.split(dialect.delimiter)
    return (
        len(cells) == dialect.width
        and dialect.quote not in cells[-1]
        and fits_numbers(cells, dialect.numeric)
    )


def _is_record(text: str, dialect: Dialect) -> bool:
    """Whether a line has the cells of a record, with numbers where numbers belong."""
    # With neither numbers nor tabs, a line of a description may have as many commas by chance.
    is_telling = dialect.numeric or dialect.delimiter == "\t" or dialect.width > 4
    if dialect.width < 2 or not is_telling:
        return False

    cells = parse_line(text, dialect.delimiter, dialect.quote)
    return (
        cells is not None
        and len(cells) == dialect.width
        and all(NUMBER.fullmatch(cells[index]) for index in dialect.numeric)
    )
