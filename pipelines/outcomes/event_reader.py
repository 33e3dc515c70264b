"""Where analyses read events from: the database of events, or a file that was exported from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from common.event_database.database import EventDatabase
from pipelines.outcomes.event_table import read_file, to_table
from pipelines.outcomes.tables import COLUMNS

EventReader = Callable[[datetime, datetime], pa.Table]
"""Gives the events from a time on and before another, with columns that ``make_tables`` takes."""


def open_events(
    address: str, file: Path | None = None, columns: Sequence[str] = COLUMNS
) -> EventReader:
    """Return what reads the events of a file, or of the database at ``address`` without one.

    It raises ``InputError`` for a file that 'listrec events export' has not written, and
    ``UnavailableError`` where the database does not answer.
    """

    def read(since: datetime, until: datetime) -> pa.Table:
        if file is not None:
            return read_file(file, columns, since, until)
        rows = EventDatabase(address).read(since, until, columns)
        return to_table(rows, columns)

    return read
