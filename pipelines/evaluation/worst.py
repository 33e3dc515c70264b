"""The answers that were most wrong, with the listings they were given to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.amounts import format_amount, format_price
from common.listing import AMOUNT_FIELDS, Candidate, Listing, Suggestion
from models.evaluation.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong answer.

    Attributes:
        field: the field that was suggested.
        listing: the finished listing.
        a: the suggestion of A.
        b: the suggestion of B, if two models are compared.
        loss: the probability A gave a wrong candidate; of a price the distance in ``log1p``.
    """

    field: str
    listing: Listing
    a: Suggestion
    b: Suggestion | None
    loss: float

    @property
    def chosen(self) -> str:
        """The value that the seller chose, as text."""
        value = getattr(self.listing, self.field)
        return (
            format_amount(value, self.listing.currency)
            if self.field in AMOUNT_FIELDS
            else str(value)
        )


def find(
    a: Outcome, b: Outcome | None, listings: Sequence[Listing], n_mistakes: int
) -> tuple[Mistake, ...]:
    """The worst answers of A, worst first: wrong with a high probability, or far off the price."""
    loss = a.columns["loss"]
    worst = np.argsort(-loss, kind="stable")[:n_mistakes]

    mistakes = []
    for row in worst:
        # Where few answers are wrong, the worst ones include right ones.
        if loss[row] > 0:
            mistake = Mistake(
                field=a.field,
                listing=listings[a.rows[row]],
                a=a.suggestions[row],
                b=b.suggestions[row] if b else None,
                loss=float(loss[row]),
            )
            mistakes.append(mistake)
    return tuple(mistakes)


def describe_suggestion(
    field: str, suggestion: Suggestion, n_candidates: int = 3
) -> str:
    """Write an answer as text: candidates with probabilities, or a price with its interval."""
    if candidates := suggestion.candidates.get(field):
        return "; ".join(map(_candidate, candidates[:n_candidates]))

    suggested = suggestion.range_of(field) if field in AMOUNT_FIELDS else None
    if suggested is None:
        return "nothing"
    return format_price(suggested)


def _candidate(candidate: Candidate) -> str:
    return f"{candidate.value} {candidate.probability:.0%}"
