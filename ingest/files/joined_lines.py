"""Lines of the wrong width that are several records, or the first part of one."""

from __future__ import annotations

from ingest.files.dialect import Dialect
from ingest.files.queue import LineQueue
from ingest.files.quotes import Parsed


def split_joined(record: Parsed, queue: LineQueue, dialect: Dialect) -> Parsed | None:
    """Return the first record of a line that holds several, and put the others into the queue.

    They are those of an old Mac, whose lines end with carriage returns, or of files that were
    joined without a line end.
    """
    number, _, text, _ = record
    pieces = _split_line(text, dialect)
    rows = [piece.split(dialect.delimiter) for piece in pieces]
    if len(rows) < 2 or any(len(row) != dialect.width for row in rows):
        return None

    queue.insert(number + 1, pieces[1:])
    return number, rows[0], pieces[0], ""


def join_escaped(record: Parsed, queue: LineQueue, dialect: Dialect) -> Parsed | None:
    """Return a record whose line breaks have a backslash before them, as MySQL writes them."""
    parts = [record[2]]
    while parts[-1].endswith("\\"):
        line = queue.peek(len(parts) - 1)
        if line is None:
            return None

        parts.append(line[1])
        text = "\n".join(part.removesuffix("\\") for part in parts)
        cells = text.split(dialect.delimiter)
        if len(cells) == dialect.width:
            queue.drop(len(parts) - 1)
            return record[0], cells, "\n".join(parts), ""
        if len(cells) > dialect.width:
            return None
    return None


def _split_line(text: str, dialect: Dialect) -> list[str]:
    header = dialect.delimiter.join(dialect.header)
    text = text.replace("\ufeff", "\r")
    if text.endswith(header):
        text = f"{text.removesuffix(header)}\r{header}"
    return [piece for piece in text.split("\r") if piece.strip()]
