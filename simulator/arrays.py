"""Array types of the synthetic market, and draws from arrays of cumulative shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


def sample_categorical(cdf: Array, rng: np.random.Generator) -> Ints:
    """Draw one index ``[n]`` a row from cumulative probabilities ``[n, k]``."""
    draws = rng.random(len(cdf))
    is_below_draw = cdf <= draws[:, None]
    indices = is_below_draw.sum(axis=1)

    # Rounding may leave the last cumulative probability just below one.
    last = cdf.shape[1] - 1
    indices = np.minimum(indices, last)
    return np.asarray(indices, dtype=np.int64)


def cumulative(weights: Array) -> Array:
    """Cumulative shares ``[n]`` of weights ``[n]``; the last one is 1."""
    total = weights.sum()
    sums = np.cumsum(weights)
    return np.asarray(sums / total)
