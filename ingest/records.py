"""Lines of a delimited table become records, and a bad quote costs no record but its own.

A quoted cell may run over several lines. An unclosed quote looks the same at first, so a record
continues only while the next line is no record by itself, within ``MAX_LINES`` and
``MAX_CHARACTERS``, and must end with the right number of cells. Otherwise its first line is
rejected alone and parsing goes on at the next one.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from common.errors import InputError
from ingest.files.old import HEAD_BYTES, MAX_LINE_BYTES, Line

MAX_LINES = 1_000
MAX_CHARACTERS = MAX_LINE_BYTES

MIN_NUMERIC_SHARE = 0.95
"""Share of the first rows with a number in a column that makes it a numeric one."""

Record = tuple[int, list[str] | None, str, str]
"""Number of its first line, cells or ``None``, text, and the reason where there are no cells."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written.

    Attributes:
        delimiter: the character between cells.
        header: names of the columns.
        literal: whether ``"`` is an ordinary character, and no cell is quoted.
        numeric: indices of columns of numbers, which tell a record from a line of a long cell.
    """

    delimiter: str
    header: tuple[str, ...]
    literal: bool
    numeric: tuple[int, ...]


def detect_dialect(head: bytes, name: str) -> Dialect:
    """Return a table's dialect from its first bytes; raises ``InputError`` for a bad header."""
    first, *others = _split_lines(head)
    delimiter = _detect_delimiter(first)
    header = _parse_header(first, delimiter, name)

    has_quotes = '"' in first or _mostly_quoted([first, *others])
    return Dialect(
        delimiter,
        header,
        literal=delimiter == "\t" and not has_quotes,
        numeric=_numeric_columns(others, delimiter, len(header)),
    )


def parse_records(lines: Iterator[Line], dialect: Dialect) -> Iterator[Record]:
    """Parse the lines after the header into records; blank lines are skipped."""
    csv.field_size_limit(2 * MAX_CHARACTERS)
    queue = _LineQueue(lines)
    width = len(dialect.header)
    delimiter = dialect.delimiter

    for number, text, problem in queue:
        if problem:
            yield number, None, text, problem
        elif '"' in text:
            yield _parse_quoted(number, text, queue, dialect)
        else:
            # Nearly all lines come here, and splitting is much faster than csv.
            cells = text.split(delimiter)
            if len(cells) == width and text:
                yield number, cells, text, ""
            elif text.strip(" ") or width == 0:
                yield number, None, text, _wrong_width(cells, width)


def _split_lines(head: bytes) -> list[str]:
    """Return the lines of the first bytes that are not blank."""
    text = head.decode(errors="replace").removeprefix("\ufeff")
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    if len(head) == HEAD_BYTES and len(lines) > 2:
        lines.pop()  # most likely cut in two
    return lines


def _detect_delimiter(header: str) -> str:
    """Return the most frequent delimiter of the header; a table of one column is CSV."""
    if len(header) >= HEAD_BYTES:
        return "\t" if "\t" in header else ","
    delimiter = max("\t,;|", key=header.count)
    return delimiter if delimiter in header else ","


def _parse_header(line: str, delimiter: str, name: str) -> tuple[str, ...]:
    cells = _parse_line(line, delimiter)
    if cells is None:
        raise InputError(f"the header of {name} has a quote that is not closed")

    header = tuple(cell.strip() for cell in cells)
    for column in header:
        if column and header.count(column) > 1:
            raise InputError(
                f"the header of {name} has the column {column[:60]!r} twice"
            )
    return header


def _parse_quoted(
    number: int, text: str, queue: _LineQueue, dialect: Dialect
) -> Record:
    """Parse a line with quotes: a record, the start of a longer one, a literal quote, or bad."""
    width = len(dialect.header)
    cells = _parse_line(text, dialect.delimiter)
    if cells is not None and len(cells) == width:
        return number, cells, text, ""

    if cells is None:
        continued = _parse_continued(text, queue, dialect)
        if continued is not None:
            return number, *continued, ""

    if dialect.literal:
        literal = text.split(dialect.delimiter)
        if len(literal) == width:
            return number, literal, text, ""

    if cells is None:
        return (
            number,
            None,
            text,
            "a quote in the row is not closed or stands in the wrong place",
        )
    return number, None, text, _wrong_width(cells, width)


