"""Progress on the terminal, for whatever takes longer than two seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str, float], None]
"""Told ``(what is being done, fraction done)``."""

PATIENCE = 2.0
"""Seconds before anything is shown."""

BETWEEN_LINES = 5.0
"""Seconds between two lines where there is no terminal to draw a bar on."""


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """Give a function to report progress to; a bar is drawn on stderr once it takes a while.

    Without a terminal a line is written every few seconds instead.
    """
    display = _Bar(title) if sys.stderr.isatty() else _Lines(title)
    try:
        yield display.report
    finally:
        display.close()


class _Bar:
    def __init__(self, title: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        words = TextColumn("{task.description}")
        self._title = title
        self._begin = time.monotonic()
        self._bar = Progress(
            words, BarColumn(), TimeRemainingColumn(), console=Console(stderr=True), transient=True
        )
        self._task = self._bar.add_task(title, total=1.0)
        self._shown = False

    def report(self, doing: str, fraction: float) -> None:
        if not self._shown and time.monotonic() - self._begin > PATIENCE:
            self._bar.start()
            self._shown = True
        if self._shown:
            words = f"{self._title}: {doing}" if doing else self._title
            self._bar.update(self._task, description=words, completed=fraction)

    def close(self) -> None:
        if self._shown:
            self._bar.stop()


class _Lines:
    def __init__(self, title: str) -> None:
        self._title = title
        self._next = time.monotonic() + PATIENCE

    def report(self, doing: str, fraction: float) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + BETWEEN_LINES
            words = f"{self._title}: {doing}" if doing else self._title
            print(f"{words} ({fraction:.0%})", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the lines as they are."""
