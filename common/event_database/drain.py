"""The drain: moves events and kept listings from the segments of a log into a database, each once.

A segment is removed when all of them are in the database. Killed at any point, the next drain
begins with the segments that are there, and inserts nothing twice.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from common.errors import InputError, ListrecError
from common.event_database.database import EventDatabase
from common.event_log.records import parse_record
from common.event_log.segments import (
    complete_segment,
    list_segments,
    remove_segment,
    try_lock,
)
from common.kept_listing import KeptListing

DRAIN_SECONDS = 2.0
"""Time from one drain of a server to the next."""

REPORT_SECONDS = 60.0
"""Time from one report of a problem that lasts to the next."""

_LOCK = "drain.lock"


@dataclass(slots=True)
class Drained:
    """What a drain did.

    Attributes:
        segments: number of segments that were removed.
        stored: number of events that are new in the database.
        listings: number of kept listings that are new in the database.
        torn_bytes: bytes at the ends of segments that are no whole record.
        problem: why a segment stays where it is; empty where none does.
    """

    segments: int = 0
    stored: int = 0
    listings: int = 0
    torn_bytes: int = 0
    problem: str = ""


def drain(folder: Path, database: EventDatabase) -> Drained:
    """Move what all complete segments have.

    Does nothing where another process drains. Raises ``UnavailableError`` where the database does
    not answer; the segments stay. A segment with a record of a newer version stays, too.
    """
    drained = Drained()
    with drain_lock(folder) as is_ours:
        for path in list_segments(folder) if is_ours else ():
            try:
                _drain_segment(path, database, drained)
            except InputError as error:
                drained.problem = f"segment {path.name} is not drained: {error}"
    return drained


def keep_draining(
    folder: Path,
    database: EventDatabase,
    stop: threading.Event,
    report: Callable[[str], None],
) -> None:
    """Drain again and again until ``stop`` is set; for a thread of each worker of a server.

    One of them drains at a time. A database that does not answer is asked again; ``report`` gets
    a sentence at once, and again from time to time.
    """
    reported, next_report = "", 0.0
    while not stop.wait(DRAIN_SECONDS):
        try:
            problem = drain(folder, database).problem
        except (ListrecError, OSError) as error:
            problem = str(error)

        is_due = problem != reported or time.monotonic() >= next_report
        if problem and is_due:
            report(problem)
            next_report = time.monotonic() + REPORT_SECONDS
        reported = problem


@contextmanager
def drain_lock(folder: Path) -> Iterator[bool]:
    """Tell whether nobody else drains a folder, and nobody else may until the block ends."""
    if not folder.exists():
        yield True
        return
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield try_lock(descriptor)
    finally:
        os.close(descriptor)


def _drain_segment(path: Path, database: EventDatabase, drained: Drained) -> None:
    with complete_segment(path) as frames:
        if frames is None:
            return
        records = [parse_record(line) for line in frames.lines]
        listings = [record for record in records if isinstance(record, KeptListing)]
        events = [record for record in records if not isinstance(record, KeptListing)]
        drained.stored += database.insert(events)
        drained.listings += database.insert_listings(listings)
        remove_segment(path)
    drained.segments += 1
    drained.torn_bytes += frames.torn_bytes
