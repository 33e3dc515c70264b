"""The challengers that can be replayed: a shorter list of categories, and another release."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from common.errors import InputError
from common.events import POLICIES
from pipelines.outcomes.other_variants import Variants
from pipelines.replay.check import Check, check_replay
from pipelines.replay.logged_orders import LoggedOrders, find_orders
from pipelines.replay.replay import Replay, replay
from pipelines.replay.targets import as_ranked, best_first

if TYPE_CHECKING:
    import pyarrow as pa

GREEDY, EXPLORATION = POLICIES[:2]

Rank = Callable[[Collection[str]], Mapping[str, Sequence[str]]]
"""Returns the categories that a release suggests, the best first, for requests whose listings are
kept."""


@dataclass(frozen=True, slots=True)
class ReleaseReplay:
    """A release beside the ranking in use.

    Attributes:
        replay: what both are worth.
        not_kept: how many listings came in a drawn order and are not kept, so that the release
            could not be asked.
        check: whether the replay can be believed.
    """

    replay: Replay
    not_kept: int
    check: Check


def replay_cut(events: pa.Table, top_k: int, others: Variants = frozenset()) -> Replay:
    """Return what the first ``top_k`` categories are worth, beside all that are shown.

    Sellers who see them best first have seen these, without those of the variants ``others``.
    Nothing was drawn for them, so all weights are 1, and all estimators are the share of listings.
    """
    orders = find_orders(events, GREEDY, others)
    _check_any(orders, "categories best first")
    _check_top_k(orders, top_k)
    return replay(orders, best_first(orders, top_k), best_first(orders, orders.n_ranks))


def replay_release(
    events: pa.Table, rank: Rank, top_k: int = 1, others: Variants = frozenset()
) -> ReleaseReplay:
    """Return what the first ``top_k`` categories of a release are worth, beside those in use.

    They are replayed for sellers of the exploration whose listings are kept. Sellers of the
    variants ``others`` are left out of the check.
    """
    orders = find_orders(events, EXPLORATION)
    _check_any(orders, "categories in a drawn order (LISTREC_EXPLORATION)")
    _check_top_k(orders, top_k)
    rankings = rank(set(orders.requests))
    is_ranked = np.array([request in rankings for request in orders.requests])
    if not is_ranked.any():
        raise InputError(
            f"none of the {len(orders):,} listings whose categories were drawn is kept: a release"
            " can be asked about listings that the gateway keeps (LISTREC_KEEP_LISTINGS)"
        )

    kept = orders.select(is_ranked)
    ranked = [rankings[request] for request in kept.requests]
    challenger = as_ranked(kept, ranked, top_k)
    return ReleaseReplay(
        replay=replay(kept, challenger, best_first(kept, top_k)),
        not_kept=len(orders) - len(kept),
        check=check_replay(orders, find_orders(events, GREEDY, others), top_k),
    )


def _check_any(orders: LoggedOrders, what: str) -> None:
    if not len(orders):
        raise InputError(
            f"no known seller saw {what} in this time: take a longer one by --since, and"
            " 'listrec events drain' moves the events that wait"
        )


def _check_top_k(orders: LoggedOrders, top_k: int) -> None:
    if top_k > orders.n_ranks:
        raise InputError(
            f"sellers saw {orders.n_ranks} categories at most, so nothing is known of"
            f" {top_k}: take a --top-k of up to {orders.n_ranks}"
        )
