"""Checks of an event's attributes; each refusal is a sentence with what a legal one is."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from common.errors import InputError

MAX_LABEL_CHARACTERS = 1_000
"""Limit of a value's characters; the longest values are paths of categories."""

_REFERENCE = re.compile(r"[!-~]{1,128}")
_CURRENCY = re.compile(r"[A-Z]{3}")


def check(name: str, is_legal: bool, legal: str) -> None:
    """Raise ``InputError`` for an illegal attribute, with what a legal one is.

    The value itself is not in the message: it may be what a seller wrote.
    """
    if not is_legal:
        raise InputError(f"{name} of an event should be {legal}")


def check_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Raise ``InputError`` unless a value is one of ``choices``."""
    # The texts of refusals are made for refusals alone: events with their parts are checked often.
    if value not in choices:
        check(name, False, f"one of {choices}")


def check_references(event: object, *names: str) -> None:
    """Raise ``InputError`` unless attributes of an event are references to something."""
    for name in names:
        check_reference(name, getattr(event, name))


def check_optional_references(event: object, *names: str) -> None:
    """As ``check_references``; attributes may be empty, too."""
    check_references(event, *(name for name in names if getattr(event, name) != ""))


def check_reference(name: str, value: object) -> None:
    """Raise ``InputError`` unless a value is a reference, such as the id of a request."""
    legal = "1 to 128 ASCII characters without a blank, such as 'sku-1042'"
    check(name, is_reference(value), legal)


def check_reference_map(name: str, values: Mapping[str, object]) -> None:
    """Raise ``InputError`` unless the keys and the values of a mapping are references."""
    for reference in (*values, *values.values()):
        check_reference(name, reference)


def is_reference(value: object) -> bool:
    """Tell whether a value can be the id of something, such as of a request or a seller."""
    return isinstance(value, str) and bool(_REFERENCE.fullmatch(value))


def check_label(name: str, value: object) -> None:
    """Raise ``InputError`` unless a value is a line of a bearable length."""
    is_line = isinstance(value, str) and value.isprintable()
    has_length = is_line and 1 <= len(str(value)) <= MAX_LABEL_CHARACTERS
    check(name, has_length, f"a line of 1 to {MAX_LABEL_CHARACTERS} characters")


def check_number(name: str, value: object, low: float, high: float = math.inf) -> None:
    """Raise ``InputError`` unless a value is a number from ``low`` to ``high``, both included."""
    # No comparison with NaN is true; true and false are numbers to Python.
    is_legal = (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and low <= value <= high
        and value < math.inf
    )
    if not is_legal:
        legal = f"from {low} to {high}" if high < math.inf else f"{low} or more"
        check(name, False, f"a number, {legal}")


def check_currency(value: object) -> None:
    """Raise ``InputError`` unless a value looks like the code of a currency."""
    is_legal = isinstance(value, str) and bool(_CURRENCY.fullmatch(value))
    check("currency", is_legal, "three letters such as 'USD'")


def check_propensity(value: float) -> None:
    """Raise ``InputError`` unless a value is a probability above 0."""
    check_number("propensity", value, 0, 1)
    check("propensity", value > 0, "above 0, such as 0.5")


def check_time(value: object) -> None:
    """Raise ``InputError`` unless a value is a time with its zone."""
    is_time = isinstance(value, datetime) and value.tzinfo is not None
    check("time", is_time, "with its zone, such as 2026-01-31T12:00:00+00:00")
