"""How much a logged listing counts for another ranking: one over the propensity of its first ranks.

What a seller does with the category at a rank may depend on those above it, but not on those below
it. So a listing says something about a rank of the ranking where all ranks up to it are the same,
and counts for those that would be the same and were drawn otherwise. Source: McInerney, Brost,
Chandar, Mehrotra and Carterette, Counterfactual Evaluation of Slate Recommendations with
Sequential Reward Interactions, 2020; the weighting itself: Horvitz and Thompson, A Generalization
of Sampling Without Replacement From a Finite Universe, 1952.
"""

from __future__ import annotations

import numpy as np

from common.metrics import Values
from pipelines.replay.logged_orders import LoggedOrders
from pipelines.replay.targets import NOTHING, Target


def prefix_weights(orders: LoggedOrders, target: Target) -> Values:
    """Return the weight of each listing for each rank of the target ``[listings, ranks]``.

    It is 0 where the seller saw other categories up to the rank. Its mean is 1 over listings for
    which the order was in the draw (``prefix_propensities``).
    """
    places = target.places
    ranks = np.arange(target.depth)
    is_same = np.logical_and.accumulate((places == ranks) | (places == NOTHING), axis=1)
    given = np.where(places == NOTHING, 1.0, orders.propensities[:, : target.depth])
    weights: Values = is_same / np.cumprod(given, axis=1)
    return weights


def prefix_propensities(orders: LoggedOrders, target: Target) -> Values:
    """Return the probability with which the seller was to see the target ``[listings]``.

    It does not depend on what was drawn. 0 where the target has a category that was not shown at
    any rank, and where another order than the target was shown without a draw.
    """
    ranks = np.arange(target.depth)
    is_as_shown = ((target.places == ranks) | (target.places == NOTHING)).all(axis=1)
    drawn = draw_propensities(orders, target)
    propensities: Values = np.where(orders.is_drawn, drawn, is_as_shown)
    return propensities


def draw_propensities(orders: LoggedOrders, target: Target) -> Values:
    """Return the probability of the target in a draw by Plackett-Luce ``[listings]``."""
    rows = np.arange(len(orders))
    remaining = orders.probabilities.copy()
    product = np.ones(len(orders))
    for rank, place in enumerate(target.places.T):
        is_there = place >= 0
        total = remaining.sum(axis=1)
        weight = np.where(is_there, remaining[rows, np.maximum(place, 0)], 0.0)
        # Categories with probability 0 are not drawn: they stand behind the others as they are.
        with np.errstate(invalid="ignore"):
            given = np.where(total > 0, weight / total, place == rank)
        product *= np.where(place == NOTHING, 1.0, given)
        remaining[rows[is_there], place[is_there]] = 0.0
    return product


def accepted_by_rank(orders: LoggedOrders, target: Target) -> Values:
    """Return 1 for the rank of the category that was listed, in the order that was shown."""
    ranks = np.arange(1, target.depth + 1)
    is_there = target.places != NOTHING
    return ((orders.chosen[:, None] == ranks) & is_there).astype(float)
