"""Erasure: removes events and kept listings from the log, the database, photos and their files."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from common.errors import UnavailableError
from common.event_database.database import EventDatabase
from common.event_database.drain import drain
from common.event_database.photos import remove_photos
from common.event_database.selection import Selection
from common.event_log.segments import list_segments
from common.store.storage import Storage

WAIT_SECONDS = 60.0
"""Time that segments have to be completed by their writers, which takes seconds."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many events, kept listings and photos were erased."""

    events: int
    listings: int
    photos: int


def erase(
    folder: Path, database: EventDatabase, storage: Storage | None, selection: Selection
) -> Erased:
    """Erase what is selected of what was acknowledged before.

    ``folder`` is that of the log, which is drained first; ``storage`` has the photos of listings.
    Raises ``UnavailableError`` where a segment cannot be drained, or the database or the storage
    does not answer, and ``InputError`` where photos cannot be found; nothing is wrong with erasing
    again then.
    """
    drain_all(folder, database)
    photos = remove_photos(storage, database, selection)
    events, listings = database.delete(selection)
    return Erased(events, listings, photos)


def drain_all(folder: Path, database: EventDatabase) -> None:
    """Drain every segment of a log that is there now, also those that are still written.

    Raises ``UnavailableError`` where one cannot be drained, or is written for too long.
    """
    segments = list_segments(folder)
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        drained = drain(folder, database)
        if drained.problem:
            raise UnavailableError(f"the erasure is not complete: {drained.problem}")
        if not any(path.exists() for path in segments):
            return
        if time.monotonic() > deadline:
            raise UnavailableError(
                f"the erasure is not complete: segments of {folder} are still written or drained by"
                " other processes; erase again, or stop them before"
            )
        time.sleep(0.1)
