"""How many sellers and weeks an experiment needs, from what sellers did in past weeks."""

from __future__ import annotations

import math
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
        expected_error: standard error of the effect with as many sellers, which the minimum effect
            needs: the ``expected_error`` of ``confidence_sequence``.
    """

    sellers: int
    weeks: int
    expected_error: float


def plan_experiment(
    past: SellerSums,
    minimum_effect: float,
    shares: tuple[float, float] = (0.5, 0.5),
    past_weeks: int = 1,
    power: float = POWER,
    alpha: float = ALPHA,
) -> Plan:
    """Return the sellers and weeks after which ``minimum_effect`` is found.

    ``past`` is of the sellers who were active in ``past_weeks``. ``shares`` are the parts of all
    sellers that get the control and the treatment. Found means that the fixed-horizon interval
    excludes 0 at the end, with probability ``power``.

    Where the plan has more weeks than the past, sellers of later weeks count as new ones. Those who
    come back tell less, so a past of as many weeks as the plan has is better.

    The error that an effect may have is Kohavi, Tang and Xu, Trustworthy Online Controlled
    Experiments, 2020, equation 17.3. Raises ``InputError`` for a past of too few sellers.
    """
    if len(past) < MIN_SELLERS:
        raise InputError(
            f"a plan needs outcomes of {MIN_SELLERS} sellers, and there are {len(past)}: take a"
            " longer time"
        )
    if not abs(minimum_effect) > 0:
        raise InputError(
            "a minimum effect of 0 needs endless sellers: state the smallest one worth having, such"
            " as 0.02 for 2 points"
        )
    variance = float(residuals(past).var(ddof=1))
    if not variance > 0:
        raise InputError(
            "a plan needs a metric that differs between sellers, and all have the same: take a"
            " longer time, or another metric"
        )
    error = tolerable_error(minimum_effect, power, alpha)
    per_seller = variance * (1 / shares[0] + 1 / shares[1]) * sum(shares)
    sellers = math.ceil(per_seller / error**2)
    weekly = len(past) * sum(shares) / past_weeks
    return Plan(sellers, math.ceil(sellers / weekly), error)


def tolerable_error(
    minimum_effect: float, power: float = POWER, alpha: float = ALPHA
) -> float:
    """Return the standard error at which an effect is found with ``power``, at level ``alpha``."""
    from scipy.stats import norm

    return abs(minimum_effect) / float(norm.isf(alpha / 2) + norm.ppf(power))
