"""Lines of a delimited table -> records, one bad quote never swallowing its neighbours.

A quoted cell may run over several lines. An unclosed quote looks just the same at first, so a
record may only continue while the next line is no record by itself, within ``MAX_LINES`` and
``MAX_CHARACTERS``, and must end with the right number of cells. Otherwise its first line is
rejected alone and reading goes on at the next one.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from common.errors import InputError
from ingest.files import HEAD_BYTES, MAX_LINE_BYTES, Line

MAX_LINES = 1_000
MAX_CHARACTERS = MAX_LINE_BYTES

Record = tuple[int, list[str] | None, str, str]
"""First line's number, cells or None, the text as read, and the reason where there are none."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written.

    ``literal`` tables do not quote: a ``"`` is a character. ``numeric`` are the columns that hold
    numbers, by which a line that is a record of its own is told from a line of a long cell.
    """

    delimiter: str
    header: tuple[str, ...]
    literal: bool
    numeric: tuple[int, ...]


def detect_dialect(start: bytes, name: str) -> Dialect:
    """Learn a table's dialect from its first bytes; raises ``InputError`` for a bad header."""
    text = start.decode(errors="replace").removeprefix("\ufeff")
    rows = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    if len(start) == HEAD_BYTES and len(rows) > 2:
        rows.pop()  # most likely cut in two
    delimiter = max("\t,;|", key=rows[0].count) if len(rows[0]) < HEAD_BYTES else "\t"
    if delimiter not in rows[0]:
        delimiter = ","
    cells = _parse(rows[0], delimiter)
    if cells is None:
        raise InputError(f"the header of {name} has a quote that is not closed")
    header = tuple(cell.strip() for cell in cells)
    for column in header:
        if column and header.count(column) > 1:
            raise InputError(f"the header of {name} has the column {column[:60]!r} twice")
    literal = delimiter == "\t" and '"' not in rows[0] and not _mostly_quoted(rows)
    return Dialect(delimiter, header, literal, _numeric(rows[1:], delimiter, len(header)))


def parse_records(lines: Iterator[Line], dialect: Dialect) -> Iterator[Record]:
    """Cut the lines after the header into records; blank lines are none."""
    csv.field_size_limit(2 * MAX_CHARACTERS)
    queue = _Queue(lines)
    width = len(dialect.header)
    delimiter = dialect.delimiter
    for number, text, problem in queue:
        if problem:
            yield number, None, text, problem
        elif '"' not in text:
            cells: list[str] | None = text.split(delimiter)
            if cells and len(cells) == width and text:
                yield number, cells, text, ""
            elif text.strip(" ") or width == 0:
                yield number, None, text, _wrong_width(cells or [], width)
        else:
            cells = _parse(text, delimiter)
            if cells is not None and len(cells) == width:
                yield number, cells, text, ""
            else:
                yield _mend(number, text, cells, queue, dialect)


def _mend(
    number: int, text: str, cells: list[str] | None, queue: _Queue, dialect: Dialect
) -> Record:
    """Read what one line alone does not give: a longer record, a literal quote, or a reason."""
    if cells is None:
        longer = _continue(text, queue, dialect)
        if longer is not None:
            return number, longer[0], longer[1], ""
    if dialect.literal:
        literal = text.split(dialect.delimiter)
        if len(literal) == len(dialect.header):
            return number, literal, text, ""
    if cells is None:
        return number, None, text, "a quote in the row is not closed or stands in the wrong place"
    return number, None, text, _wrong_width(cells, len(dialect.header))


def _continue(text: str, queue: _Queue, dialect: Dialect) -> tuple[list[str], str] | None:
    """Return the cells and text of a record of several lines, or put the lines back."""
    taken: list[Line] = []

    def following() -> Iterator[str]:
        yield text + "\n"
        room = MAX_CHARACTERS - len(text)
        while len(taken) < MAX_LINES and room > 0 and (line := queue.take()) is not None:
            taken.append(line)
            room -= len(line[1])
            if line[2] or _stands_alone(line[1], dialect):
                return
            yield line[1] + "\n"

    try:
        cells = next(csv.reader(following(), delimiter=dialect.delimiter, strict=True))
        if len(cells) == len(dialect.header):
            return cells, "\n".join([text, *(line[1] for line in taken)])
    except (csv.Error, StopIteration):
        pass
    queue.put_back(taken)
    return None


def _stands_alone(text: str, dialect: Dialect) -> bool:
    if len(dialect.header) < 2 or not (dialect.numeric or dialect.delimiter == "\t"):
        return False
    cells = _parse(text, dialect.delimiter)
    return (
        cells is not None
        and len(cells) == len(dialect.header)
        and all(_NUMBER.fullmatch(cells[index]) for index in dialect.numeric)
    )


class _Queue:
    """Lines that can be put back."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._waiting: deque[Line] = deque()

    def __iter__(self) -> Iterator[Line]:
        while (line := self.take()) is not None:
            yield line

    def take(self) -> Line | None:
        """Return the next line, or None at the end."""
        return self._waiting.popleft() if self._waiting else next(self._lines, None)

    def put_back(self, taken: Sequence[Line]) -> None:
        """Give lines back, to be taken again in the same order."""
        self._waiting.extendleft(reversed(taken))


def _parse(text: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return None


def _mostly_quoted(rows: Sequence[str]) -> bool:
    quoted = [row for row in rows if row.startswith('"') or '\t"' in row]
    return 2 * sum(_parse(row, "\t") is not None for row in quoted) > len(rows)


def _numeric(rows: Sequence[str], delimiter: str, width: int) -> tuple[int, ...]:
    table = [cells for row in rows if (cells := _parse(row, delimiter)) and len(cells) == width]
    if len(table) < 2:
        return ()
    most = 0.95 * len(table)
    return tuple(
        index
        for index in range(width)
        if sum(_NUMBER.fullmatch(cells[index]) is not None for cells in table) >= most
    )


def _wrong_width(cells: Sequence[str], width: int) -> str:
    return f"the row has {len(cells)} cells and the header has {width}"
