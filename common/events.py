"""Events of suggestions: what was shown to a seller, what the seller chose, and what was sold.

Experiments and monitoring join them by the request. An event has references, labels and numbers
only: no title, no description, no photo. ``common.event_lines`` writes and reads them as JSON.
``common.event_log`` keeps only events with an id, by which one that comes twice is kept once.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.event_checks import (
    check,
    check_choice,
    check_currency,
    check_label,
    check_number,
    check_optional_references,
    check_propensity,
    check_reference_map,
    check_references,
    check_time,
)
from common.listing import AMOUNT_FIELDS, CONFIRMABLE, NUMBER_FIELDS

RANKED_FIELDS = tuple(field for field in CONFIRMABLE if field not in NUMBER_FIELDS)
"""Fields whose suggestions are candidates."""

ACTIONS = ("accepted", "changed", "ignored", "entered")
"""What a seller may do with the suggestions for a field; ``entered`` where there were none."""

POLICIES = ("greedy", "exploration", "holdout")
"""How suggestions were shown: as models ranked them, in an order that was drawn, or not at all."""

DRAWN_FIELD = "category"
"""The field, and the name of its model, whose candidates exploration reorders."""

MAX_LISTING_TIME = timedelta(days=1)
"""Time before a listing in which its suggestions are looked for."""


@dataclass(frozen=True, slots=True)
class ShownCandidate:
    """A value that was shown for a field.

    Attributes:
        field: one of ``RANKED_FIELDS``.
        value: the value as it was shown.
        probability: its calibrated probability.
        rank: its position among the candidates of the field, from 1.
        propensity: probability with which this value was to be shown at this rank, after those
            of the ranks before it; 1 where nothing is drawn.
    """

    field: str
    value: str
    probability: float
    rank: int
    propensity: float = 1.0

    def __post_init__(self) -> None:
        check_choice("field", self.field, RANKED_FIELDS)
        check_label("value", self.value)
        check_number("probability", self.probability, 0, 1)
        check_number("rank", self.rank, 1)
        check("rank", isinstance(self.rank, int), "a whole number such as 1")
        check_propensity(self.propensity)


@dataclass(frozen=True, slots=True)
class ShownAmount:
    """An amount that was shown for a field, with its interval.

    Attributes:
        field: one of ``AMOUNT_FIELDS``.
        amount: the suggested amount, in units of ``currency``.
        low: lower end of the interval that was shown.
        high: its upper end.
        currency: three letters.
        propensity: probability with which this amount was to be shown; 1 where nothing is drawn.
    """

    field: str
    amount: float
    low: float
    high: float
    currency: str
    propensity: float = 1.0

    def __post_init__(self) -> None:
        check_choice("field", self.field, AMOUNT_FIELDS)
        check_number("low", self.low, 0)
        check_number("amount", self.amount, self.low)
        check_number("high", self.high, self.amount)
        check_currency(self.currency)
        check_propensity(self.propensity)


@dataclass(frozen=True, slots=True)
class Shown:
    """The suggestions that a seller was shown at one time.

    Attributes:
        request: id of the request that was answered.
        listing: the shop's id of the listing; empty where it has none yet.
        release: id of the release that answered.
        versions: artifact id of each model whose answer was shown, by its name.
        experiments: variant of each experiment that the seller is in, by the experiment's key.
        candidates: what was shown for fields with candidates.
        amounts: what was shown for amounts.
        latency: seconds from the request to its answer.
        time: when it was shown, with a time zone.
        id: id of the event; empty for one that is not kept.
        seller: the shop's key of the seller, by which events are erased; empty where unknown.
        policy: one of ``POLICIES``. With ``holdout``, the seller saw nothing of the candidates
            and amounts: they are what would have been shown.
    """

    request: str
    listing: str
    release: str
    versions: Mapping[str, str]
    experiments: Mapping[str, str]
    candidates: tuple[ShownCandidate, ...]
    amounts: tuple[ShownAmount, ...]
    latency: float
    time: datetime
    id: str = ""
    seller: str = ""
    policy: str = "greedy"

    def __post_init__(self) -> None:
        check_references(self, "request", "release")
        check_choice("policy", self.policy, POLICIES)
        check_optional_references(self, "listing", "id", "seller")
        for name in ("versions", "experiments"):
            check_reference_map(name, getattr(self, name))
        check_number("latency", self.latency, 0)
        check_time(self.time)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the seller chose for a field after suggestions were shown.

    Attributes:
        request: id of the request whose suggestions were shown.
        field: one of ``CONFIRMABLE``.
        value: what the seller chose: a number for ``NUMBER_FIELDS``, a label for other fields,
            ``None`` where the field was left empty.
        time: when it was chosen, with a time zone.
        action: one of ``ACTIONS``; empty where unknown.
        id: id of the event; empty for one that is not kept.
        seller: the shop's key of the seller, by which events are erased; empty where unknown.
    """

    request: str
    field: str
    value: str | float | None
    time: datetime
    action: str = ""
    id: str = ""
    seller: str = ""

    def __post_init__(self) -> None:
        check_references(self, "request")
        check_optional_references(self, "id", "seller")
        check_choice("action", self.action, ("", *ACTIONS))
        check_choice("field", self.field, CONFIRMABLE)
        check_time(self.time)
        if self.value is None:
            return
        if self.field in NUMBER_FIELDS:
            check_number("value", self.value, 0)
        else:
            check_label("value", self.value)


@dataclass(frozen=True, slots=True)
class Listed:
    """A listing was put up for sale after suggestions were shown.

    Attributes:
        request: id of the request whose suggestions were shown.
        listing: the shop's id of the listing.
        price: the price that the seller asks, in units of ``currency``; ``None`` where unknown.
        currency: three letters; empty where unknown.
        time: when it was listed, with a time zone.
        id: id of the event; empty for one that is not kept.
        seller: the shop's key of the seller, by which events are erased; empty where unknown.
        seconds: time from the seller's first entry to the listing; ``None`` where unknown.
    """

    request: str
    listing: str
    price: float | None
    currency: str
    time: datetime
    id: str = ""
    seller: str = ""
    seconds: float | None = None

    def __post_init__(self) -> None:
        _check_sale(self)
        if self.seconds is not None:
            check_number("seconds", self.seconds, 0)


@dataclass(frozen=True, slots=True)
class Sold:
    """A listing was sold after suggestions were shown.

    Attributes:
        request: id of the request whose suggestions were shown.
        listing: the shop's id of the listing.
        price: the price that was paid, in units of ``currency``; ``None`` where unknown.
        currency: three letters; empty where unknown.
        days: days from listing to sale; ``None`` where unknown.
        time: when it was sold, with a time zone.
        id: id of the event; empty for one that is not kept.
        seller: the shop's key of the seller, by which events are erased; empty where unknown.
    """

    request: str
    listing: str
    price: float | None
    currency: str
    days: float | None
    time: datetime
    id: str = ""
    seller: str = ""

    def __post_init__(self) -> None:
        _check_sale(self)
        if self.days is not None:
            check_number("days", self.days, 0)


Event = Shown | Outcome | Listed | Sold


def new_event_id() -> str:
    """Return an id that no other event has."""
    return uuid.uuid4().hex


def _check_sale(event: Listed | Sold) -> None:
    check_references(event, "request", "listing")
    check_optional_references(event, "id", "seller")
    check_time(event.time)
    if event.price is not None:
        check_number("price", event.price, 0)
    if event.currency != "":
        check_currency(event.currency)
