"""The value of a ranking by three estimators, with intervals of a bootstrap over sellers.

- Inverse propensity (IPS): the mean of the weighted rewards. Source: Horvitz and Thompson, A
  Generalization of Sampling Without Replacement From a Finite Universe, 1952.
- Self-normalised (SNIPS): the same over the mean of the weights, which is 1 but for chance. Source:
  Swaminathan and Joachims, The Self-Normalized Estimator for Counterfactual Learning, 2015.
- Doubly robust (DR): the mean of the expected rewards, and of the weighted errors of these. Source:
  Dudík, Langford and Li, Doubly Robust Policy Evaluation and Learning, 2011.

The value of a ranking is the sum of those of its ranks, each with the weights of that rank.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from common.arrays import Ints
from common.metrics import Values, Weights
from pipelines.evaluation import bootstrap
from pipelines.evaluation.bootstrap import Statistic
from pipelines.evaluation.intervals import MIN_SELLERS, NAN, Estimate

ESTIMATORS = ("DR", "SNIPS", "IPS")
"""The estimators, the one to read first."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the value of a ranking is estimated from; all are ``[listings, ranks]``.

    Attributes:
        weights: those of ``prefix_weights``; 1 for the order that was shown itself.
        rewards: those of ``accepted_by_rank``.
        expected: those of ``expect_rewards``.
    """

    weights: Values
    rewards: Values
    expected: Values


def estimate_value(terms: Terms, sellers: Ints) -> dict[str, Estimate]:
    """Return the value of a ranking by each estimator.

    ``sellers`` has the number of the seller of each listing, from 0 on.
    """
    statistics = _statistics(terms, sellers)
    return {name: _estimate(each, sellers) for name, each in statistics.items()}


def estimate_difference(
    terms: Terms, others: Terms, sellers: Ints
) -> dict[str, Estimate]:
    """Return the value of a ranking less that of another one, by each estimator.

    Both are of the same listings, and of the same draws of sellers.
    """
    firsts, seconds = _statistics(terms, sellers), _statistics(others, sellers)

    def difference(name: str) -> Statistic:
        return lambda counts: firsts[name](counts) - seconds[name](counts)

    return {name: _estimate(difference(name), sellers) for name in ESTIMATORS}


def doubly_robust_scores(terms: Terms) -> Values:
    """Return what each listing adds to the DR estimate, which is their mean ``[listings, ranks]``.

    With a weight of 1 this is the reward itself.
    """
    weights = terms.weights
    return weights * terms.rewards + (1 - weights) * terms.expected


def _statistics(terms: Terms, sellers: Ints) -> dict[str, Statistic]:
    """Return each estimator as a function of how often each seller counts."""
    n_listings = np.bincount(sellers)
    weight_sums = _sum_by_seller(terms.weights, sellers)
    weighted_sums = _sum_by_seller(terms.weights * terms.rewards, sellers)
    robust_sums = _sum_by_seller(doubly_robust_scores(terms), sellers)

    def mean(sums: Values) -> Statistic:
        of_ranks = sums.sum(axis=1)
        return lambda counts: (counts @ of_ranks) / (counts @ n_listings)

    def self_normalised(counts: Weights) -> Values:
        # Where no seller saw a rank of the target, nothing is known of it.
        with np.errstate(invalid="ignore"):
            by_rank = (counts @ weighted_sums) / (counts @ weight_sums)
        value: Values = by_rank.sum(axis=1)
        return value

    return {
        "DR": mean(robust_sums),
        "SNIPS": self_normalised,
        "IPS": mean(weighted_sums),
    }


def _sum_by_seller(values: Values, sellers: Ints) -> Values:
    return np.stack(
        [np.bincount(sellers, weights=column) for column in values.T], axis=1
    )


def _estimate(statistic: Statistic, sellers: Ints) -> Estimate:
    n_sellers = len(np.unique(sellers))
    value = float(statistic(np.ones((1, n_sellers)))[0])
    low = high = NAN
    if n_sellers >= MIN_SELLERS:
        low, high = bootstrap.interval(bootstrap.resample([statistic], n_sellers)[0])
    return Estimate(value, low, high, len(sellers), n_sellers)
