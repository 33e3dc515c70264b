"""Erasure: removes the events of a seller from the log and the database, and from their files."""

from __future__ import annotations

import time
from pathlib import Path

from common.errors import InputError, UnavailableError
from common.event_database.database import EventDatabase
from common.event_database.drain import drain
from common.event_log.segments import list_segments

WAIT_SECONDS = 60.0
"""Time that segments have to be completed by their writers, which takes seconds."""


def erase_seller(folder: Path, database: EventDatabase, seller: str) -> int:
    """Erase all events of a seller that were acknowledged before; return how many.

    Complete segments are drained without them. Raises ``UnavailableError`` where a segment cannot
    be drained or the database does not answer; nothing is wrong with erasing again then.
    """
    if not seller:
        raise InputError(
            "the seller is empty: name the key that the shop gave the events"
        )

    dropped = _drain_all(folder, database, seller)
    return dropped + database.erase(seller)


def _drain_all(folder: Path, database: EventDatabase, seller: str) -> int:
    """Drain every segment that is there now; return the number of events of the seller in them."""
    segments = list_segments(folder)
    deadline = time.monotonic() + WAIT_SECONDS
    dropped = 0
    while True:
        drained = drain(folder, database, without=seller)
        dropped += drained.dropped
        if drained.problem:
            raise UnavailableError(f"the erasure is not complete: {drained.problem}")
        if not any(path.exists() for path in segments):
            return dropped
        if time.monotonic() > deadline:
            raise UnavailableError(
                f"the erasure is not complete: segments of {folder} are still written or drained by"
                " other processes; erase again, or stop them before"
            )
        time.sleep(0.1)
