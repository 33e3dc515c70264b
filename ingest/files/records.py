"""Lines of a delimited table become records, and a bad quote costs no record but its own."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ingest.files.dialect import COMMENT, Dialect
from ingest.files.joined_lines import mend_lines
from ingest.files.lines import MAX_LINE_BYTES, Line
from ingest.files.padding import may_be_padded
from ingest.files.queue import LineQueue
from ingest.files.quotes import Parsed, parse_quoted
from ingest.files.record_file import Record
from ingest.files.totals import BEGINNINGS, is_count, is_ruling, is_total


def parse_records(
    lines: Iterator[Line],
    dialect: Dialect,
    pick: Callable[[list[str]], Sequence[str]] | None,
    counts: Counter[str],
) -> Iterator[Record]:
    """Parse the lines after the header into records; blank lines and rows are skipped.

    ``pick`` picks the cells that are asked for; without it they are all yielded. ``counts`` counts
    ``headers``, ``empty rows``, ``comments`` and ``totals`` that are skipped, and rows that are
    ``padded``.
    """
    csv.field_size_limit(2 * MAX_LINE_BYTES)
    queue = LineQueue(lines)
    _skip_ruling(queue)
    delimiter, quote = dialect.delimiter, dialect.quote
    # A row that begins like an empty one, or like the header, is looked at more closely.
    unusual = BEGINNINGS | {"", dialect.header[0]}
    plain_width = -1 if dialect.has_comments else dialect.width

    for number, text, problem in queue:
        if problem:
            yield number, None, text, problem
            continue

        if quote in text:
            record = parse_quoted(number, text, queue, dialect)
        else:
            # Nearly all lines come here, and splitting is much faster than csv.
            cells = text.split(delimiter)
            if len(cells) == plain_width and cells[0] not in unusual:
                yield number, cells if pick is None else pick(cells), text, ""
                continue
            record = number, cells, text, ""

        if not _is_skipped(record, queue, dialect, counts):
            number, complete, text, reason = _complete(
                record,
                queue,
                dialect,
                counts,
            )
            picked = pick(complete) if pick and complete is not None else complete
            yield number, picked, text, reason


def _skip_ruling(queue: LineQueue) -> None:
    """Skip a line that is drawn below the header."""
    first = queue.peek()
    if first is None:
        return

    _, text, _ = first
    if is_ruling(text):
        queue.drop(1)


def _is_skipped(
    record: Parsed, queue: LineQueue, dialect: Dialect, counts: Counter[str]
) -> bool:
    """Whether a record is none: an empty row, the header again, a comment, or a last total."""
    _, cells, text, _ = record
    if cells is None:
        return False

    if not any(cells) or not text.strip():
        counts["empty rows"] += len(cells) > 1
        return True
    if _is_header(cells, dialect):
        counts["headers"] += 1
        return True
    if dialect.has_comments and COMMENT.match(text):
        counts["comments"] += 1
        return True
    # Every quoted line comes here, and looking ahead is dear: it is the last question.
    if _may_be_total(cells, text, dialect) and _is_last(queue):
        counts["totals"] += 1
        return True
    return False


def _may_be_total(cells: Sequence[str], text: str, dialect: Dialect) -> bool:
    """Whether a line is a total or a number of rows, if it is the last one."""
    is_short = len(cells) < dialect.width
    if not is_short and cells[0] and cells[0] not in BEGINNINGS:
        return False
    return is_total(cells) or is_count(text)


def _is_last(queue: LineQueue) -> bool:
    """Whether no line with a text follows soon."""
    following = [queue.peek(index) for index in range(3)]
    return not any(line and line[1].strip() for line in following)


def _is_header(cells: Sequence[str], dialect: Dialect) -> bool:
    """Whether the header is there again, as where files were joined."""
    first, *_ = dialect.header
    if cells[0].strip() != first:
        return False

    stripped = tuple(cell.strip() for cell in cells[: dialect.width])
    return stripped == dialect.header and dialect.width > 1


def _complete(
    record: Parsed, queue: LineQueue, dialect: Dialect, counts: Counter[str]
) -> Parsed:
    """Return a record made as wide as the header, or rejected."""
    number, cells, text, _ = record
    width = dialect.width
    if cells is None or len(cells) == width:
        return record

    surplus = "".join(cells[width:])
    if len(cells) > width and not surplus.strip():
        return number, cells[:width], text, ""
    mended = mend_lines(record, queue, dialect)
    if mended is not None:
        return mended

    if len(cells) < width and may_be_padded(cells, queue, dialect):
        counts["padded"] += 1
        padding = [""] * (width - len(cells))
        return number, cells + padding, text, ""
    return number, None, text, _wrong_width(len(cells), width)


def _wrong_width(n_cells: int, width: int) -> str:
    return f"the row has {n_cells} cells and the header has {width}"
