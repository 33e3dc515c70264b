"""Orders that are replayed: which of the categories that were shown a ranking puts where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Ints
from common.validation.folding import fold_label
from pipelines.replay.logged_orders import LoggedOrders

NOT_SHOWN = -1
"""In the place of a category that the seller did not see at any rank."""

NOTHING = -2
"""In the place of a category where a ranking has none for the rank."""


@dataclass(frozen=True, slots=True)
class Target:
    """A ranking of the categories of each listing.

    Attributes:
        places: for each rank of the ranking, the place in the order that was shown, from 0, of the
            category that it puts there; ``NOT_SHOWN`` or ``NOTHING`` where there is none
            ``[listings, ranks]``.
    """

    places: Ints

    @property
    def depth(self) -> int:
        """How many ranks count."""
        return self.places.shape[1]


def as_shown(orders: LoggedOrders, depth: int) -> Target:
    """Return the order that sellers saw."""
    is_there = orders.values[:, :depth] != ""
    return Target(np.where(is_there, np.arange(is_there.shape[1]), NOTHING))


def best_first(orders: LoggedOrders, depth: int) -> Target:
    """Return the ranking of the model that was asked: the most probable category first."""
    # Behind the last category probabilities are 0, and a stable sort leaves these ranks there.
    places = np.argsort(-orders.probabilities, axis=1, kind="stable")[:, :depth]
    n_shown = np.count_nonzero(orders.values != "", axis=1)
    is_there = np.arange(places.shape[1]) < n_shown[:, None]
    return Target(np.where(is_there, places, NOTHING))


def as_ranked(
    orders: LoggedOrders, rankings: Sequence[Sequence[str]], depth: int
) -> Target:
    """Return the rankings of another model, the best category first, one for each listing."""
    places = np.full((len(orders), depth), NOTHING)
    for row, ranking in enumerate(rankings):
        values = enumerate(orders.values[row])
        shown = {fold_label(value): place for place, value in values}
        for rank, value in enumerate(ranking[:depth]):
            places[row, rank] = shown.get(fold_label(value), NOT_SHOWN)
    return Target(places)
