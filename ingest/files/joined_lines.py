"""Lines of the wrong width that are several records, or the first part of one."""

from __future__ import annotations

from ingest.files.dialect import Dialect
from ingest.files.queue import LineQueue
from ingest.files.quotes import Parsed


def mend_lines(record: Parsed, queue: LineQueue, dialect: Dialect) -> Parsed | None:
    """Return the first record of a line of several, or the record that several lines make."""
    first = split_joined(record, queue, dialect)
    return first or join_escaped(record, queue, dialect)


def split_joined(record: Parsed, queue: LineQueue, dialect: Dialect) -> Parsed | None:
    """Return the first record of a line that holds several, and put the others into the queue.

    They are those of an old Mac, whose lines end with carriage returns, or of files that were
    joined without a line end.
    """
    number, _, text, _ = record
    first, *others = _split_line(text, dialect) or [text]
    if not others:
        return None

    rows = [piece.split(dialect.delimiter) for piece in (first, *others)]
    if any(len(row) != dialect.width for row in rows):
        return None

    queue.insert(number + 1, others)
    return number, rows[0], first, ""


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
    """Return the pieces of a line between marks of old line ends and of joined files."""
    header = dialect.delimiter.join(dialect.header)
    text = text.replace("\ufeff", "\r")
    if text.endswith(header):
        # A file without a last line end was joined with one that begins with the header.
        before = text.removesuffix(header)
        text = f"{before}\r{header}"
    return [piece for piece in text.split("\r") if piece.strip()]
