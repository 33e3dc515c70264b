"""Latency: how long a suggestion takes, alone and in batches, on the machine this runs on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from common.listing import Listing

BATCHES = {"alone": 1, "in batches of 32": 32}
"""Sizes of batches that are timed, by the name they have in a card."""

SECONDS = 0.4
"""How long each size is timed."""

MIN_ROWS = 64
"""With fewer listings they would repeat, and be answered from memory."""

MIN_CALLS = 4
"""Calls of each size, however long they take."""

MICROSECONDS = 1e6

Latency = dict[str, list[float]]
"""Microseconds a listing by size of batch: lower quartile, median, upper quartile."""


def measure(
    run: Callable[[Sequence[Listing]], object],
    listings: Sequence[Listing],
    seconds: float = SECONDS,
) -> Latency:
    """Time calls of ``run`` with batches of the listings; with too few listings return nothing.

    ``run`` must not look up answers that it gave before. Batches are drawn with a seed.
    """
    if len(listings) < MIN_ROWS:
        return {}

    latency = {}
    for name, size in BATCHES.items():
        calls = np.array(list(_times(run, listings, size, seconds)))
        # The first call loads what the others reuse.
        per_listing = calls[1:] * MICROSECONDS / size
        quartiles = np.quantile(per_listing, [0.25, 0.5, 0.75])
        latency[name] = [round(float(quartile), 1) for quartile in quartiles]
    return latency


def _times(
    run: Callable[[Sequence[Listing]], object],
    listings: Sequence[Listing],
    size: int,
    seconds: float,
) -> Iterator[float]:
    """Seconds of each call."""
    generator = np.random.default_rng(0)
    end = time.perf_counter() + seconds

    count = 0
    while count < MIN_CALLS or time.perf_counter() < end:
        rows = generator.choice(len(listings), size, replace=False)
        batch = [listings[row] for row in rows]
        start = time.perf_counter()
        run(batch)
        yield time.perf_counter() - start
        count += 1
