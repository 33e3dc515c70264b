"""How far two samples differ: an effect size, and the probability of as much by chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from common.metrics import Values

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


def effective_rows(units: pd.Series[Any]) -> float:
    """Return as how many independent rows those of sellers count, at most one for each seller.

    ``units`` are the sellers of the rows. With n_i rows of each seller, which are as alike as they
    can be, it is the square of their sum over the sum of their squares (Kish, Survey Sampling,
    1965, section 8.2).
    """
    sizes = units.value_counts().to_numpy(float)
    return float(sizes.sum() ** 2 / (sizes**2).sum()) if len(sizes) else 0.0


def compare_numbers(
    before: pd.Series[Any], now: pd.Series[Any], rows: tuple[float, float]
) -> Difference:
    """Compare numbers by the test of Kolmogorov and Smirnov; there are some on both sides.

    ``rows`` are the effective rows of both sides. The effect is the Wasserstein distance, in
    standard deviations of both sides together.
    """
    from scipy.special import kolmogorov
    from scipy.stats import ks_2samp, wasserstein_distance

    numbers, others = before.to_numpy(float), now.to_numpy(float)
    deviation = float(np.concatenate([numbers, others]).std())
    distance = float(wasserstein_distance(numbers, others))

    # The asymptotic distribution of the statistic, for fewer rows than there are.
    statistic = ks_2samp(numbers, others, method="asymp").statistic
    harmonic = rows[0] * rows[1] / sum(rows)
    return Difference(
        effect=distance / deviation if deviation > 0 else 0.0,
        p_value=float(kolmogorov(math.sqrt(harmonic) * statistic)),
    )


def compare_labels(
    before: pd.Series[Any], now: pd.Series[Any], rows: tuple[float, float]
) -> Difference:
    """Compare labels by the chi-squared test; there are some on both sides.

    ``rows`` are the effective rows of both sides, to which counts are scaled (Rao and Scott, The
    Analysis of Categorical Data from Complex Sample Surveys, 1981). The effect is the
    Jensen-Shannon distance, from 0 to 1, less what chance adds on average.
    """
    from scipy.stats import chi2_contingency

    counts = _count_labels(before, now, rows)
    if counts.shape[1] == 1:
        return Difference(effect=0.0, p_value=1.0)
    return Difference(
        effect=_jensen_shannon(counts),
        p_value=float(chi2_contingency(counts, correction=False).pvalue),
    )


def _count_labels(
    before: pd.Series[Any], now: pd.Series[Any], rows: tuple[float, float]
) -> Values:
    """Return how often each label occurs ``[2, labels]`` in so many effective rows.

    Rare labels are counted together.
    """
    import pandas as pd

    codes, labels = pd.factorize(pd.concat([before, now]))
    parts = codes[: len(before)], codes[len(before) :]
    counts = np.stack(
        [
            np.bincount(part, minlength=len(labels)) * (effective / len(part))
            for part, effective in zip(parts, rows, strict=True)
        ]
    )

    is_rare = counts.sum(axis=0) * min(rows) / sum(rows) < MIN_EXPECTED
    rare = counts[:, is_rare].sum(axis=1, keepdims=True)
    frequent = counts[:, ~is_rare]
    return np.hstack([frequent, rare]) if rare.any() else frequent


def _jensen_shannon(counts: Values) -> float:
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


def _entropy(shares: Values) -> float:
    """Return the entropy of shares in nats."""
    positive = shares[shares > 0]
    return float(-(positive * np.log(positive)).sum())
