"""The bootstrap: how much a figure depends on which listings happened to be drawn.

Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993: drawing rows with replacement
(chapter 6), percentile intervals (chapter 13). Two models are compared on the same draws, so that
listings that are hard for both do not blur the difference (Koehn, Statistical Significance Tests
for Machine Translation Evaluation, 2004).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from common.metrics import Values, Weights

Statistic = Callable[[Weights], Values]
"""From how often each row was drawn ``[draws, rows]`` to one value a draw ``[draws]``."""

N_RESAMPLES = 1000
MIN_RESAMPLES = 200
"""Draws of a great many rows: their figures depend little on chance."""

LEVEL = 0.95
"""Share of draws inside an interval."""

MIN_DEFINED = 0.9
"""Share of draws of which more need to have a value for an interval."""

_BATCH_CELLS = 2_000_000
"""Draws times rows that are held in memory at once."""

_MAX_CELLS = 20_000_000
"""Draws times rows from which on fewer draws are made."""


def resample(statistics: Sequence[Statistic], rows: int, seed: int = 0) -> Values:
    """Draw ``rows`` rows with replacement, again and again; return ``[statistics, draws]``.

    Every statistic is computed on the same draws, and the same seed gives the same draws.
    """
    affordable = _MAX_CELLS // rows
    draws = min(N_RESAMPLES, max(MIN_RESAMPLES, affordable))

    batches = []
    for weights in _draw(rows, draws, seed):
        values = [statistic(weights) for statistic in statistics]
        batches.append(np.stack(values))
    return np.concatenate(batches, axis=1)


def interval(draws: Values, level: float = LEVEL) -> tuple[float, float]:
    """The middle ``level`` of the draws; NaN where a tenth of them or more has no value."""
    defined = draws[np.isfinite(draws)]
    min_defined = MIN_DEFINED * len(draws)
    if len(defined) <= min_defined:
        return float("nan"), float("nan")

    ends = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(defined, ends)
    return float(low), float(high)


def _draw(rows: int, draws: int, seed: int) -> Iterator[Weights]:
    """How often each row was drawn, a batch of draws ``[batch, rows]`` at a time."""
    generator = np.random.default_rng(seed)
    batch = max(1, _BATCH_CELLS // rows)

    for start in range(0, draws, batch):
        size = min(batch, draws - start)
        drawn = generator.integers(rows, size=(size, rows))

        # One count over all draws: every draw has its own range of numbers.
        offsets = rows * np.arange(size)
        drawn += offsets[:, None]
        counts = np.bincount(drawn.ravel(), minlength=size * rows)
        yield counts.astype(np.float64).reshape(size, rows)
