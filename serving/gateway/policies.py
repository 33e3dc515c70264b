"""How suggestions are shown to a seller: as models rank them, in an order that is drawn, or not.

docs/events.md explains what exploration and the holdout are for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from common.events import DRAWN_FIELD, POLICIES
from common.keyed_uniform import keyed_uniform
from common.listing import Listing, Suggestion, Suggestions
from common.plackett_luce import conditional_propensities, draw_order

GREEDY, EXPLORATION, HOLDOUT = POLICIES

# Keys of the gateway change, and sellers must not move then.
_KEY_OF_SELLERS = b"policies of sellers"
_PURPOSE = "exploration"


@dataclass(frozen=True, slots=True)
class Presentation:
    """Suggestions, and how they are shown.

    Attributes:
        policy: one of ``POLICIES``.
        suggestions: what models suggest, in the order in which it is shown; with ``HOLDOUT``, what
            would have been shown.
        propensities: for each field whose candidates come in an order that was drawn, the
            propensity of each candidate, given those before it.
    """

    policy: str
    suggestions: Suggestions
    propensities: Mapping[str, Sequence[float]] = field(default_factory=dict)


def policy_of(seller: str, exploration: float, holdout: float) -> str:
    """Return the policy of a seller, which is always the same one for the same shares.

    The shares of sellers are at most a half each. A seller who is not known gets ``GREEDY``.
    """
    if not seller:
        return GREEDY
    position = keyed_uniform(_KEY_OF_SELLERS, seller)
    # From both ends: a share that grows keeps its sellers, and takes none of the other one.
    if position < exploration:
        return EXPLORATION
    if position > 1 - holdout:
        return HOLDOUT
    return GREEDY


def present(
    suggestions: Suggestions, listing: Listing, policy: str, key: bytes
) -> Presentation:
    """Return how suggestions for a listing are shown under a policy.

    The order that exploration draws is the same one while the seller enters the listing, and cannot
    be foreseen without ``key``.
    """
    suggestion = suggestions.by_model.get(DRAWN_FIELD)
    # Also once the seller has chosen a category: outcomes come with the receipt of the last answer,
    # which should say what the seller chose from.
    if policy != EXPLORATION or suggestion is None or suggestion.abstained:
        return Presentation(policy, suggestions)

    drawn, propensities = _draw(suggestion, listing, key)
    by_model = {**suggestions.by_model, DRAWN_FIELD: drawn}
    return Presentation(
        policy, replace(suggestions, by_model=by_model), {DRAWN_FIELD: propensities}
    )


def _draw(
    suggestion: Suggestion, listing: Listing, key: bytes
) -> tuple[Suggestion, list[float]]:
    """Return a suggestion with candidates in an order that is drawn, and their propensities."""
    candidates = suggestion.candidates.get(DRAWN_FIELD, ())
    names = (_PURPOSE, listing.seller_id or "", listing.listing_id)
    uniforms = [keyed_uniform(key, *names, each.value) for each in candidates]
    order = draw_order([each.probability for each in candidates], uniforms)

    drawn = tuple(candidates[index] for index in order)
    by_field = {**suggestion.candidates, DRAWN_FIELD: drawn}
    propensities = conditional_propensities([each.probability for each in drawn])
    return replace(suggestion, candidates=by_field), propensities
