"""Suggestions of a server as what a simulated seller sees of them."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.loop.shop import Item
from common.events import RANKED_FIELDS, ShownAmount, ShownCandidate
from common.listing import Suggestion, Suggestions
from simulator.seller_market import Draft

N_CANDIDATES = 3
"""Candidates of a field that are on the screen."""


def to_draft(item: Item, suggestions: Suggestions) -> Draft:
    """Return an item with what is suggested for it; nothing is shown where a model abstains."""
    answers = [each for each in suggestions.by_model.values() if not each.abstained]
    return Draft(
        truth=item.truth,
        candidates=tuple(each for answer in answers for each in _candidates(answer)),
        amounts=tuple(each for answer in answers for each in _amounts(answer)),
        release=suggestions.release,
        versions={each.model: each.version for each in answers},
        experiments=suggestions.experiments,
    )


def _candidates(answer: Suggestion) -> Iterator[ShownCandidate]:
    for field in answer.candidates.keys() & set(RANKED_FIELDS):
        candidates = answer.candidates[field]
        for rank, each in enumerate(candidates[:N_CANDIDATES], 1):
            yield ShownCandidate(field, each.value, each.probability, rank)


def _amounts(answer: Suggestion) -> Iterator[ShownAmount]:
    price = answer.price
    if price is not None:
        yield ShownAmount("price", price.median, price.low, price.high, price.currency)
