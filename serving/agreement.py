"""Whether an answer that is not shown agrees with the one that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from common.listing import Suggestion

PRICE_TOLERANCE = 0.1
"""Part of the shown median price within which another one agrees."""


def agreements(
    shown: Mapping[str, Suggestion], other: Mapping[str, Suggestion]
) -> Iterator[tuple[str, str]]:
    """Yield each model that is shown, and whether the other answer of it agrees.

    It ``agrees``, ``differs``, or is ``missing``.
    """
    for model, suggestion in shown.items():
        if model not in other:
            yield model, "missing"
        else:
            yield model, "agrees" if _agrees(suggestion, other[model]) else "differs"


def _agrees(shown: Suggestion, other: Suggestion) -> bool:
    """Whether two answers have the same first candidates, abstention, and nearly the same price."""
    if bool(shown.abstained) != bool(other.abstained):
        return False
    if (shown.price is None) != (other.price is None):
        return False
    if shown.price and other.price:
        distance = abs(shown.price.median - other.price.median)
        if distance > PRICE_TOLERANCE * shown.price.median:
            return False
    return _first_candidates(shown) == _first_candidates(other)


def _first_candidates(suggestion: Suggestion) -> dict[str, str]:
    return {
        field: ranked[0].value
        for field, ranked in suggestion.candidates.items()
        if ranked
    }
