"""The effect of a variant on a metric, with its standard error over sellers.

A ratio of two sums over sellers has the variance of its linear terms, by the delta method (Deng,
Knoblich and Lu, Applying the Delta Method in Metric Analytics, 2018). What sellers did before the
experiment explains a part of their differences, and is subtracted (CUPED: Deng, Xu, Kohavi and
Walker, Improving the Sensitivity of Online Controlled Experiments by Utilizing Pre-Experiment Data,
2013). Sellers without history keep their values.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from common.metrics import Values
from pipelines.experiments.seller_sums import SellerSums

MIN_SELLERS = 30
"""Sellers of each variant from which on an effect has a standard error."""


@dataclass(frozen=True, slots=True)
class Effect:
    """How much a metric differs between two variants.

    Attributes:
        control: the metric of the control, adjusted for what its sellers did before.
        treatment: that of the treatment.
        error: standard error of ``value``; NaN where a variant has too few sellers.
        sellers: sellers of the smaller variant.
    """

    control: float
    treatment: float
    error: float
    sellers: int

    @property
    def value(self) -> float:
        """The metric of the treatment less that of the control, in the metric's unit."""
        return self.treatment - self.control


def measure_effect(control: SellerSums, treatment: SellerSums) -> Effect:
    """Return the effect of a treatment; NaN where a variant has no value of the metric yet."""
    coefficient, earlier = _cuped(control, treatment)
    control_value, control_variance = _adjusted(control, coefficient, earlier)
    value, variance = _adjusted(treatment, coefficient, earlier)

    sellers = min(len(control), len(treatment))
    is_known = sellers >= MIN_SELLERS and control_variance + variance > 0
    error = math.sqrt(control_variance + variance) if is_known else math.nan
    return Effect(control_value, value, error, sellers)


def residuals(sums: SellerSums) -> Values:
    """Return what each seller adds to the metric, less what history explains ``[sellers]``.

    The variance of the metric is that of these values, divided by the number of sellers.
    """
    coefficient, _ = _cuped(sums)
    return _residuals(sums, coefficient)


def _cuped(*variants: SellerSums) -> tuple[float, float]:
    """Return the coefficient of the earlier metric, and that metric, of all sellers together."""
    numerators = np.concatenate([each.earlier_numerators for each in variants])
    denominators = np.concatenate([each.earlier_denominators for each in variants])
    earlier, history = _linear(numerators, denominators)
    variance = float(np.sum(history**2))
    if not variance > 0:
        return 0.0, 0.0

    _, terms = _linear(
        np.concatenate([each.numerators for each in variants]),
        np.concatenate([each.denominators for each in variants]),
    )
    return float(terms @ history) / variance, earlier


def _adjusted(
    sums: SellerSums, coefficient: float, earlier: float
) -> tuple[float, float]:
    """Return the adjusted metric of a variant, and its variance."""
    value, _ = _linear(sums.numerators, sums.denominators)
    variance = math.nan
    if len(sums) > 1:
        variance = float(_residuals(sums, coefficient).var(ddof=1)) / len(sums)
    if not coefficient or not sums.earlier_denominators.any():
        return value, variance
    before, _ = _linear(sums.earlier_numerators, sums.earlier_denominators)
    return value - coefficient * (before - earlier), variance


def _residuals(sums: SellerSums, coefficient: float) -> Values:
    _, terms = _linear(sums.numerators, sums.denominators)
    _, history = _linear(sums.earlier_numerators, sums.earlier_denominators)
    return terms - coefficient * history if coefficient else terms


def _linear(numerators: Values, denominators: Values) -> tuple[float, Values]:
    """Return a ratio of sums, and its linear term of each seller, which have the mean 0.

    The ratio is NaN, and so are its terms, where all denominators are 0.
    """
    total = float(denominators.sum())
    if not total:
        return math.nan, np.full(len(numerators), math.nan)
    ratio = float(numerators.sum()) / total
    return ratio, (numerators - ratio * denominators) * (len(numerators) / total)
