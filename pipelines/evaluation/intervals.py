"""Shares and medians with 95 % intervals that respect that a seller lists more than once.

The sellers are drawn, not their listings: those of one seller are alike, and as many independent
rows would make intervals too narrow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common.arrays import Ints
from common.metrics import Values, Weights
from pipelines.evaluation import bootstrap
from pipelines.evaluation.wilson import Z, wilson

MIN_SELLERS = 30
"""Sellers from which on there is an interval: both methods need some tens of them."""

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure; ``low`` and ``high`` are NaN where there are too few sellers for an interval.

    Attributes:
        value: the figure; NaN without rows.
        low: lower end of the 95 % interval.
        high: its upper end.
        rows: how many rows it is of.
        sellers: how many sellers these rows are of, those of the smaller side of a difference.
    """

    value: float
    low: float
    high: float
    rows: int
    sellers: int

    @property
    def has_interval(self) -> bool:
        """Whether there are enough sellers to say how far chance reaches."""
        return math.isfinite(self.low)


def share(hits: ArrayLike, units: ArrayLike) -> Estimate:
    """Return the share ``mean(hits)`` of rows, of which those of one unit depend on each other.

    Its variance is that of a ratio of two sums over units by the delta method (Deng, Knoblich and
    Lu, Applying the Delta Method in Metric Analytics, 2018). The interval is Wilson's for as many
    independent rows as have this variance, so that it stays within 0 and 1 (Korn and Graubard,
    Confidence Intervals for Proportions with Small Expected Number of Positive Counts Estimated
    from Survey Data, 1998, do so with another interval).
    """
    codes, n_units = _encode(units)
    value, influence = _influence(np.asarray(hits, float), codes, n_units)
    rows = len(codes)
    if n_units < MIN_SELLERS:
        return Estimate(value, NAN, NAN, rows, n_units)

    variance = _variance(influence)
    effective = value * (1 - value) / variance if variance > 0 else n_units
    # The variance of few units is uncertain itself, by Student's distribution.
    effective = min(effective, rows) * (Z / _quantile(n_units)) ** 2
    low, high = wilson(value, effective)
    return Estimate(value, low, high, rows, n_units)


def difference(
    hits: ArrayLike, units: ArrayLike, other_hits: ArrayLike, other_units: ArrayLike
) -> Estimate:
    """Return the share of some rows less that of others, whose units may be the same ones.

    By the delta method, as ``share``: a unit on both sides adds to both shares, and what it has in
    common cancels out.
    """
    codes, n_units = _encode(
        np.concatenate([np.asarray(units), np.asarray(other_units)])
    )
    n_first = len(np.asarray(units))
    sides = (codes[:n_first], codes[n_first:])
    sellers = min(len(np.unique(side)) for side in sides)

    value, influence = _influence(np.asarray(hits, float), sides[0], n_units)
    other, others = _influence(np.asarray(other_hits, float), sides[1], n_units)
    reach = NAN
    if sellers >= MIN_SELLERS:
        reach = _quantile(sellers) * math.sqrt(_variance(influence - others))
    gap = value - other
    return Estimate(gap, gap - reach, gap + reach, len(codes), sellers)


def median(values: ArrayLike, units: ArrayLike) -> Estimate:
    """Return the median of rows, with the interval of a bootstrap over units."""
    point, draws, sellers = _medians(values, units, seed=0)
    low, high = _ends(draws, sellers)
    return Estimate(point, low, high, len(np.asarray(values)), sellers)


def median_difference(
    values: ArrayLike, units: ArrayLike, other_values: ArrayLike, other_units: ArrayLike
) -> Estimate:
    """Return the median of some rows less that of others, which are of other units.

    The units of both sides are drawn apart from each other.
    """
    point, draws, sellers = _medians(values, units, seed=0)
    other, others, other_sellers = _medians(other_values, other_units, seed=1)
    smaller = min(sellers, other_sellers)
    n_draws = min(len(draws), len(others))
    low, high = _ends(draws[:n_draws] - others[:n_draws], smaller)
    rows = len(np.asarray(values)) + len(np.asarray(other_values))
    return Estimate(point - other, low, high, rows, smaller)


def _encode(units: ArrayLike) -> tuple[Ints, int]:
    """Return a number for the unit of each row, and how many units there are."""
    import pandas as pd

    codes, distinct = pd.factorize(np.asarray(units))
    return codes, len(distinct)


def _influence(hits: Values, codes: Ints, n_units: int) -> tuple[float, Values]:
    """Return a share, and by how much each unit moves it: a linearised mean over units."""
    if not len(hits):
        return NAN, np.zeros(n_units)
    rows = np.bincount(codes, minlength=n_units)
    sums = np.bincount(codes, weights=hits, minlength=n_units)
    value = float(hits.mean())
    return value, (sums - value * rows) / len(hits)


def _variance(influence: Values) -> float:
    n_units = len(influence)
    return float(np.sum(influence**2)) * n_units / (n_units - 1)


def _medians(
    values: ArrayLike, units: ArrayLike, seed: int
) -> tuple[float, Values, int]:
    """Return the median of rows, those of each draw of units, and how many units there are."""
    codes, n_units = _encode(units)
    given = np.asarray(values, float)
    if not n_units:
        return NAN, np.array([]), 0

    order = np.argsort(given, kind="stable")
    ordered, owners = given[order], codes[order]

    def weighted(weights: Weights) -> Values:
        return np.array([_weighted_median(ordered, row[owners]) for row in weights])

    draws = bootstrap.resample([weighted], n_units, seed)[0]
    return float(weighted(np.ones((1, n_units)))[0]), draws, n_units


def _weighted_median(ordered: Values, weights: Any) -> float:
    """Return the value in the middle of rows that count as often as their weights say."""
    cumulative = np.cumsum(weights)
    return float(ordered[np.searchsorted(cumulative, cumulative[-1] / 2)])


def _ends(draws: Values, sellers: int) -> tuple[float, float]:
    """Return the ends of the expanded percentile interval, which few units would make too narrow.

    Source: Hesterberg, What Teachers Should Know About the Bootstrap, 2015, section 5.1.
    """
    from scipy.stats import norm

    if sellers < MIN_SELLERS:
        return NAN, NAN
    expanded = math.sqrt(sellers / (sellers - 1)) * _quantile(sellers)
    return bootstrap.interval(draws, level=1 - 2 * float(norm.cdf(-expanded)))


def _quantile(sellers: int) -> float:
    """Return half the width of a 95 % interval in standard errors, by Student's distribution."""
    from scipy.stats import t

    return float(t.ppf(0.975, sellers - 1))