def _parse_continued(
    first: str, queue: _LineQueue, dialect: Dialect
) -> tuple[list[str], str] | None:
    """Return the cells and text of a record of several lines, or put the lines back."""
    taken: list[Line] = []
    lines = _take_continuation(first, taken, queue, dialect)
    try:
        # strict: at the end of the lines an open quote is an error, and not the end of a cell.
        cells = next(csv.reader(lines, delimiter=dialect.delimiter, strict=True))
        if len(cells) == len(dialect.header):
            return cells, "\n".join([first, *(text for _, text, _ in taken)])
    except (csv.Error, StopIteration):
        pass
    queue.put_back(taken)
    return None


def _take_continuation(
    first: str, taken: list[Line], queue: _LineQueue, dialect: Dialect
) -> Iterator[str]:
    """Yield a line and those that may belong to its record; the latter are added to ``taken``."""
    yield first + "\n"
    n_left = MAX_CHARACTERS - len(first)
    while len(taken) < MAX_LINES and n_left > 0 and (line := queue.take()) is not None:
        taken.append(line)
        _, text, problem = line
        n_left -= len(text)
        # Whatever is a record by itself ends the search: the quote before it was never closed.
        if problem or _is_record(text, dialect):
            return
        yield text + "\n"


def _is_record(text: str, dialect: Dialect) -> bool:
    """Whether a line has the cells of a record, with numbers where numbers belong."""
    # With neither numbers nor tabs, a line of a description may have as many commas by chance.
    if len(dialect.header) < 2 or not (dialect.numeric or dialect.delimiter == "\t"):
        return False

    cells = _parse_line(text, dialect.delimiter)
    return (
        cells is not None
        and len(cells) == len(dialect.header)
        and all(_NUMBER.fullmatch(cells[index]) for index in dialect.numeric)
    )


class _LineQueue:
    """Lines that can be put back."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._returned: deque[Line] = deque()

    def __iter__(self) -> Iterator[Line]:
        while (line := self.take()) is not None:
            yield line

    def take(self) -> Line | None:
        """Return the next line, or ``None`` at the end."""
        return self._returned.popleft() if self._returned else next(self._lines, None)

    def put_back(self, lines: Sequence[Line]) -> None:
        """Return lines to the front, to be taken again in the same order."""
        self._returned.extendleft(reversed(lines))


def _parse_line(text: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return None


def _mostly_quoted(lines: Sequence[str]) -> bool:
    """Whether more than half of the lines have quoted cells that parse."""
    n_quoted = 0
    for line in lines:
        has_quoted_cell = line.startswith('"') or '\t"' in line
        if has_quoted_cell and _parse_line(line, "\t") is not None:
            n_quoted += 1
    return 2 * n_quoted > len(lines)


def _numeric_columns(
    lines: Sequence[str], delimiter: str, width: int
) -> tuple[int, ...]:
    """Return the indices of columns that hold numbers in nearly all of the lines."""
    rows = [_parse_line(line, delimiter) for line in lines]
    complete = [cells for cells in rows if cells and len(cells) == width]
    # One row is no evidence: any text may happen to be a number.
    if len(complete) < 2:
        return ()

    columns = []
    for index in range(width):
        n_numbers = sum(
            _NUMBER.fullmatch(cells[index]) is not None for cells in complete
        )
        if n_numbers >= MIN_NUMERIC_SHARE * len(complete):
            columns.append(index)
    return tuple(columns)


def _wrong_width(cells: Sequence[str], width: int) -> str:
    return f"the row has {len(cells)} cells and the header has {width}"
