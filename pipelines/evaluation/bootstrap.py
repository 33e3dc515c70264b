"""How much a figure owes to the luck of which listings were drawn: the bootstrap.

Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993: drawing rows again with
replacement (chapter 6), percentile intervals (chapter 13). Two models are compared on the same
draws, so that listings that are hard for both do not blur the difference (Koehn, Statistical
Significance Tests for Machine Translation Evaluation, 2004).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

Statistic = Callable[[Values], Values]
"""From how often each row was drawn ``[draws, rows]`` to one value a draw ``[draws]``."""

N_RESAMPLES = 1000
MIN_RESAMPLES = 200
"""Of a great many rows fewer draws are made: their figures owe little to luck."""

LEVEL = 0.95

_CELLS = 2_000_000
"""Draws times rows that are held at once."""

_WORK = 20_000_000
"""Draws times rows after which fewer draws are made."""


def resample(statistics: Sequence[Statistic], rows: int, seed: int = 0) -> Values:
    """Draw ``rows`` rows with replacement, again and again; return ``[statistics, draws]``.

    Every statistic is taken of the same draws, and the same seed gives the same draws.
    """
    parts = [
        np.stack([statistic(weights) for statistic in statistics])
        for weights in _draw(rows, min(N_RESAMPLES, max(MIN_RESAMPLES, _WORK // rows)), seed)
    ]
    found: Values = np.concatenate(parts, axis=1)
    return found


def interval(draws: Values, level: float = LEVEL) -> tuple[float, float]:
    """Where the middle ``level`` of draws lie; NaN where a draw in ten or more has no value."""
    known = draws[np.isfinite(draws)]
    if len(known) <= 0.9 * len(draws):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def mean(weights: Values, values: NDArray[Any]) -> Values:
    """Mean of ``values`` ``[rows]`` for each draw of ``weights``."""
    with np.errstate(invalid="ignore"):
        found: Values = weights @ values / weights.sum(axis=1)
    return found


def median(weights: Values, values: Values) -> Values:
    """Median of ``values`` ``[rows]`` for each draw, between the two in the middle of an even
    number.
    """
    order = np.argsort(values, kind="stable")
    ends = np.cumsum(weights[:, order], axis=1)
    half = ends[:, -1:] / 2
    ranked = values[order]
    found: Values = (ranked[(ends >= half).argmax(1)] + ranked[(ends > half).argmax(1)]) / 2
    return found


def auc(weights: Values, positive: Values, score: Values) -> Values:
    """Area under the ROC curve for each draw, as in ``metrics.auc``; ``positive`` is 0 or 1."""
    order = np.argsort(score, kind="stable")
    ranked = score[order]
    drawn = weights.T[order]  # rows first: what is looked up lies together
    above = drawn * positive[order, None]
    below = np.zeros((len(score) + 1, len(weights)))
    np.cumsum(drawn - above, axis=0, out=below[1:])
    first, last = (np.searchsorted(ranked, ranked, side) for side in ("left", "right"))
    won = (above * (below[first] + below[last])).sum(axis=0) / 2
    with np.errstate(invalid="ignore"):
        found: Values = won / (above.sum(axis=0) * below[-1])
    return found


def _draw(rows: int, draws: int, seed: int) -> Iterator[Values]:
    """How often each row was drawn, a batch of draws ``[some, rows]`` at a time."""
    generator = np.random.default_rng(seed)
    size = max(1, _CELLS // rows)
    for start in range(0, draws, size):
        some = min(size, draws - start)
        places = generator.integers(rows, size=(some, rows))
        places += rows * np.arange(some)[:, None]
        counts = np.bincount(places.ravel(), minlength=some * rows)
        yield counts.reshape(some, rows).astype(np.float64)
