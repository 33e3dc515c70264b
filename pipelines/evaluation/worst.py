"""The answers that were most wrong, with the listings they were given to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.listing import Candidate, Listing, Suggestion
from pipelines.evaluation.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Mistake:
    """What A said of a listing, and B where there is one, beside what the seller chose.

    ``loss`` is how sure A was of a wrong candidate, of a price the distance in ``log1p``.
    """

    field: str
    listing: Listing
    a: Suggestion
    b: Suggestion | None
    loss: float

    @property
    def chosen(self) -> str:
        """What the seller chose, in words."""
        value = getattr(self.listing, self.field)
        return money(value, self.listing.currency) if self.field == "price" else str(value)


def find(
    ours: Outcome, theirs: Outcome | None, listings: Sequence[Listing], most: int
) -> tuple[Mistake, ...]:
    """The ``most`` worst answers of A, worst first: wrong and sure of it, or far off the price."""
    loss = ours.columns["loss"]
    worst = [row for row in np.argsort(-loss, kind="stable")[:most] if loss[row] > 0]
    return tuple(
        Mistake(
            ours.field,
            listings[ours.places[row]],
            ours.answers[row],
            theirs.answers[row] if theirs else None,
            float(loss[row]),
        )
        for row in worst
    )


def describe_listing(field: str, suggestion: Suggestion, most: int = 3) -> str:
    """Put an answer into words: candidates with their probabilities, or a price with its range."""
    if suggestion.candidates.get(field):
        return "; ".join(map(_candidate, suggestion.candidates[field][:most]))
    price = suggestion.price
    if price is None:
        return "nothing"
    ends = f"{price.low:,.2f} to {price.high:,.2f}"
    return f"{money(price.median, price.currency)} (80 % within {ends})"


def money(amount: float, currency: str | None) -> str:
    """A price as people write it."""
    return f"{amount:,.2f} {currency or ''}".strip()


def _candidate(candidate: Candidate) -> str:
    return f"{candidate.value} {candidate.probability:.0%}"
