"""How many sellers and weeks an experiment needs, from what sellers did in past weeks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from common.errors import InputError
from pipelines.experiments.effects import MIN_SELLERS, residuals
from pipelines.experiments.intervals import ALPHA
from pipelines.experiments.seller_sums import SellerSums

POWER = 0.8
"""How often the minimum effect is to be found where it is there."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an experiment needs to find its minimum effect.

    Attributes:
        sellers: sellers of both variants together.
        weeks: whole weeks, so that each day of the week counts as often.
        expected_error: standard error of the effect at the end, of as many sellers.
    """

    sellers: int
    weeks: int
    expected_error: float


def plan_experiment(
    pasts: Sequence[SellerSums],
    minimum_effect: float,
    shares: tuple[float, float] = (0.5, 0.5),
    power: float = POWER,
    alpha: float = ALPHA,
) -> Plan:
    """Return the sellers and weeks after which ``minimum_effect`` is found.

    ``pasts`` are the sums of all sellers in the last week, in the last two weeks, and so on, at
    least one. ``shares`` are the parts of all sellers that get the control and the treatment. Found
    means that the fixed-horizon interval excludes 0 at the end, with probability ``power``.

    Where the longest past is too short, sellers of later weeks count as new ones. Those who come
    back tell less, so such a plan may be too short by some weeks.

    Raises ``InputError`` where no plan can be made of the past, or for an effect of 0.
    """
    if not minimum_effect:
        raise InputError(
            "a minimum effect of 0 needs endless sellers: state the smallest one worth having, such"
            " as 0.02 for 2 points"
        )
    error = tolerable_error(minimum_effect, power, alpha)
    for weeks, past in enumerate(pasts, 1):
        sellers = math.ceil(_variance(past, shares) / error**2)
        available = len(past) * sum(shares)
        if sellers <= available:
            return Plan(sellers, weeks, error)
    return Plan(sellers, math.ceil(len(pasts) * sellers / available), error)


def smallest_effect(
    past: SellerSums,
    shares: tuple[float, float] = (0.5, 0.5),
    power: float = POWER,
    alpha: float = ALPHA,
) -> float:
    """Return the smallest effect that an experiment as long as a past finds with ``power``.

    Raises ``InputError`` where the past cannot tell.
    """
    error = math.sqrt(_variance(past, shares) / (len(past) * sum(shares)))
    return error / tolerable_error(1.0, power, alpha)


def tolerable_error(
    minimum_effect: float, power: float = POWER, alpha: float = ALPHA
) -> float:
    """Return the standard error at which an effect is found with ``power``, at level ``alpha``.

    Source: Kohavi, Tang and Xu, Trustworthy Online Controlled Experiments, 2020, chapter 17.
    """
    from scipy.stats import norm

    return abs(minimum_effect) / float(norm.isf(alpha / 2) + norm.ppf(power))


def _variance(past: SellerSums, shares: tuple[float, float]) -> float:
    """Return the squared standard error of the effect, times the sellers of both variants."""
    if len(past) < MIN_SELLERS:
        raise InputError(
            f"a plan needs outcomes of {MIN_SELLERS} sellers, and there are {len(past)}: take a"
            " longer time"
        )
    variance = float(residuals(past).var(ddof=1))
    if not variance > 0:
        raise InputError(
            "a plan needs a metric that differs between sellers, and all have the same: take a"
            " longer time, or another metric"
        )
    return variance * sum(shares) * (1 / shares[0] + 1 / shares[1])
