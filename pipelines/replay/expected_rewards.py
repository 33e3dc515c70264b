"""What sellers are expected to accept, learned from other sellers than those it is applied to.

The doubly robust estimate starts from it, and stays right where it is wrong. A seller's own rows in
the fit would make it look better than it is, so sellers are cross-fitted (Chernozhukov et al.,
Double/Debiased Machine Learning for Treatment and Structural Parameters, 2018).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from common.arrays import Bools, Ints
from common.metrics import Values
from pipelines.replay.logged_orders import LoggedOrders
from pipelines.replay.prefix_weights import accepted_by_rank
from pipelines.replay.targets import Target, as_shown

N_FOLDS = 5

RIDGE = 1.0
"""Penalty on the squares of coefficients, which few rows would not determine."""


def expect_rewards(
    orders: LoggedOrders, target: Target, rankings: Sequence[Target]
) -> Values:
    """Return the expected share of sellers who list the category at each rank of the target.

    ``[listings, ranks]``. For each rank a linear model is fitted to what sellers listed of what
    they saw there. It knows the probability of the category and of the first one, and where each
    of the ``rankings`` has the category.
    """
    shown = as_shown(orders, target.depth)
    rewards = accepted_by_rank(orders, shown)
    expected = np.zeros(target.places.shape)
    for rank in range(target.depth):
        seen = _features(orders, shown, rank, rankings)
        wanted = _features(orders, target, rank, rankings)
        was_there = shown.places[:, rank] >= 0
        is_there = target.places[:, rank] >= 0
        for held_out in _folds(orders.sellers):
            fitted = _fit(seen, rewards[:, rank], was_there & ~held_out)
            applied = is_there & held_out
            expected[applied, rank] = wanted[applied] @ fitted
    return expected


def _features(
    orders: LoggedOrders, target: Target, rank: int, rankings: Sequence[Target]
) -> Values:
    """Return what the model knows of the category at a rank ``[listings, features]``."""
    rows = np.arange(len(orders))
    # Rows without a category at the rank are neither fitted nor predicted.
    places = np.maximum(target.places, 0)
    probability = orders.probabilities[rows, places[:, rank]]
    first = orders.probabilities[rows, places[:, 0]]
    nearness = [_nearness(ranking, places[:, rank]) for ranking in rankings]
    columns = [np.ones(len(rows)), probability, probability**2, first, *nearness]
    return np.column_stack(columns)


def _nearness(ranking: Target, places: Ints) -> Values:
    """Return one over the rank that a ranking gives to each category; 0 where it has none."""
    is_same = ranking.places == places[:, None]
    ranks = np.arange(1, ranking.depth + 1)
    nearness: Values = (is_same / ranks).sum(axis=1)
    return nearness


def _folds(sellers: Ints) -> Iterator[Bools]:
    """Give the rows of each fold; all rows of a seller are in the same one."""
    order = np.random.default_rng(0).permutation(sellers.max(initial=0) + 1)
    for fold in range(N_FOLDS):
        yield order[sellers] % N_FOLDS == fold


def _fit(features: Values, rewards: Values, rows: Bools) -> Values:
    """Return the coefficients of a ridge regression."""
    known = features[rows]
    penalty = RIDGE * np.eye(known.shape[1])
    fitted = np.linalg.solve(known.T @ known + penalty, known.T @ rewards[rows])
    return fitted.astype(float)
