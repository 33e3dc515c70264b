"""Whether variants have as many sellers as their shares say; where not, no effect can be believed.

Source: Fabijan et al., Diagnosing Sample Ratio Mismatch in Online Controlled Experiments, 2019.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from common.errors import InputError
from common.experiments.analysis_record import RatioVerdict

MISMATCH = 0.001
"""p-value below which a mismatch is certain enough for an alert."""

SUSPICION = 0.01
"""p-value below which it is worth a look."""


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """How far chance explains the numbers of sellers of the variants.

    Attributes:
        p_value: probability of numbers that differ from the shares as much as these.
    """

    p_value: float

    @property
    def is_mismatch(self) -> bool:
        """Whether sellers are lost or counted twice in some variant: results are void."""
        return self.p_value < MISMATCH

    @property
    def verdict(self) -> RatioVerdict:
        """What it means; ``suspicious`` is worth a look, though chance may explain it."""
        if self.is_mismatch:
            return "mismatch"
        return "suspicious" if self.p_value < SUSPICION else "ok"


def check_sample_ratio(
    sellers: Mapping[str, int], shares: Mapping[str, float]
) -> SampleRatio:
    """Compare the sellers of each variant with its share, by a chi-square test.

    Raises ``InputError`` for sellers of a variant that has no share.
    """
    from scipy.stats import chisquare

    unknown = sorted(set(sellers) - set(shares))
    if unknown:
        raise InputError(
            f"variant '{unknown[0]}' has sellers and no share: the experiment has the variants"
            f" {', '.join(sorted(shares))}"
        )
    total = sum(sellers.values())
    if not total:
        return SampleRatio(1.0)

    scale = total / sum(shares.values())
    observed = [sellers.get(name, 0) for name in shares]
    expected = [share * scale for share in shares.values()]
    return SampleRatio(float(chisquare(observed, expected).pvalue))
