"""Makes stated probabilities and intervals come true, on rows that no model was fitted on."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def conformal_shift(
    truth: NDArray[np.float64], predicted: NDArray[np.float64], level: float
) -> float:
    """How far to move a predicted quantile so that a share ``level`` of truths lies below it.

    Split conformal prediction on the residuals ``truth - predicted``, one quantile at a time
    (Romano, Patterson and Candes, Conformalized Quantile Regression, 2019), with the correction
    for a finite sample taken outwards: up above the median, down below it.
    """
    residuals = np.sort(truth - predicted)
    count = len(residuals)
    if not count:
        return 0.0
    if level >= 0.5:
        rank = min(math.ceil((count + 1) * level), count)
    else:
        rank = max(math.floor((count + 1) * level), 1)
    return float(residuals[rank - 1])
