"""Events that the steps of a local run report to the command that started it, as JSON lines.

A run on a cluster has none: there the orchestrator shows states, outputs and logs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

INTERVAL = 0.2
"""Shortest time between two progress events, in seconds; nobody can follow more."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something a step reports.

    Attributes:
        kind: ``start``, ``progress``, ``note``, ``done`` or ``error``.
        step: name of the step's function.
        subject: what the step works on: a target or a release.
        message: a sentence, or what is being done.
        fraction: fraction done, 0 to 1.
        seconds: time since the step started.
        exit_code: exit code of an error.
        result: the return value of a step that is done.
    """

    kind: str
    step: str
    subject: str = ""
    message: str = ""
    fraction: float = 0.0
    seconds: float = 0.0
    exit_code: int = 0
    result: Any = field(default=None)


class Writer:
    """Appends events to a file, or drops them where there is no file; also a ``Progress``."""

    def __init__(self, path: Path | None, step: str, subject: str) -> None:
        """Report for one step; ``path`` is the event file of the run."""
        self._path = path
        self._step = step
        self._subject = subject
        self._started = time.monotonic()
        self._last = 0.0

    def __call__(self, message: str, fraction: float) -> None:
        """Report progress, at most every ``INTERVAL`` seconds and when all is done."""
        # The last report is never skipped: a bar should end full.
        now = time.monotonic()
        if now - self._last >= INTERVAL or fraction >= 1:
            self._last = now
            self.write("progress", message=message, fraction=fraction)

    def note(self, sentence: str) -> None:
        """Report a sentence that is worth reading after the run; it goes to the log too."""
        print(sentence)
        self.write("note", message=sentence)

    def write(self, kind: str, **values: Any) -> None:
        """Append one event."""
        if self._path is None:
            return

        seconds = time.monotonic() - self._started
        event = Event(
            kind,
            self._step,
            self._subject,
            seconds=round(seconds, 2),
            **values,
        )
        line = json.dumps(asdict(event))
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


class Reader:
    """Reads the events that were added to a file since the last read."""

    def __init__(self, path: Path) -> None:
        """Follow a file, which may not exist yet."""
        self._path = path
        self._offset = 0

    def new(self) -> Iterator[Event]:
        """Yield the new events, in order."""
        if not self._path.exists():
            return

        with self._path.open(encoding="utf-8") as file:
            file.seek(self._offset)
            # A line without its end is still being written: the next call reads it.
            while (line := file.readline()).endswith("\n"):
                self._offset = file.tell()
                yield Event(**json.loads(line))
