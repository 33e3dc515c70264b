"""Progress on the terminal, for work that takes longer than two seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from common.progress import Progress

PATIENCE = 2.0
"""Seconds before anything is shown."""

LINE_INTERVAL = 5.0
"""Seconds between two lines where there is no terminal to draw a bar on."""


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """Yield a function to report progress to; a bar is drawn on stderr once it takes a while.

    Without a terminal a line is written every few seconds instead.
    """
    display = _Bar(title) if sys.stderr.isatty() else _Lines(title)
    try:
        yield display.report
    finally:
        display.close()


def _describe(title: str, message: str) -> str:
    return f"{title}: {message}" if message else title


class _Bar:
    """Draws a bar that disappears when the work is done."""

    def __init__(self, title: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._title = title
        self._started = time.monotonic()
        self._is_shown = False
        self._bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task(title, total=1.0)

    def report(self, message: str, fraction: float) -> None:
        """Show the message and the fraction done, once ``PATIENCE`` is over."""
        if not self._is_shown and time.monotonic() - self._started > PATIENCE:
            self._bar.start()
            self._is_shown = True
        if self._is_shown:
            description = _describe(self._title, message)
            self._bar.update(self._task, description=description, completed=fraction)

    def close(self) -> None:
        """Remove the bar."""
        if self._is_shown:
            self._bar.stop()


class _Lines:
    """Prints a line now and then, for a log."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._next = time.monotonic() + PATIENCE

    def report(self, message: str, fraction: float) -> None:
        """Print the message and the fraction done, unless the last line is recent."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + LINE_INTERVAL
        description = _describe(self._title, message)
        print(f"{description} ({fraction:.0%})", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the lines as they are."""
