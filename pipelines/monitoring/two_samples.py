"""How far two samples differ: an effect size, and the probability of as much by chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from common.arrays import Ints

if TYPE_CHECKING:
    import pandas as pd

MIN_EXPECTED = 5
"""Expected count of a label on either side, below which it is counted among the rare ones.

Source: Cochran, Some Methods for Strengthening the Common Chi-Squared Tests, 1954.
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """How two samples of independent rows differ.

    Attributes:
        effect: the effect size, from 0.
        p_value: probability of such a difference between samples of one distribution.
    """

    effect: float
    p_value: float


def compare_numbers(before: pd.Series[Any], now: pd.Series[Any]) -> Difference:
    """Compare numbers by the test of Kolmogorov and Smirnov; there are some on both sides.

    The effect is the Wasserstein distance, in standard deviations of both sides together.
    """
    from scipy.stats import ks_2samp, wasserstein_distance

    numbers, others = before.to_numpy(float), now.to_numpy(float)
    deviation = float(np.concatenate([numbers, others]).std())
    distance = float(wasserstein_distance(numbers, others))
    return Difference(
        effect=distance / deviation if deviation > 0 else 0.0,
        p_value=float(ks_2samp(numbers, others, method="asymp").pvalue),
    )


def compare_labels(before: pd.Series[Any], now: pd.Series[Any]) -> Difference:
    """Compare labels by the chi-squared test; there are some on both sides.

    The effect is the Jensen-Shannon distance, from 0 to 1, less what chance adds on average.
    """
    from scipy.stats import chi2_contingency

    counts = _count_labels(before, now)
    if counts.shape[1] == 1:
        return Difference(effect=0.0, p_value=1.0)
    return Difference(
        effect=_jensen_shannon(counts),
        p_value=float(chi2_contingency(counts, correction=False).pvalue),
    )


def _count_labels(before: pd.Series[Any], now: pd.Series[Any]) -> Ints:
    """Return how often each label occurs ``[2, labels]``; rare ones are counted together."""
    import pandas as pd

    codes, labels = pd.factorize(pd.concat([before, now]))
    parts = codes[: len(before)], codes[len(before) :]
    counts = np.stack([np.bincount(part, minlength=len(labels)) for part in parts])

    smaller_share = counts.sum(axis=1).min() / counts.sum()
    is_rare = counts.sum(axis=0) * smaller_share < MIN_EXPECTED
    rare = counts[:, is_rare].sum(axis=1, keepdims=True)
    frequent = counts[:, ~is_rare]
    return np.hstack([frequent, rare]) if rare.any() else frequent


def _jensen_shannon(counts: Ints) -> float:
    """Return the Jensen-Shannon distance of two rows of counts, in bits.

    Source: Endres and Schindelin, A New Metric for Probability Distributions, 2003. Of equal
    distributions, samples of n and m rows with k labels have a divergence of
    (k - 1)(1/n + 1/m) / 8 nats on average, to first order (Miller, Note on the Bias of Information
    Estimates, 1955, for each entropy), which is subtracted.
    """
    n_labels = counts.shape[1]
    rows = counts.sum(axis=1)
    shares = counts / rows[:, None]
    mean_entropy = (_entropy(shares[0]) + _entropy(shares[1])) / 2
    divergence = _entropy(shares.mean(axis=0)) - mean_entropy
    bias = (n_labels - 1) * float((1 / rows).sum()) / 8
    return math.sqrt(max(divergence - bias, 0.0) / math.log(2))


def _entropy(shares: NDArray[np.float64]) -> float:
    """Return the entropy of shares in nats."""
    positive = shares[shares > 0]
    return float(-(positive * np.log(positive)).sum())
