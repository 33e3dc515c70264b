"""Intervals of an effect that all hold at once, however often somebody looks.

Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Time-uniform Central Limit Theory and
Asymptotic Confidence Sequences, 2021 (Annals of Statistics, 2024), theorem 2.2. With probability
``1 - alpha``, asymptotically, the mean of ``t`` values lies at every ``t`` within

    mean_t ± sd_t * sqrt(2 (t rho² + 1) / (t² rho²) * log(sqrt(t rho² + 1) / alpha)).

In standard errors, ``sd_t / sqrt(t)``, the width depends on ``t rho²`` alone: on how much is known
so far. Here this is the information, ``1 / error²``, and not a number of sellers: those who come
back add information too, though less than new ones do.
"""

from __future__ import annotations

import math

from pipelines.experiments.effects import Effect
from pipelines.experiments.intervals import ALPHA, Interval


def confidence_sequence(
    effect: Effect, information: float, alpha: float = ALPHA
) -> Interval:
    """Return the interval of one look of many; the experiment may stop at any of them.

    ``information`` is how much is known, as a share of what the plan expects at the end
    (``information_of``). The interval is narrowest at 1, and holds as well before and after it.
    """
    reach = effect.error * critical_value(information, alpha)
    return Interval(effect.value - reach, effect.value + reach)


def information_of(deciding: Effect, expected_error: float) -> float:
    """Return the information about the deciding metric, as a share of that expected at the end.

    ``expected_error`` is that of the plan, which is set before the experiment begins. What is known
    of the other metrics grows alike, so they take the same share.
    """
    return (expected_error / deciding.error) ** 2


def critical_value(information: float, alpha: float = ALPHA) -> float:
    """Return half the width in standard errors: 3.04 at the expected end of 95 % intervals."""
    scaled = information * _tuning(alpha)
    odds = math.log1p(scaled) - 2 * math.log(alpha)
    return math.sqrt((scaled + 1) / scaled * odds)


def _tuning(alpha: float) -> float:
    """Return ``t rho²`` at the expected end, for the narrowest interval there (appendix B)."""
    twice = -2 * math.log(alpha)
    return twice + math.log(twice + 1)
