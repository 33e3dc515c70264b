"""What a challenger would have been worth, from what sellers made of the orders that they saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from common.errors import InputError
from pipelines.evaluation.intervals import Estimate, share
from pipelines.replay.estimators import Terms, estimate_difference, estimate_value
from pipelines.replay.expected_rewards import expect_rewards
from pipelines.replay.logged_orders import LoggedOrders
from pipelines.replay.prefix_weights import (
    accepted_by_rank,
    prefix_propensities,
    prefix_weights,
)
from pipelines.replay.targets import Target

MIN_PROPENSITY = 0.05
"""Probability of a ranking in the draw below which a listing is left out: where it was drawn, the
listing would count for more than 20."""

MAX_LEFT_OUT = 0.2
"""Share of listings that may be left out: beyond it the others say too little about all."""


@dataclass(frozen=True, slots=True)
class Replay:
    """The value of two rankings: the share of listings whose seller accepts one of their ranks.

    Attributes:
        listings: how many listings both rankings are replayed for.
        sellers: how many sellers these are of.
        left_out: share of the listings that are not among them, because one of the rankings was
            not in their draw, or hardly; the values say nothing about them.
        shown: that of the first ranks as they were shown.
        baseline: that of the ranking in use, by each of ``ESTIMATORS``.
        challenger: that of the challenger.
        difference: the challenger's less that of the ranking in use.
        effective: how many listings with equal weights would say as much about the challenger
            (Kish, Survey Sampling, 1965).
    """

    listings: int
    sellers: int
    left_out: float
    shown: Estimate
    baseline: Mapping[str, Estimate]
    challenger: Mapping[str, Estimate]
    difference: Mapping[str, Estimate]
    effective: float


def replay(orders: LoggedOrders, challenger: Target, baseline: Target) -> Replay:
    """Replay a challenger beside the ranking in use.

    Raises ``InputError`` where too many listings say nothing about one of them.
    """
    has_support = np.logical_and(
        prefix_propensities(orders, challenger) >= MIN_PROPENSITY,
        prefix_propensities(orders, baseline) >= MIN_PROPENSITY,
    )
    left_out = 1 - float(has_support.mean())
    if left_out > MAX_LEFT_OUT:
        raise InputError(
            f"{left_out:.0%} of the listings say nothing about the challenger, since sellers were"
            f" to see its categories there in fewer than {MIN_PROPENSITY:.0%} of the draws, and at"
            f" most {MAX_LEFT_OUT:.0%} may: take a smaller --top-k, or compare them by an"
            " experiment"
        )

    rows = orders.select(has_support)
    rankings = [Target(each.places[has_support]) for each in (challenger, baseline)]
    new, used = (terms_of(rows, ranking, rankings) for ranking in rankings)
    weights = new.weights[:, -1]
    if not weights.any():
        raise InputError(
            f"no seller of {len(rows):,} listings happened to see what the challenger suggests:"
            " take a longer time by --since"
        )
    return Replay(
        listings=len(rows),
        sellers=rows.n_sellers,
        left_out=left_out,
        shown=share(used.rewards.sum(axis=1), rows.sellers),
        baseline=estimate_value(used, rows.sellers),
        challenger=estimate_value(new, rows.sellers),
        difference=estimate_difference(new, used, rows.sellers),
        effective=float(weights.sum() ** 2 / (weights**2).sum()),
    )


def terms_of(orders: LoggedOrders, target: Target, rankings: Sequence[Target]) -> Terms:
    """Return what the value of a target is estimated from.

    ``rankings`` are those that what sellers accept may depend on.
    """
    return Terms(
        weights=prefix_weights(orders, target),
        rewards=accepted_by_rank(orders, target),
        expected=expect_rewards(orders, target, rankings),
    )
