"""The slice of recent days: the newest listings of a split, by the time they were listed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from common.arrays import Ints

if TYPE_CHECKING:
    from common.snapshot import Snapshot

DIMENSION = "listed"


def recent_rows(snapshot: Snapshot, split: str, days: int) -> Ints:
    """Return the indices of a split's rows that were listed in its last ``days`` days.

    The last day is that of its newest row. Without any date there are none.
    """
    times = []
    for (cells,) in snapshot.columns(split, ("listed_at",)):
        times += cells
    known = [time for time in times if time is not None]
    if not known:
        return np.array([], dtype=np.int64)

    earliest = max(known) - timedelta(days=days)
    recent = [
        row for row, time in enumerate(times) if time is not None and time > earliest
    ]
    return np.array(recent, dtype=np.int64)
