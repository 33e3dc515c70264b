"""What a listing costs: four models and their encoder, in process, on one core, text only."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from common.listing import Listing
from models.suggester import Suggester

BATCH = 32

Cost = tuple[float, float, float]
"""Median, and the quartiles round it."""


def measure_cost(suggester: Suggester, rows: Sequence[Listing]) -> dict[str, Cost]:
    """Return microseconds of the processor that all models take for a listing of 32, and alone.

    Each listing is asked about once a pass, since a process remembers the last few batches.
    """
    warm_up, shown = [row.only() for row in rows[:BATCH]], [row.only() for row in rows[BATCH:]]
    suggester.predict(warm_up)
    return {
        "four models, microseconds a listing of 32": _time(suggester, shown, BATCH),
        "four models, microseconds alone": _time(suggester, shown, 1),
    }


def _time(suggester: Suggester, shown: Sequence[Listing], size: int) -> Cost:
    took = []
    for start in range(0, len(shown) - size + 1, size):
        batch = shown[start : start + size]
        begin = time.process_time()
        suggester.predict(batch)
        took.append((time.process_time() - begin) / size * 1e6)
    low, median, high = np.percentile(took, (25, 50, 75))
    return float(median), float(low), float(high)
