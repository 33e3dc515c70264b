"""Reliability curves: stated probabilities against the shares that came true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from common.metrics import Values
from models.evaluation.columns import BELOW_QUANTILE
from models.evaluation.outcomes import Outcome

N_BINS = 10
"""Bins of stated probabilities, of equal width."""

_Z = 1.959964
"""Standard deviations on either side of the middle 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Point:
    """Answers that stated about the same probability.

    Attributes:
        stated: the mean of the stated probabilities, or the level of a quantile.
        observed: the share that came true.
        rows: how many answers there are.
        low: lower end of the share's 95 % interval (Wilson, 1927).
        high: its upper end.
    """

    stated: float
    observed: float
    rows: int
    low: float
    high: float


def curve(outcome: Outcome) -> tuple[Point, ...]:
    """Points of a ranked field by the probability of its first candidate, of a price by quantile.

    A quantile of level 0.9 should have 0.9 of all prices at or below it.
    """
    if outcome.is_price:
        return tuple(_quantile_points(outcome))
    return tuple(
        _probability_points(outcome.columns["confidence"], outcome.columns["hit"])
    )


def _quantile_points(outcome: Outcome) -> Iterator[Point]:
    for name, below in outcome.columns.items():
        if name.startswith(BELOW_QUANTILE):
            level = float(name.removeprefix(BELOW_QUANTILE))
            yield _point(level, float(below.sum()), len(below))


def _probability_points(confidence: Values, hit: Values) -> Iterator[Point]:
    bin_of_row = (confidence * N_BINS).astype(int)
    # A probability of 1 is in the last bin.
    bin_of_row = np.minimum(bin_of_row, N_BINS - 1)

    for number in np.unique(bin_of_row):
        inside = bin_of_row == number
        stated = float(confidence[inside].mean())
        hits = float(hit[inside].sum())
        yield _point(stated, hits, int(inside.sum()))


def _point(stated: float, hits: float, rows: int) -> Point:
    """A point with the Wilson score interval of its share."""
    share = hits / rows
    shrinkage = _Z**2 / rows
    middle = (share + shrinkage / 2) / (1 + shrinkage)

    variance = share * (1 - share) / rows
    deviation = np.sqrt(variance + shrinkage / (4 * rows))
    half_width = _Z / (1 + shrinkage) * deviation

    return Point(
        stated=stated,
        observed=share,
        rows=rows,
        low=max(float(middle - half_width), 0.0),
        high=float(middle + half_width),
    )
