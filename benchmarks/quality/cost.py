"""Processor time of a suggestion: four models and their encoder in one process, text only."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.listing import Listing
from models.suggester import Suggester

BATCH_SIZE = 32

BATCH_COST = "four models, microseconds a listing of 32"
SINGLE_COST = "four models, microseconds alone"


@dataclass(frozen=True, slots=True)
class Cost:
    """Median of a cost, and its lower and upper quartile."""

    median: float
    low: float
    high: float


def measure_cost(suggester: Suggester, rows: Sequence[Listing]) -> dict[str, Cost]:
    """Microseconds of the processor for a listing, in batches of 32 and alone.

    Every listing is sent once a pass, because a process caches the last few batches.
    """
    # The first rows warm up: caches are filled, and memory is allocated.
    inputs = [row.only() for row in rows]
    warm_up = inputs[:BATCH_SIZE]
    timed = inputs[BATCH_SIZE:]
    suggester.predict(warm_up)
    return {
        BATCH_COST: _time(suggester, timed, BATCH_SIZE),
        SINGLE_COST: _time(suggester, timed, 1),
    }


def _time(suggester: Suggester, inputs: Sequence[Listing], size: int) -> Cost:
    durations = []

    last = len(inputs) - size
    for first in range(0, last + 1, size):
        batch = inputs[first : first + size]
        start = time.process_time()
        suggester.predict(batch)
        seconds = time.process_time() - start
        seconds_a_listing = seconds / size
        durations.append(seconds_a_listing * 1e6)

    low, median, high = np.percentile(durations, (25, 50, 75))
    return Cost(float(median), float(low), float(high))
