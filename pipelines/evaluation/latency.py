"""How long an answer takes, a listing alone and in batches, on the machine this runs on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from common.listing import Listing

SIZES = {"alone": 1, "in batches of 32": 32}

SECONDS = 0.4
"""How long each size is tried."""

MIN_ROWS = 64
"""With fewer listings they would come again, and be answered from memory."""

Latency = dict[str, list[float]]
"""Microseconds a listing by how it was asked: lower quartile, median, upper quartile."""


def measure(
    ask: Callable[[Sequence[Listing]], object],
    listings: Sequence[Listing],
    seconds: float = SECONDS,
) -> Latency:
    """Ask again and again about a few listings; nothing comes back where there are too few.

    ``ask`` must not look answers up that it gave before. Listings are drawn with a seed.
    """
    if len(listings) < MIN_ROWS:
        return {}
    found = {}
    for words, size in SIZES.items():
        took = np.array(list(_times(ask, listings, size, seconds)))[1:] * 1e6 / size
        found[words] = [round(float(each), 1) for each in np.quantile(took, [0.25, 0.5, 0.75])]
    return found


def _times(
    ask: Callable[[Sequence[Listing]], object],
    listings: Sequence[Listing],
    size: int,
    seconds: float,
) -> Iterator[float]:
    """Seconds of each call; the first one warms up, and there are three more at least."""
    generator, end = np.random.default_rng(0), time.perf_counter() + seconds
    count = 0
    while count < 4 or time.perf_counter() < end:
        places = generator.choice(len(listings), size, replace=False)
        asked = [listings[place] for place in places]
        started = time.perf_counter()
        ask(asked)
        yield time.perf_counter() - started
        count += 1
