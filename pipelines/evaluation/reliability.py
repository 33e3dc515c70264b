"""Whether what a model states comes true: curves of stated against observed shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.evaluation.outcomes import Outcome

BINS = 10
"""Of stated probabilities, of equal width."""

_Z = 1.959964
"""Standard deviations on either side of the middle 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Point:
    """Of ``rows`` answers that stated ``stated`` on average, ``observed`` came true.

    ``low`` and ``high`` bound the share that may lie behind it (95 %, Wilson, 1927).
    """

    stated: float
    observed: float
    rows: int
    low: float
    high: float


def curve(outcome: Outcome) -> tuple[Point, ...]:
    """Points of a ranked field by the probability of its first candidate, of a price by quantile.

    A quantile that is stated at level 0.9 should have 0.9 of all prices below it.
    """
    columns = outcome.columns
    if outcome.is_price:
        below = {name: values for name, values in columns.items() if name.startswith("below ")}
        return tuple(
            _point(float(name.split()[1]), float(values.sum()), len(values))
            for name, values in below.items()
        )
    which = np.minimum((columns["sure"] * BINS).astype(int), BINS - 1)
    found = []
    for number in range(BINS):
        inside = which == number
        if inside.any():
            stated = float(columns["sure"][inside].mean())
            found.append(_point(stated, float(columns["hit"][inside].sum()), int(inside.sum())))
    return tuple(found)


def _point(stated: float, hits: float, rows: int) -> Point:
    share, pull = hits / rows, _Z**2 / rows
    middle = (share + pull / 2) / (1 + pull)
    reach = _Z / (1 + pull) * np.sqrt(share * (1 - share) / rows + pull / (4 * rows))
    return Point(stated, share, rows, max(float(middle - reach), 0.0), float(middle + reach))
