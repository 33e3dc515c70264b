"""Parsers of prices and codes, and the parser of every field that is one label.

A parser takes a cell as its source holds it and returns the value, ``None`` if it is missing, or
raises ``ValueError`` with the end of a sentence that begins with the name of the field:
``'abc' is not a number``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from common.validation.brands import parse_brand
from common.validation.categories import parse_category
from common.validation.conditions import parse_condition
from common.validation.measures import parse_dimensions, parse_weight
from common.validation.payers import parse_payer
from common.validation.texts import NUMBER, parse_label, quote

MAX_PRICE = 1e9

_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


def parse_price(value: object) -> float | None:
    """Return a price above 0 and below ``MAX_PRICE``; ``$1,200.00`` is 1200."""
    number = _parse_number(value)
    if number is not None:
        check_price(number, value)
    return number


def parse_fee(value: object) -> float | None:
    """Return the fee of a parcel, above 0 and below ``MAX_PRICE``."""
    number = _parse_number(value)
    if number == 0:
        raise ValueError(
            f"{quote(value)} is not above 0: free shipping is shipping_payer=seller"
        )
    if number is not None:
        check_price(number, value)
    return number


def check_price(number: float, value: object) -> None:
    """Raise ``ValueError`` unless a number is a legal price; ``value`` is how it is written."""
    if not math.isfinite(number):
        raise ValueError(f"{quote(value)} is not finite")
    if number <= 0:
        raise ValueError(f"{quote(value)} is not above 0")
    if number >= MAX_PRICE:
        raise ValueError(f"{quote(value)} is not below {MAX_PRICE:.0f}")


def parse_currency(value: object) -> str | None:
    """Return a currency of three capital letters, such as ``USD``."""
    text = parse_label(value)
    if text is None:
        return None

    is_code = len(text) == 3 and text.isascii() and text.isalpha()
    if not is_code:
        raise ValueError(f"{quote(text)} is not three letters such as USD")
    return text.upper()


def parse_language(value: object) -> str | None:
    """Return a language code such as ``en`` or ``pt-br``, in lower case."""
    text = parse_label(value)
    if text is None:
        return None

    code = text.lower().replace("_", "-")
    if not _LANGUAGE.fullmatch(code):
        raise ValueError(f"{quote(text)} is not a language code such as en or ja")
    return code


FIELD_PARSERS: Mapping[str, Callable[[object], Any]] = {
    "category": parse_category,
    "brand": parse_brand,
    "condition": parse_condition,
    "price": parse_price,
    "currency": parse_currency,
    "shipping_payer": parse_payer,
    "language": parse_language,
    "size": parse_label,
    "colour": parse_label,
    "shipping_method": parse_label,
    "parcel_size": parse_label,
    "shipping_fee": parse_fee,
    "weight": parse_weight,
    "dimensions": parse_dimensions,
    "seller_id": parse_label,
}
"""The rule for each field that holds one label; requests are validated in this order."""


def _parse_number(value: object) -> float | None:
    if isinstance(value, float):
        return None if math.isnan(value) else value
    text = parse_label(value)
    if text is None:
        return None

    digits = text.strip("$€£¥ ")
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(",", "")
    if not NUMBER.fullmatch(digits):
        raise ValueError(f"{quote(text)} is not a number")
    return float(digits)
