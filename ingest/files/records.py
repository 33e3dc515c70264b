"""Lines of a delimited table become records, and a bad quote costs no record but its own."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ingest.files.dialect import COMMENT, Dialect, fits_numbers
from ingest.files.lines import MAX_LINE_BYTES, Line
from ingest.files.queue import LineQueue
from ingest.files.quotes import Parsed, parse_quoted
from ingest.files.record_file import Record


def parse_records(
    lines: Iterator[Line],
    dialect: Dialect,
    pick: Callable[[list[str]], Sequence[str]] | None,
    counts: Counter[str],
) -> Iterator[Record]:
    """Parse the lines after the header into records; blank lines and rows are skipped.

    ``pick`` picks the cells that are asked for; without it they are all yielded. ``counts`` counts
    ``headers``, ``empty rows`` and ``comments`` that are skipped, and rows that are ``padded``.
    """
    csv.field_size_limit(2 * MAX_LINE_BYTES)
    queue = LineQueue(lines)
    width, delimiter, quote = dialect.width, dialect.delimiter, dialect.quote
    # A row that begins like an empty one, or like the header, is looked at more closely.
    unusual = frozenset(["", dialect.header[0]])
    plain_width = -1 if dialect.has_comments else width

    for number, text, problem in queue:
        if problem:
            yield number, None, text, problem
            continue

        if quote not in text:
            # Nearly all lines come here, and splitting is much faster than csv.
            cells = text.split(delimiter)
            if len(cells) == plain_width and cells[0] not in unusual:
                yield number, cells if pick is None else pick(cells), text, ""
                continue
            record: Parsed = (number, cells, text, "")
        else:
            record = parse_quoted(number, text, queue, dialect)

        checked = _check(record, queue, dialect, counts)
        if checked is not None:
            number, complete, text, reason = checked
            picked = pick(complete) if pick and complete is not None else complete
            yield number, picked, text, reason


def _check(
    record: Parsed, queue: LineQueue, dialect: Dialect, counts: Counter[str]
) -> Parsed | None:
    """Return a record made as wide as the header, or rejected; ``None`` where it is skipped."""
    number, cells, text, _ = record
    if cells is None:
        return record
    if not any(cells) or not text.strip():
        counts["empty rows"] += len(cells) > 1
        return None
    if _is_header(cells, dialect):
        counts["headers"] += 1
        return None
    if dialect.has_comments and COMMENT.match(text):
        counts["comments"] += 1
        return None

    width = dialect.width
    if len(cells) > width and not any(map(str.strip, cells[width:])):
        return number, cells[:width], text, ""
    if len(cells) == width:
        return number, cells, text, ""

    if (joined := _split_or_join(record, queue, dialect)) is not None:
        return joined
    if len(cells) < width and _may_be_padded(cells, queue, dialect):
        counts["padded"] += 1
        return number, cells + [""] * (width - len(cells)), text, ""
    return number, None, text, wrong_width(cells, width)


def _is_header(cells: Sequence[str], dialect: Dialect) -> bool:
    """Whether the header is there again, as where files were joined."""
    if cells[0].strip() != dialect.header[0]:
        return False
    stripped = [cell.strip() for cell in cells[: dialect.width]]
    return stripped == list(dialect.header) and dialect.width > 1


def _split_or_join(record: Parsed, queue: LineQueue, dialect: Dialect) -> Parsed | None:
    """Read a line of the wrong width as several lines, or as the first part of one."""
    number, cells, text, _ = record
    width, delimiter = dialect.width, dialect.delimiter
    pieces = _split_line(text, dialect)
    if len(pieces) > 1 and all(
        len(piece.split(delimiter)) == width for piece in pieces
    ):
        queue.insert(number + 1, pieces[1:])
        return number, pieces[0].split(delimiter), pieces[0], ""

    # MySQL writes a line break within a cell as a backslash before it.
    parts = [text]
    while parts[-1].endswith("\\") and (line := queue.peek(len(parts) - 1)) is not None:
        parts.append(line[1])
        joined = "\n".join(part.removesuffix("\\") for part in parts)
        if len(cells := joined.split(delimiter)) >= width:
            break
    if len(parts) > 1 and cells is not None and len(cells) == width:
        queue.drop(len(parts) - 1)
        return number, cells, "\n".join(parts), ""
    return None


def _split_line(text: str, dialect: Dialect) -> list[str]:
    """Return the lines in a line: those of an old Mac, or of files joined without a line end."""
    header = dialect.delimiter.join(dialect.header)
    text = text.replace("\ufeff", "\r")
    if text.endswith(header):
        text = f"{text.removesuffix(header)}\r{header}"
    return [piece for piece in text.split("\r") if piece.strip()]


def _may_be_padded(cells: Sequence[str], queue: LineQueue, dialect: Dialect) -> bool:
    """Whether a short row lacks empty cells at its end, and is no part of a broken one.

    A line break within a cell that is not quoted makes two short lines of a row. They are told
    from rows with cells left out by numbers where numbers belong, and by the line that follows.
    """
    if not fits_numbers(cells, dialect.numeric):
        return False

    n_numeric = sum(index < len(cells) for index in dialect.numeric)
    has_id = any(index < len(cells) and cells[index] != "" for index in dialect.numeric)
    if len(cells) == 1:
        return dialect.ragged and not n_numeric and not dialect.numeric
    if n_numeric == len(dialect.numeric) and has_id:
        return True

    following = queue.peek()
    if following is None or not following[1].strip():
        return True
    below = following[1].split(dialect.delimiter)
    if has_id:
        return fits_numbers(below, dialect.numeric) and len(below) > 1
    if dialect.numeric:
        return False
    return dialect.ragged or len(cells) + len(below) - 1 != dialect.width


def wrong_width(cells: Sequence[str], width: int) -> str:
    """Return the reason for which a row of another width is rejected."""
    return f"the row has {len(cells)} cells and the header has {width}"
