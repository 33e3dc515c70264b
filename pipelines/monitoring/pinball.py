"""The pinball loss of price suggestions, of which three quantiles are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from common.metrics import Values

if TYPE_CHECKING:
    import pandas as pd

QUANTILES = ("low", "amount", "high")
"""Columns of what is shown of an amount: the median between the ends of its interval."""


def pinball_losses(truth: ArrayLike, amounts: pd.DataFrame, level: float) -> Values:
    """Return the pinball loss of each row, as the mean over the ``QUANTILES`` of ``amounts``.

    ``truth`` are prices ``[rows]``, and ``level`` is the share of them that intervals are to
    contain. Differences are those of ``log1p`` of prices, as in ``common.metrics.rmsle``. Half of
    the loss of a median is its absolute error (Koenker and Bassett, Regression Quantiles, 1978).
    """
    logs = np.log1p(np.asarray(truth, float))
    losses: list[Any] = []
    for name, share in zip(QUANTILES, shares_below(level), strict=True):
        error = logs - np.log1p(amounts[name].to_numpy(float))
        losses.append(np.maximum(share * error, (share - 1) * error))
    mean: Values = np.mean(losses, axis=0)
    return mean


def shares_below(level: float) -> tuple[float, float, float]:
    """Return the share of prices that is to lie below each of the ``QUANTILES``."""
    return (1 - level) / 2, 0.5, (1 + level) / 2
