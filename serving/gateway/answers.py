"""Suggestions as the JSON of an answer."""

from __future__ import annotations

from typing import Any

from common.attributes import attributes_of
from common.listing import PriceRange, Suggestion, Suggestions
from serving.gateway.policies import HOLDOUT, Presentation


def to_answer(
    presentation: Presentation, request: str, receipt: str, keeps_listing: bool
) -> dict[str, Any]:
    """Return the answer to a request with an id, in the form of ``schemas.SuggestAnswer``."""
    suggestions = presentation.suggestions
    if presentation.policy == HOLDOUT:
        suggestions = Suggestions(suggestions.release, {})
    earnings = suggestions.earnings
    return {
        "request": request,
        "release": suggestions.release,
        "receipt": receipt,
        "policy": presentation.policy,
        "experiments": dict(suggestions.experiments),
        "keeps_listing": keeps_listing,
        "suggestions": {
            name: _suggestion(each) for name, each in suggestions.by_model.items()
        },
        "missing": dict(suggestions.missing),
        "problems": list(suggestions.problems),
        "earnings": attributes_of(earnings) if earnings else None,
    }


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "version": suggestion.version,
        "fields": {
            field: [attributes_of(candidate) for candidate in candidates]
            for field, candidates in suggestion.candidates.items()
        },
        "price": _price(suggestion.price) if suggestion.price else None,
        "fee": attributes_of(suggestion.fee) if suggestion.fee else None,
        "abstained": suggestion.abstained,
        "used": list(suggestion.used),
        "unknown": list(suggestion.unknown),
    }


def _price(price: PriceRange) -> dict[str, Any]:
    quantiles = [{"level": level, "price": value} for level, value in price.quantiles]
    return attributes_of(price) | {"quantiles": quantiles}
