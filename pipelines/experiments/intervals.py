"""An interval of an effect, and the one that is valid at the end of an experiment only."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipelines.experiments.effects import Effect

ALPHA = 0.05
"""How often an interval may miss the effect."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where an effect lies; both ends are NaN where too few sellers are known to say."""

    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether chance alone does not explain the effect."""
        return self.low > 0 or self.high < 0


def fixed_horizon_interval(effect: Effect, alpha: float = ALPHA) -> Interval:
    """Return the usual interval, by Student's distribution.

    It misses the effect with probability ``alpha`` where it is read once, at an end that was set
    before the experiment began. Who reads it every day and stops when it excludes 0 is wrong much
    more often; ``confidence_sequence`` is for that.
    """
    from scipy.stats import t

    reach = float(t.isf(alpha / 2, max(effect.sellers - 1, 1))) * effect.error
    return Interval(effect.value - reach, effect.value + reach)


def p_value(effect: Effect) -> float:
    """Return the two-sided p-value of no effect, for a single look at the end; NaN if unknown."""
    from scipy.stats import t

    if not math.isfinite(effect.error):
        return math.nan
    statistic = abs(effect.value) / effect.error
    return 2 * float(t.sf(statistic, max(effect.sellers - 1, 1)))
