"""Prices as positions between the centres of ordered bins of ``log1p``, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats


@dataclass(frozen=True, slots=True)
class Bins:
    """``size`` bins whose centres divide ``low`` to ``high`` of ``log1p(price)`` evenly."""

    low: float
    high: float
    size: int

    @property
    def step(self) -> float:
        """Distance of two centres."""
        return (self.high - self.low) / (self.size - 1)

    def positions(self, logs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where each ``log1p(price)`` lies, 0 at the first centre, ``size - 1`` at the last."""
        return np.clip((logs - self.low) / self.step, 0, self.size - 1)

    def mean(self, probabilities: Floats) -> Floats:
        """Expected ``log1p(price)`` ``[rows]`` of each distribution over bins."""
        mean: Floats = probabilities @ (self.low + self.step * np.arange(self.size))
        return mean

    def quantiles(self, probabilities: Floats, levels: Sequence[float]) -> NDArray[np.float64]:
        """Quantiles of ``log1p(price)`` ``[rows, levels]``.

        The mass of a bin is spread evenly over its width, so that the distribution function is
        piecewise linear between the edges of the bins.
        """
        ends = np.cumsum(probabilities.astype(np.float64), axis=1)
        ends /= ends[:, -1:]
        found = np.empty((len(probabilities), len(levels)))
        rows = np.arange(len(probabilities))
        for column, level in enumerate(levels):
            place = np.minimum((ends < level).sum(axis=1), self.size - 1)
            before = np.where(place > 0, ends[rows, np.maximum(place - 1, 0)], 0.0)
            inside = (level - before) / np.maximum(ends[rows, place] - before, 1e-12)
            found[:, column] = self.low + self.step * (place - 0.5 + np.clip(inside, 0, 1))
        return found


def fit_bins(logs: NDArray[np.float64], size: int) -> Bins:
    """Lay bins over all but the most extreme 1 in 1,000 of ``log1p`` prices at either end."""
    low, high = np.quantile(logs, [0.001, 0.999])
    return Bins(float(low), float(max(high, low + 0.1)), size)
