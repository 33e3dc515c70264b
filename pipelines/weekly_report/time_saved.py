"""How much time suggestions save: the time to list an item, beside sellers without them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from common.metrics import Values
from pipelines.evaluation.intervals import (
    MIN_SELLERS,
    Estimate,
    median,
    median_difference,
)

if TYPE_CHECKING:
    import pandas as pd

N_BINS = 24

TAIL = 0.02
"""Share of the longest times that the last bin of a plot has together."""


@dataclass(frozen=True, slots=True)
class TimeSaved:
    """Seconds from a seller's first entry to the listing.

    Attributes:
        shown: median of sellers who saw suggestions.
        holdout: median of the holdout.
        saved: ``holdout`` less ``shown``; without an interval it is not to be stated.
        weeks_needed: weeks until the holdout has enough sellers, at the rate of these ones; 0
            where it has, ``None`` where the holdout has none.
        edges: ends of the bins of a plot in seconds; the last bin has all longer times too.
        shown_bins: share of the times of ``shown`` in each bin.
        holdout_bins: the same of ``holdout``.
    """

    shown: Estimate
    holdout: Estimate
    saved: Estimate
    weeks_needed: int | None
    edges: tuple[float, ...]
    shown_bins: tuple[float, ...]
    holdout_bins: tuple[float, ...]


def measure_time_saved(listings: pd.DataFrame, weeks: int) -> TimeSaved:
    """Compare the times of ``OutcomeTables.listings``, which are of so many weeks.

    Only sellers who are known are compared: the holdout is drawn from them. A page that was left
    open for a day is one long time, which does not move a median.
    """
    timed = listings[listings["seconds"].notna() & (listings["seller"] != "")]
    shown = timed[timed["policy"] == "greedy"]
    holdout = timed[timed["policy"] == "holdout"]
    edges = _edges(timed["seconds"].to_numpy())
    return TimeSaved(
        shown=median(shown["seconds"], shown["unit"]),
        holdout=median(holdout["seconds"], holdout["unit"]),
        saved=median_difference(
            holdout["seconds"], holdout["unit"], shown["seconds"], shown["unit"]
        ),
        weeks_needed=_weeks_needed(holdout["unit"].nunique(), weeks),
        edges=tuple(edges.tolist()),
        shown_bins=_bins(shown["seconds"].to_numpy(), edges),
        holdout_bins=_bins(holdout["seconds"].to_numpy(), edges),
    )


def _weeks_needed(sellers: int, weeks: int) -> int | None:
    """Return how many weeks it takes until the holdout has enough sellers."""
    if sellers >= MIN_SELLERS:
        return 0
    return math.ceil(MIN_SELLERS * weeks / sellers) if sellers else None


def _edges(seconds: Values) -> Values:
    """Return edges from 0 that are some multiple of five seconds apart."""
    if not len(seconds):
        return np.array([])
    longest = float(np.quantile(seconds, 1 - TAIL))
    step = 5.0 * max(1, math.ceil(longest / N_BINS / 5))
    return np.linspace(0, N_BINS * step, N_BINS + 1)


def _bins(seconds: Values, edges: Values) -> tuple[float, ...]:
    if not len(seconds):
        return ()
    counts, _ = np.histogram(np.minimum(seconds, edges[-1]), edges)
    return tuple((counts / len(seconds)).tolist())
