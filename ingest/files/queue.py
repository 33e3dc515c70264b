"""Lines that can be looked at before they are taken, and put back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from ingest.files.lines import Line


class LineQueue:
    """The lines of a table in order; lines may be returned to the front."""

    def __init__(self, lines: Iterator[Line]) -> None:
        """Take lines from an iterator as they are needed."""
        self._lines = lines
        self._returned: deque[Line] = deque()
        self._n_inserted = 0

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines, those that were put back first."""
        # The usual way has no call a line: there are millions.
        while True:
            while self._returned:
                yield self._returned.popleft()
            for line in self._lines:
                yield self._shift(line) if self._n_inserted else line
                if self._returned:
                    break
            else:
                if not self._returned:
                    return

    def take(self) -> Line | None:
        """Return the next line, or ``None`` at the end."""
        if self._returned:
            return self._returned.popleft()
        line = next(self._lines, None)
        return None if line is None else self._shift(line)

    def peek(self, index: int = 0) -> Line | None:
        """Return a line ahead without taking it, or ``None`` where the table ends before."""
        while len(self._returned) <= index:
            line = next(self._lines, None)
            if line is None:
                return None
            self._returned.append(self._shift(line))
        return self._returned[index]

    def put_back(self, lines: Sequence[Line]) -> None:
        """Return lines to the front, to be taken again in the same order."""
        self._returned.extendleft(reversed(lines))

    def drop(self, n_lines: int) -> None:
        """Take lines that have been looked at."""
        for _ in range(n_lines):
            self._returned.popleft()

    def insert(self, number: int, texts: Sequence[str]) -> None:
        """Put the further pieces of a line to the front; lines after them get higher numbers."""
        n_more = len(texts)
        later = [(n + n_more, text, problem) for n, text, problem in self._returned]
        self._returned.clear()
        for n, text in enumerate(texts, start=number):
            self._returned.append((n, text, ""))
        self._returned.extend(later)
        self._n_inserted += n_more

    def _shift(self, line: Line) -> Line:
        if not self._n_inserted:
            return line
        return line[0] + self._n_inserted, line[1], line[2]
