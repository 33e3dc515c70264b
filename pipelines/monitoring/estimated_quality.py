"""Quality before labels arrive: what is to be expected if probabilities and intervals are right.

A candidate with a calibrated probability of 0.7 is right in 70 of 100 cases, so the mean of such
probabilities is the expected accuracy. Nobody has to list anything for it: it is known as soon as
suggestions are shown. It follows when listings become harder, such as without photos. It cannot
see that the meaning of listings has changed, such as prices after an inflation: for that, compare
it with what is measured (``pipelines.monitoring.measured_quality``).

Source: Bialek, Kuberski, Perrakis and Bifet, Estimating Model Performance Under Covariate Shift
Without Labels, 2024, section 3 (confidence-based performance estimation, CBPE).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from common.metrics import Values
from pipelines.evaluation.wilson import Z
from pipelines.monitoring.pinball import QUANTILES, pinball_losses, shares_below

if TYPE_CHECKING:
    import pandas as pd

N_POINTS = 200
"""Equally probable prices that stand for the distribution of a price."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A figure that is expected of some rows.

    Attributes:
        value: the figure; NaN without rows.
        low: lower end of the range in which the measured figure of these rows is in 95 of 100
            cases, where probabilities and intervals are right and rows are independent.
        high: its upper end.
        rows: how many rows it is of.
    """

    value: float
    low: float
    high: float
    rows: int


@dataclass(frozen=True, slots=True)
class ExpectedPrices:
    """What is expected of suggested amounts.

    Attributes:
        pinball_loss: mean of ``pinball_losses``.
        coverage: share of prices within their interval.
    """

    pinball_loss: Expected
    coverage: Expected


def expect_accuracy(candidates: pd.DataFrame, k: int = 1) -> Expected:
    """Return the expected share of requests whose true value is among the first ``k`` candidates.

    ``candidates`` are those of one field in ``pipelines.outcomes.shown.Exposures``: a row for each
    candidate with the ``position`` of its request, its ``rank`` and its ``probability``. A request
    without candidates does not count.

    Sellers who see suggestions choose them more often than they are right, so the accuracy that is
    measured of them is higher. That of the holdout is not.
    """
    positions, rows = np.unique(candidates["position"], return_inverse=True)
    is_first = (candidates["rank"] <= k).to_numpy()
    weights = np.where(is_first, candidates["probability"], 0.0)
    hits = np.minimum(np.bincount(rows, weights, minlength=len(positions)), 1.0)
    return _expect(hits, hits * (1 - hits))


def expect_prices(amounts: pd.DataFrame, level: float) -> ExpectedPrices:
    """Return what is expected of prices whose intervals are to contain a share ``level`` of them.

    ``amounts`` has a row for each suggestion, with the ``QUANTILES`` that were shown. The log1p of
    a price is taken as normally distributed on either side of its median, with two standard
    deviations (Wallis, The Two-Piece Normal, Binormal, or Double Gaussian Distribution, 2014).
    """
    losses, squares = _moments_of_losses(amounts, level)
    covered = np.full(len(amounts), level)
    return ExpectedPrices(
        pinball_loss=_expect(losses, squares - losses**2),
        coverage=_expect(covered, covered * (1 - covered)),
    )


def _moments_of_losses(amounts: pd.DataFrame, level: float) -> tuple[Values, Values]:
    """Return the expected pinball loss of each row, and its expected square."""
    from scipy.stats import norm

    low, median, high = (np.log1p(amounts[name].to_numpy(float)) for name in QUANTILES)
    reach = norm.ppf(shares_below(level)[-1])
    losses, squares = np.zeros(len(amounts)), np.zeros(len(amounts))
    for z in norm.ppf((np.arange(N_POINTS) + 0.5) / N_POINTS):
        half_width = median - low if z < 0 else high - median
        price = np.expm1(median + half_width * z / reach)
        loss = pinball_losses(price, amounts, level)
        losses += loss / N_POINTS
        squares += loss**2 / N_POINTS
    return losses, squares


def _expect(values: ArrayLike, variances: ArrayLike) -> Expected:
    """Return the mean of independent rows with these expected values and variances."""
    means = np.asarray(values, float)
    rows = len(means)
    if not rows:
        return Expected(math.nan, math.nan, math.nan, 0)
    value = float(means.mean())
    reach = Z * math.sqrt(float(np.sum(variances))) / rows
    return Expected(value, value - reach, value + reach, rows)
