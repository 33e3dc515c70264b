"""The backlog: what is in the log of events and not in the database yet."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from common.event_log.segments import began_at, list_segments


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits to be drained.

    Attributes:
        segments: number of segments, those that are still written among them.
        bytes: their size.
        oldest: when the oldest of them was begun; ``None`` where there are none.
    """

    segments: int
    bytes: int
    oldest: datetime | None


def read_backlog(folder: Path) -> Backlog:
    """Return the backlog of a folder of segments; one that is missing has none."""
    paths = list_segments(folder)
    size = 0
    for path in paths:
        with suppress(FileNotFoundError):  # drained meanwhile
            size += path.stat().st_size
    oldest = datetime.fromtimestamp(began_at(paths[0]), UTC) if paths else None
    return Backlog(len(paths), size, oldest)
