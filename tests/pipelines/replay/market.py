"""Sellers of the synthetic market who see categories in a drawn order, and a challenger.

The challenger knows more of some listings: it puts the category that the seller would enter first
in half of them, and swaps the first two in one of ten of the others.
"""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from common.events import Outcome, Shown
from common.plackett_luce import conditional_propensities
from pipelines.replay.logged_orders import find_orders
from pipelines.replay.replay import MIN_PROPENSITY, replay
from pipelines.replay.targets import as_ranked, best_first
from simulator.scripted_drafts import scripted_drafts
from simulator.seller_market import SellerMarket
from tests.pipelines.outcomes.examples import table_of

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def drafts_of(seed, number):
    """Drafts with categories only."""
    return [
        replace(
            draft,
            truth={"category": draft.truth["category"]},
            candidates=tuple(c for c in draft.candidates if c.field == "category"),
            amounts=(),
        )
        for draft in scripted_drafts(seed, number)
    ]


def challenge(drafts, seed):
    """The same drafts with the categories in the challenger's order."""
    draws = np.random.default_rng(seed).random((len(drafts), 2))
    return [_reorder(*pair) for pair in zip(drafts, draws, strict=True)]


def events_of(drafts, seed=1, sellers=300, exploration=1.0):
    """What sellers do with drafts, those of the exploration in a drawn order."""
    market = SellerMarket(seed, sellers, exploration=exploration, holdout=0)
    return list(market.list_items(drafts, MONDAY))


def orders_of(events, policy="exploration"):
    return find_orders(table_of(events), policy)


def rankings_of(drafts, seed=1):
    """The categories of drafts, best first, by the request of ``events_of``."""
    return {
        f"r{seed}-{number}": [each.value for each in draft.candidates]
        for number, draft in enumerate(drafts, 1)
    }


def replayed(seed, number, depth=1):
    """The replay of the challenger in a market of its own."""
    drafts = drafts_of(seed, number)
    orders = orders_of(events_of(drafts, seed))
    rankings = rankings_of(challenge(drafts, seed), seed)
    ranked = [rankings[request] for request in orders.requests]
    challenger = as_ranked(orders, ranked, depth)
    return replay(orders, challenger, best_first(orders, depth))


def has_support(draft, depth):
    """Whether the replay does not leave a draft out."""
    weights = [each.probability for each in draft.candidates]
    return np.prod(conditional_propensities(weights)[:depth]) >= MIN_PROPENSITY


def accepted(drafts, depth):
    """How often sellers take one of the first categories where all see drafts as they are."""
    events = events_of(drafts, seed=2, sellers=20_000, exploration=0)
    shown = (event.candidates for event in events if isinstance(event, Shown))
    chosen = (event.value for event in events if isinstance(event, Outcome))
    hits = [
        value in [each.value for each in candidates[:depth]]
        for candidates, value in zip(shown, chosen, strict=True)
    ]
    return float(np.mean(hits))


def _reorder(draft, draws):
    candidates = list(draft.candidates)
    knows = draws[0] < 0.5
    if knows and draft.truth["category"] in [each.value for each in candidates]:
        candidates.sort(key=lambda each: each.value != draft.truth["category"])
    elif draws[1] < 0.1:
        candidates[:2] = candidates[1::-1]
    ranked = [replace(each, rank=rank) for rank, each in enumerate(candidates, 1)]
    return replace(draft, candidates=tuple(ranked))
