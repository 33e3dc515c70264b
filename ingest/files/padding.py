"""Short rows: empty cells left out at the end, or one part of a row that was broken in two."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.files.dialect import Dialect, fits_numbers
from ingest.files.queue import LineQueue


def may_be_padded(cells: Sequence[str], queue: LineQueue, dialect: Dialect) -> bool:
    """Whether a short row lacks empty cells at its end, and is no part of a broken one.

    A line break within a cell that is not quoted makes two short lines of a row. They are told
    from rows with cells left out by numbers where numbers belong, and by the line that follows.
    """
    numeric = dialect.numeric
    if not fits_numbers(cells, numeric):
        return False
    if len(cells) == 1:
        return dialect.ragged and not numeric

    within = [cells[index] for index in numeric if index < len(cells)]
    has_number = any(within)
    if has_number and len(within) == len(numeric):
        return True
    return _begins_below(cells, queue, dialect, has_number)


def _begins_below(
    cells: Sequence[str], queue: LineQueue, dialect: Dialect, has_number: bool
) -> bool:
    """Whether the next line begins a row, and is not the rest of this one."""
    line = queue.peek()
    if line is None or not line[1].strip():
        return True

    below = line[1].split(dialect.delimiter)
    if has_number:
        return len(below) > 1 and fits_numbers(below, dialect.numeric)
    if dialect.numeric:
        return False
    # The two parts of a broken row have one cell more than the row, that which was broken.
    return dialect.ragged or len(cells) + len(below) - 1 != dialect.width
