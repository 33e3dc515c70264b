"""Amounts of money as people read them: with the decimals of the currency, and more when tiny."""

from __future__ import annotations

import math

from common.listing import PriceRange

_WITHOUT_DECIMALS = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
    *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
)
_WITH_THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")

MINOR_UNITS = {
    **dict.fromkeys(_WITHOUT_DECIMALS, 0),
    **dict.fromkeys(_WITH_THREE_DECIMALS, 3),
}
"""Decimals of the currencies that do not have two (ISO 4217, table A.1)."""

_SIGNIFICANT = 2
"""Digits that an amount of few coins keeps."""

_MAX_DECIMALS = 12
"""What is smaller is shown as 0."""


def format_amount(amount: float, currency: str | None = None) -> str:
    """Return an amount with its currency: ``12.50 USD``, ``1,250,000 JPY``, ``0.0005 USD``.

    An amount that the decimals of its currency would round to less than two digits has more of
    them: ``0.00052``. Without a currency it has two decimals and no name.
    """
    number = format_number(amount, currency)
    return f"{number} {currency}" if currency else number


def format_price(price: PriceRange) -> str:
    """Return a suggested price: ``12.50 USD (80 % within 9.00 to 18.20)``."""
    median = format_amount(price.median, price.currency)
    low = format_number(price.low, price.currency)
    high = format_number(price.high, price.currency)
    return f"{median} (80 % within {low} to {high})"


def format_number(amount: float, currency: str | None = None) -> str:
    """Return an amount without its currency, with as many digits as ``format_amount`` shows."""
    return f"{amount:,.{decimals(amount, currency)}f}"


def decimals(amount: float, currency: str | None = None) -> int:
    """Return the number of digits after the point that an amount is shown with."""
    usual = MINOR_UNITS.get(currency or "", 2)
    if not amount or not math.isfinite(amount):
        return usual

    # Below a tenth of a unit of a currency with cents, two decimals leave one digit or none.
    exponent = math.floor(math.log10(abs(amount)))
    if exponent >= _SIGNIFICANT - 1 - usual:
        return usual
    needed = min(_SIGNIFICANT - 1 - exponent, _MAX_DECIMALS)
    text = f"{amount:.{needed}f}"
    return max(len(text.rstrip("0").partition(".")[2]), usual)
