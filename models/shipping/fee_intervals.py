"""Conformal intervals of a predicted value, by its level: dear parcels vary more than cheap ones.

Rows that no member was trained on are divided into parts of about equal size by what is predicted
for them. In each part the median and the ends of the interval are quantiles of its residuals;
between the middles of two parts they are interpolated.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from common.arrays import Ints
from common.calibration import conformal_shift

LOW, HIGH = 0.1, 0.9
"""Quantiles at the ends of the 80 % interval."""

ROWS_PER_PART = 40
"""Held-out rows of a part: with fewer, a quantile of 0.1 rests on three rows."""

MAX_PARTS = 6

MEDIAN_PRIOR_ROWS = 20
"""Weight of a median that is where the head predicts it, in rows."""


LevelShifts = tuple[tuple[float, float, float, float], ...]
"""The median prediction of each part, in rising order, and its shifts to the lower end of the
interval, to the median and to the upper end."""


def fit_shifts(
    truth: NDArray[np.float64], predicted: NDArray[np.float64]
) -> LevelShifts:
    """Fit the shifts to held-out rows; ``truth`` is NaN without a label.

    Split conformal prediction in groups (Vovk, Conditional Validity of Inductive Conformal
    Predictors, 2012). Without any labelled row the interval has no width.
    """
    labelled = np.isfinite(truth)
    truth = truth[labelled]
    predicted = predicted[labelled]
    order = np.argsort(predicted, kind="stable")

    n_parts = max(len(order) // ROWS_PER_PART, 1)
    shifts = []
    for rows in np.array_split(order, min(n_parts, MAX_PARTS)):
        part = _fit_part(truth[rows], predicted[rows])
        shifts.append(part)
    return tuple(shifts)


def _fit_part(
    truth: NDArray[np.float64], predicted: NDArray[np.float64]
) -> tuple[float, float, float, float]:
    """Return the middle of a part, and the shifts to the median and to both ends."""
    n_rows = len(truth)
    if not n_rows:
        return 0.0, 0.0, 0.0, 0.0

    middle = float(np.median(predicted))
    low = conformal_shift(truth, predicted, LOW)
    high = conformal_shift(truth, predicted, HIGH)

    # A head predicts something like a mean; few rows say little of how far the median is from it.
    weight = n_rows / (n_rows + MEDIAN_PRIOR_ROWS)
    median = weight * float(np.median(truth - predicted))
    return middle, min(low, median), median, max(high, median)


def predict_shifts(
    by_mode: Sequence[LevelShifts], modes: Ints, predicted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the shifts of each row by its mode: low, median and high, ``[rows, 3]``."""
    shifts = np.zeros((len(predicted), 3))
    for number, fitted in enumerate(by_mode):
        middles, *columns = np.array(fitted).T
        rows = modes == number
        for column, of_parts in enumerate(columns):
            shifts[rows, column] = np.interp(predicted[rows], middles, of_parts)
    return shifts
