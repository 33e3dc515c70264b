"""Sellers of simulated experiments, whose effects are known."""

from dataclasses import dataclass

import numpy as np

from pipelines.experiments.seller_sums import SellerSums

DAYS = 14
HISTORY = 7


@dataclass(frozen=True, slots=True)
class Shop:
    """Sellers who list on ``days`` days, after ``HISTORY`` days before the experiment.

    Some list much more than others, each accepts at a rate of its own, and most come back.
    Attributes are arrays of what was shown and accepted ``[sellers, HISTORY + days]``.
    """

    shown: np.ndarray
    accepted: np.ndarray

    @classmethod
    def of(cls, rng, sellers, days=DAYS, effect=0.0):
        activity = rng.gamma(0.7, 0.3, (sellers, 1))
        rate = 0.2 + 0.6 * rng.random((sellers, 1)) + np.zeros(HISTORY + days)
        rate[:, HISTORY:] += effect
        shown = rng.poisson(activity, (sellers, HISTORY + days))
        return cls(shown, rng.binomial(shown, rate))

    def until(self, day, history=True):
        """Sums of the sellers who have listed by the end of a day, from 1 on."""
        now = slice(HISTORY, HISTORY + day)
        shown = self.shown[:, now].sum(axis=1).astype(float)
        accepted = self.accepted[:, now].sum(axis=1).astype(float)
        is_exposed = shown > 0
        sums = shown[is_exposed], accepted[is_exposed]
        if not history:
            return SellerSums.without_history(sums[1], sums[0])
        before = slice(0, HISTORY)
        return SellerSums(
            sums[1],
            sums[0],
            self.accepted[is_exposed, before].sum(axis=1).astype(float),
            self.shown[is_exposed, before].sum(axis=1).astype(float),
        )
