"""Price intervals: conformal quantiles around a blended median.

The head predicts a median and two residual quantiles, which training calibrates: each quantile is
moved to a multiple of the residual quantile on its side, by its conformal factor, so that it comes
true on rows that nothing was fitted to. Values are ``log1p`` of prices, standardised by the mean
and deviation of the training prices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from common.calibration import conformal_shift
from common.listing import ITEM, Listing, top_category
from common.nets.inputs import Inputs
from common.validation.folding import fold_label
from models.ensemble.head import Head
from models.price.config import LEVELS

OUTPUT = "log_price"
"""The output of the head."""

COVERAGE = 0.8
"""Share of prices within the interval."""

LOW, HIGH = LEVELS.index(0.1), LEVELS.index(0.9)
"""Indices in ``LEVELS`` of the ends of the interval."""

MIN_HALF_WIDTH = 0.05
"""Minimum distance of a residual quantile from the median, in deviations."""

MIN_FACTOR = 1e-3
"""Minimum distance of the ends of the interval from the median, in half widths."""

MIN_CATEGORY_ROWS = 20
"""Minimum number of rows of a top category with a factor of its own."""

CATEGORY_PRIOR_ROWS = 50
"""Weight of the factor 1 in that of a category, in rows."""

Factors = tuple[float, ...]
"""A conformal factor for each of ``LEVELS``: its distance from the median in half widths."""


@dataclass(frozen=True, slots=True)
class PriceCalibration:
    """Constants of the price model beside its head.

    Attributes:
        currency: Currency of the prices.
        mean: Mean of ``log1p`` of the training prices.
        deviation: Their standard deviation.
        max_interval_ratio: Maximum ratio of the interval's ends; above it the model abstains.
        factors: Factors of the half widths.
        basis: What the prices are, one of ``PRICE_BASES``.
    """

    currency: str
    mean: float
    deviation: float
    max_interval_ratio: float
    factors: IntervalFactors
    basis: str = ITEM


@dataclass(frozen=True, slots=True)
class IntervalFactors:
    """Factors of the half widths of intervals.

    Attributes:
        by_category: Factors by top category, folded; 1 for any other.
        early: Conformal factors in early context, for each of the head's modes.
        full: Conformal factors in full context, for each of the head's modes.
    """

    by_category: Mapping[str, float]
    early: tuple[Factors, ...]
    full: tuple[Factors, ...]


@dataclass(frozen=True, slots=True)
class ResidualInterval:
    """A median with residual quantiles, before calibration.

    Attributes:
        median: Blended predictions, ``[rows]``.
        residual_quantiles: ``QUANTILES`` of the residual, ``[rows, 2]``.
        category_factors: Factors of the half widths, ``[rows]``.
    """

    median: Floats
    residual_quantiles: Floats
    category_factors: Floats

    def half_widths(self) -> tuple[Floats, Floats]:
        """Return the distances of the quantiles below and above the median, ``[rows]`` each."""
        distances = self.residual_quantiles * np.array([-1, 1], np.float32)
        distances = np.maximum(distances, np.float32(MIN_HALF_WIDTH))
        below, above = (distances * self.category_factors[:, None]).T
        return below, above


def predict_quantiles(
    head: Head,
    calibration: PriceCalibration,
    inputs: Inputs,
    listings: Sequence[Listing],
) -> NDArray[np.float64]:
    """Return quantiles of ``log1p(price)`` in increasing order, ``[rows, LEVELS]``."""
    interval = predict_interval(
        head,
        inputs,
        listings,
        calibration.factors.by_category,
    )
    below, above = interval.half_widths()
    is_below = np.array(LEVELS) < 0.5
    half_widths = np.where(is_below, below[:, None], above[:, None])

    factors = _row_factors(head, calibration.factors, inputs)
    quantiles = interval.median[:, None] + factors * half_widths

    # Factors are fitted one quantile at a time, so neighbours may cross.
    logs = quantiles * calibration.deviation + calibration.mean
    return np.sort(logs, axis=1)


def _row_factors(
    head: Head, factors: IntervalFactors, inputs: Inputs
) -> NDArray[np.float64]:
    """Return the conformal factors of each row, by its mode and completeness."""
    modes = inputs.modes
    early = np.array(factors.early, np.float64)[modes]
    full = np.array(factors.full, np.float64)[modes]

    completeness = head.completeness(inputs)[:, None]
    interpolated: NDArray[np.float64] = early + completeness * (full - early)
    return interpolated


def predict_interval(
    head: Head,
    inputs: Inputs,
    listings: Sequence[Listing],
    category_factors: Mapping[str, float],
) -> ResidualInterval:
    """Return the median and the residual quantiles of listings, given as ``inputs`` too."""
    scores = head.scores(inputs)
    median = head.values(OUTPUT, scores[OUTPUT], inputs)
    residual_quantiles = head.predict_residual_quantiles(OUTPUT, inputs, median)
    row_factors = [
        category_factors.get(fold_label(top_category(listing)), 1.0)
        for listing in listings
    ]
    return ResidualInterval(
        median, residual_quantiles, np.array(row_factors, np.float32)
    )


def fit_conformal_factors(
    truth: NDArray[np.float64], interval: ResidualInterval
) -> Factors:
    """Return the factors at which each quantile comes true; the median stays where it is.

    Split conformal prediction on scaled residuals, one quantile at a time (Romano, Patterson and
    Candes, Conformalized Quantile Regression, 2019). ``truth`` is NaN without a label.
    """
    residuals, below, above = labelled_residuals(truth, interval)
    zero = np.zeros(len(residuals))

    factors = []
    for level in LEVELS:
        if level == 0.5:
            factors.append(0.0)
            continue
        scaled = residuals / (below if level < 0.5 else above)
        factors.append(conformal_shift(scaled, zero, level))
    return tuple(factors)


def fit_category_factors(
    truth: NDArray[np.float64],
    interval: ResidualInterval,
    factors: Factors,
    categories: Sequence[str],
) -> dict[str, float]:
    """Return the factor of the half widths of each top category, given as ``categories [rows]``.

    Conformal prediction within groups (Vovk et al., Mondrian Confidence Machine, 2003), shrunk
    towards 1 by ``CATEGORY_PRIOR_ROWS``. Rows without a category, "", have none.
    """
    scores = _conformity_scores(truth, interval, factors)
    labels = np.array(categories)[np.isfinite(truth)]
    overall = _coverage_factor(scores)

    category_factors = {}
    for category in sorted(set(labels.tolist()) - {""}):
        own_scores = scores[labels == category]
        factor = _coverage_factor(own_scores)
        n_rows = len(own_scores)
        if n_rows >= MIN_CATEGORY_ROWS and factor > 0 and overall > 0:
            weight = n_rows / (n_rows + CATEGORY_PRIOR_ROWS)
            category_factors[category] = float((factor / overall) ** weight)
    return category_factors


def labelled_residuals(
    truth: NDArray[np.float64], interval: ResidualInterval
) -> tuple[NDArray[np.float64], Floats, Floats]:
    """Return the residuals of labelled rows, and their half widths below and above."""
    labelled = np.isfinite(truth)
    below, above = interval.half_widths()
    residuals = truth[labelled] - interval.median[labelled]
    return residuals, below[labelled], above[labelled]


def _coverage_factor(scores: NDArray[np.float64]) -> float:
    """Return the conformity score that a share ``COVERAGE`` of rows stays below."""
    return conformal_shift(scores, np.zeros(len(scores)), COVERAGE)


def _conformity_scores(
    truth: NDArray[np.float64], interval: ResidualInterval, factors: Factors
) -> NDArray[np.float64]:
    """Return by which factor the interval must be wider to hold each labelled truth."""
    residuals, below, above = labelled_residuals(truth, interval)
    # Prices that are predicted exactly leave an interval of no width, which nothing widens.
    low = min(factors[LOW], -MIN_FACTOR)
    high = max(factors[HIGH], MIN_FACTOR)
    scores: NDArray[np.float64] = np.maximum(
        residuals / (low * below), residuals / (high * above)
    )
    return scores
