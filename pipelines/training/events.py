"""What the steps of a local run tell the command that started it: one JSON object a line.

On a cluster nobody reads along: there the orchestrator shows states, outputs and logs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

INTERVAL = 0.2
"""Seconds between two reports of progress; more often is only work."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something a step reports.

    ``kind`` is ``start``, ``progress``, ``note``, ``done`` or ``error``; ``subject`` is what the
    step works on (a target or a release); ``fraction`` is 0 to 1; ``result`` is what a step that is
    done returned; a note is a sentence, an error has a sentence and its exit code.
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
    """Appends events to a file, or drops them when there is no file; a ``Progress`` as well."""

    def __init__(self, path: Path | None, step: str, subject: str) -> None:
        """Speak for one step; ``path`` is the run's event file."""
        self._path, self._step, self._subject = path, step, subject
        self._started = time.monotonic()
        self._last = 0.0

    def __call__(self, doing: str, fraction: float) -> None:
        """Report progress, at most every ``INTERVAL`` seconds; the signature of ``Progress``."""
        if time.monotonic() - self._last >= INTERVAL or fraction >= 1:
            self._last = time.monotonic()
            self.write("progress", message=doing, fraction=fraction)

    def note(self, sentence: str) -> None:
        """Say something that is worth reading afterwards, in the log too."""
        print(sentence)
        self.write("note", message=sentence)

    def write(self, kind: str, **values: Any) -> None:
        """Append one event."""
        if self._path is None:
            return
        seconds = round(time.monotonic() - self._started, 2)
        event = Event(kind, self._step, self._subject, seconds=seconds, **values)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(event)) + "\n")


class Reader:
    """Reads the events that were added to a file since the last look."""

    def __init__(self, path: Path) -> None:
        """Follow a file, which may not exist yet."""
        self._path, self._offset = path, 0

    def new(self) -> Iterator[Event]:
        """Yield what arrived, in order; half a line waits for the next look."""
        if not self._path.exists():
            return
        with self._path.open(encoding="utf-8") as file:
            file.seek(self._offset)
            while (line := file.readline()).endswith("\n"):
                self._offset = file.tell()
                yield Event(**json.loads(line))
