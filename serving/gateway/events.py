"""The events of requests: what was shown, and what sellers did with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from common.errors import InputError
from common.event_checks import check, is_reference
from common.event_lines import name_of, to_values
from common.event_log.records import Record
from common.events import (
    Event,
    Listed,
    Outcome,
    Shown,
    ShownAmount,
    ShownCandidate,
    Sold,
)
from common.kept_listing import KEPT_FIELDS, KeptListing
from common.listing import AMOUNT_FIELDS, Listing, Suggestion
from serving.gateway.policies import Presentation
from serving.gateway.schemas import OutcomeBody, OutcomesBody

AnyEvent = TypeVar("AnyEvent", Shown, Outcome, Listed, Sold)


class Events(Protocol):
    """What keeps events."""

    async def append(self, records: Sequence[Record]) -> None:
        """Return once events and listings are durable; one with a known key is kept once.

        Raises ``UnavailableError`` where they cannot be kept.
        """


def to_shown(
    presentation: Presentation,
    listing: Listing,
    request: str,
    latency: float,
    time: datetime,
) -> Shown:
    """Return what an answer shows: every candidate with its rank, and the amounts."""
    suggestions = presentation.suggestions
    candidates: list[ShownCandidate] = []
    amounts: list[ShownAmount] = []
    for suggestion in suggestions.by_model.values():
        candidates += _candidates(suggestion, presentation.propensities)
        amounts += _amounts(suggestion)

    return Shown(
        request=request,
        # An id that no event can have is left out.
        listing=listing.listing_id if is_reference(listing.listing_id) else "",
        release=suggestions.release,
        versions={name: each.version for name, each in suggestions.by_model.items()},
        experiments=suggestions.experiments,
        candidates=tuple(candidates),
        amounts=tuple(amounts),
        latency=round(latency, 4),
        time=time,
        seller=listing.seller_id or "",
        policy=presentation.policy,
    )


def to_rendered(shown: Shown, listing: str, time: datetime) -> Shown:
    """Return the event of suggestions that were on the screen at a time."""
    return _with_id(replace(shown, listing=listing or shown.listing, time=time))


def to_events(shown: Shown, body: OutcomesBody, time: datetime) -> list[Event]:
    """Return what became of suggestions, as events.

    Raises ``InputError`` for a value that an event cannot have.
    """
    events: list[Event] = [
        _to_outcome(shown, outcome, time) for outcome in body.outcomes
    ]
    if body.event:
        events.append(_to_sale(shown, body, time))
    return events


def to_kept_listing(
    shown: Shown, body: OutcomesBody, time: datetime
) -> KeptListing | None:
    """Return the listing that was put up for sale, without photos; ``None`` without one.

    Raises ``InputError`` for a value that cannot be kept.
    """
    if body.item is None or body.event != "listed":
        return None
    values = body.item.model_dump(include=set(KEPT_FIELDS))
    return KeptListing(
        request=shown.request,
        listing=body.listing or shown.listing,
        seller=shown.seller,
        time=time,
        fields={name: value for name, value in values.items() if value},
        photos=(),
    )


def _to_outcome(shown: Shown, outcome: OutcomeBody, time: datetime) -> Event:
    # Later it could not be told whether the value is a label.
    is_empty = outcome.value is None
    legal = "null with the action 'ignored', and there with all others"
    check("value", is_empty == (outcome.action == "ignored"), legal)
    return _with_id(
        Outcome(
            request=shown.request,
            field=outcome.field,
            value=outcome.value,
            time=time,
            action=outcome.action,
            seller=shown.seller,
        )
    )


def _to_sale(shown: Shown, body: OutcomesBody, time: datetime) -> Event:
    sale: dict[str, Any] = {
        "request": shown.request,
        "listing": body.listing or shown.listing,
        "price": body.price,
        "currency": next((amount.currency for amount in shown.amounts), ""),
        "time": time,
        "seller": shown.seller,
    }
    if body.event == "listed":
        return _with_id(Listed(**sale, seconds=body.seconds))
    return _with_id(Sold(**sale, days=body.days))


def _candidates(
    suggestion: Suggestion, propensities: Mapping[str, Sequence[float]]
) -> Iterator[ShownCandidate]:
    for field, candidates in suggestion.candidates.items():
        of_field = propensities.get(field, [1.0] * len(candidates))
        ranked = zip(candidates, of_field, strict=True)
        for rank, (candidate, propensity) in enumerate(ranked, 1):
            # A predictor of another program may suggest what an event cannot have.
            with suppress(InputError):
                yield ShownCandidate(
                    field, candidate.value, candidate.probability, rank, propensity
                )


def _amounts(suggestion: Suggestion) -> Iterator[ShownAmount]:
    for field in AMOUNT_FIELDS:
        amount = suggestion.range_of(field)
        if amount is not None:
            with suppress(InputError):
                yield ShownAmount(
                    field, amount.median, amount.low, amount.high, amount.currency
                )


def _with_id(event: AnyEvent) -> AnyEvent:
    """Return an event with an id that depends on what it says and not on when it came.

    A browser that heard no answer sends an outcome again: it is kept once.
    """
    values = to_values(event) | {"time": "", "id": "", "event": name_of(event)}
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode())
    return replace(event, id=digest.hexdigest()[:32])
