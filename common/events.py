"""Events of suggestions: what was shown to a seller, what the seller chose, and what was sold.

Experiments and monitoring join them by the request. An event has references, labels and numbers
only: no title, no description, no photo. ``common.event_lines`` writes and reads them as JSON.
``common.event_log`` keeps only events with an id, by which one that comes twice is kept once.
"""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from common.errors import InputError
from common.listing import AMOUNT_FIELDS, CONFIRMABLE, NUMBER_FIELDS

MAX_LABEL_CHARACTERS = 1_000
"""Limit of a value's characters; the longest values are paths of categories."""

RANKED_FIELDS = tuple(field for field in CONFIRMABLE if field not in NUMBER_FIELDS)
"""Fields whose suggestions are candidates."""

ACTIONS = ("accepted", "changed", "ignored")
"""What a seller may do with the suggestions for a field."""

_REFERENCE = re.compile(r"[!-~]{1,128}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_LEGAL_CURRENCY = "three letters such as 'USD'"


@dataclass(frozen=True, slots=True)
class ShownCandidate:
    """A value that was shown for a field.

    Attributes:
        field: one of ``RANKED_FIELDS``.
        value: the value as it was shown.
        probability: its calibrated probability.
        rank: its position among the candidates of the field, from 1.
        propensity: probability with which this value was to be shown at this rank; 1 where
            nothing is drawn.
    """

    field: str
    value: str
    probability: float
    rank: int
    propensity: float = 1.0

    def __post_init__(self) -> None:
        check("field", self.field in RANKED_FIELDS, f"one of {RANKED_FIELDS}")
        _check_label("value", self.value)
        _check_number("probability", self.probability, 0, 1)
        _check_number("rank", self.rank, 1)
        check("rank", isinstance(self.rank, int), "a whole number such as 1")
        _check_propensity(self.propensity)


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
        check("field", self.field in AMOUNT_FIELDS, f"one of {AMOUNT_FIELDS}")
        _check_number("low", self.low, 0)
        _check_number("amount", self.amount, self.low)
        _check_number("high", self.high, self.amount)
        _check_text("currency", self.currency, _CURRENCY, _LEGAL_CURRENCY)
        _check_propensity(self.propensity)


@dataclass(frozen=True, slots=True)
class Shown:
    """The suggestions that a seller was shown at one time.

    Attributes:
        request: id of the request that was answered.
        listing: the shop's id of the listing; empty where it has none yet.
        release: id of the release that answered.
        versions: artifact id of each model whose answer was shown, by its name.
        variant: variant of the experiment; empty outside of one.
        candidates: what was shown for fields with candidates.
        amounts: what was shown for amounts.
        latency: seconds from the request to its answer.
        time: when it was shown, with a time zone.
        id: id of the event; empty for one that is not kept.
        seller: the shop's key of the seller, by which events are erased; empty where unknown.
    """

    request: str
    listing: str
    release: str
    versions: Mapping[str, str]
    variant: str
    candidates: tuple[ShownCandidate, ...]
    amounts: tuple[ShownAmount, ...]
    latency: float
    time: datetime
    id: str = ""
    seller: str = ""

    def __post_init__(self) -> None:
        _check_references(self, "request", "release")
        _check_optional_references(self, "listing", "variant", "id", "seller")
        for reference in (*self.versions, *self.versions.values()):
            _check_reference("versions", reference)
        _check_number("latency", self.latency, 0)
        _check_time(self.time)


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
        _check_references(self, "request")
        _check_optional_references(self, "id", "seller")
        check("action", self.action in ("", *ACTIONS), f"one of {ACTIONS}")
        check("field", self.field in CONFIRMABLE, f"one of {CONFIRMABLE}")
        _check_time(self.time)
        if self.value is None:
            return
        if self.field in NUMBER_FIELDS:
            _check_number("value", self.value, 0)
        else:
            _check_label("value", self.value)


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
    """

    request: str
    listing: str
    price: float | None
    currency: str
    time: datetime
    id: str = ""
    seller: str = ""

    def __post_init__(self) -> None:
        _check_sale(self)


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
            _check_number("days", self.days, 0)


Event = Shown | Outcome | Listed | Sold


def new_event_id() -> str:
    """Return an id that no other event has."""
    return uuid.uuid4().hex


def check(name: str, is_legal: bool, legal: str) -> None:
    """Raise ``InputError`` for an illegal attribute, with what a legal one is.

    The value itself is not in the message: it may be what a seller wrote.
    """
    if not is_legal:
        raise InputError(f"{name} of an event should be {legal}")


def _check_sale(event: Listed | Sold) -> None:
    _check_references(event, "request", "listing")
    _check_optional_references(event, "id", "seller")
    _check_time(event.time)
    if event.price is not None:
        _check_number("price", event.price, 0)
    if event.currency != "":
        _check_text("currency", event.currency, _CURRENCY, _LEGAL_CURRENCY)


def _check_references(event: Event, *names: str) -> None:
    for name in names:
        _check_reference(name, getattr(event, name))


def _check_optional_references(event: Event, *names: str) -> None:
    _check_references(event, *(name for name in names if getattr(event, name) != ""))


def _check_reference(name: str, value: object) -> None:
    legal = "1 to 128 ASCII characters without a blank, such as 'sku-1042'"
    _check_text(name, value, _REFERENCE, legal)


def _check_text(name: str, value: object, form: re.Pattern[str], legal: str) -> None:
    check(name, isinstance(value, str) and bool(form.fullmatch(value)), legal)


def _check_label(name: str, value: object) -> None:
    is_line = isinstance(value, str) and value.isprintable()
    has_length = is_line and 1 <= len(str(value)) <= MAX_LABEL_CHARACTERS
    check(name, has_length, f"a line of 1 to {MAX_LABEL_CHARACTERS} characters")


def _check_number(name: str, value: object, low: float, high: float = math.inf) -> None:
    # No comparison with NaN is true; true and false are numbers to Python.
    is_legal = (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and low <= value <= high
        and value < math.inf
    )
    legal = f"from {low} to {high}" if high < math.inf else f"{low} or more"
    check(name, is_legal, f"a number, {legal}")


def _check_propensity(value: float) -> None:
    _check_number("propensity", value, 0, 1)
    check("propensity", value > 0, "above 0, such as 0.5")


def _check_time(value: object) -> None:
    is_time = isinstance(value, datetime) and value.tzinfo is not None
    check("time", is_time, "with its zone, such as 2026-01-31T12:00:00+00:00")
