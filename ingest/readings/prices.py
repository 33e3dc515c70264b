"""The rule by which the prices of a table are read, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from struct import pack, unpack

from common.validation.placeholders import is_not_stated
from common.validation.texts import quote
from common.validation.values import MAX_PRICE, check_price
from ingest.readings.amounts import WrittenAmount, split_amount
from ingest.readings.cells import is_filled, plain
from ingest.readings.currencies import currencies_of, narrow
from ingest.readings.numbers import DecimalMark, read_number
from ingest.readings.placeholders import PriceLimits
from ingest.readings.reading import Amount

_VALUE_KEYS = ("value", "amount", "price", "units")
_CURRENCY_KEYS = ("currency", "currencyCode", "currency_code", "code")


@dataclass(frozen=True, slots=True)
class PriceRule:
    """How the prices of a table are read.

    Attributes:
        stated: the currency that the table, its name or an option says, else empty: what a sign
            of several currencies means.
        required: the currency of ``--currency``, else empty: no sign may contradict it.
        marks: the decimal mark by the currency that a cell states; "" for all others.
        divisor: minor units in a unit: 100 where the column holds cents.
        limits: where prices end, by currency as for ``marks``.
    """

    stated: str = ""
    required: str = ""
    marks: Mapping[str, DecimalMark] = field(
        default_factory=lambda: {"": DecimalMark()}
    )
    divisor: int = 1
    limits: Mapping[str, PriceLimits] = field(default_factory=dict)

    def parse(self, cell: object) -> Amount | None:
        """Return the amount of a cell, or ``None``; raises ``ValueError`` for what is none."""
        amount = self.read(cell)
        if amount is None:
            return None
        limits = self.limits.get(amount.currency or "")
        if limits and limits.is_placeholder(amount.value):
            raise ValueError(
                f"{quote(cell)} is a placeholder and no price:"
                f" the median price is {limits.median:,.6g}"
            )
        return amount

    def read(self, cell: object) -> Amount | None:
        """Return the amount of a cell as ``parse`` does, placeholders included."""
        if isinstance(cell, str):
            text = plain(cell)
            return self._read_text(text) if text and not _says_nothing(text) else None
        if isinstance(cell, Mapping):
            return self._read_mapping(cell)

        number = _to_float(cell)
        return None if number is None else self._to_amount(number, (), cell)

    def _read_text(self, text: str) -> Amount:
        written = split_amount(text)
        codes = written.currencies
        if (
            codes
            and self.required
            and self.required not in codes
            and not written.has_code
        ):
            raise ValueError(
                f"{quote(text)} is in {codes[0]}, and --currency says {self.required}"
            )
        return self._to_amount(self._read_digits(written), codes, text)

    def _read_digits(self, written: WrittenAmount) -> float:
        group = narrow(written.currencies, self.stated)
        decimal = self.marks.get(group, self.marks[""])
        return read_number(written.digits, decimal) * written.factor

    def _read_mapping(self, cell: Mapping[object, object]) -> Amount | None:
        """Read an amount as programs write it: ``{"amount": "12.00", "currency": "EUR"}``."""
        value = next((cell[key] for key in _VALUE_KEYS if key in cell), None)
        if value is None or isinstance(value, Mapping):
            raise ValueError(f"{quote(cell)} is not an amount")

        amount = self.read(value)
        code = next((cell[key] for key in _CURRENCY_KEYS if key in cell), None)
        currency = narrow(currencies_of(plain(code)), self.stated)
        if amount is None or not currency:
            return amount
        return Amount(amount.value, currency)

    def _to_amount(self, number: float, codes: tuple[str, ...], cell: object) -> Amount:
        number /= self.divisor
        check_price(number, cell)
        if not codes:
            return Amount(number, None)

        currency = narrow(codes, self.stated)
        return Amount(
            number, currency, tuple(code for code in codes if code != currency)
        )


def settle_currency(amount: Amount, currency: str | None) -> str | None:
    """Return the currency of a row's price, given that of its column ``currency``.

    Raises ``ValueError`` where the two contradict each other: the price cannot be used.
    """
    if amount.currency is None or amount.currency == currency:
        return currency
    if currency is None:
        return amount.currency
    if currency in amount.alternatives:
        return currency
    raise ValueError(f"is in {amount.currency}, and the row's currency is {currency}")


def _says_nothing(text: str) -> bool:
    """Return whether a text without digits is a word such as ``unknown`` or ``TBD``."""
    return text.isalpha() and is_not_stated(text)


def _to_float(cell: object) -> float | None:
    """Return a number of JSON, Parquet or a workbook; raises ``ValueError`` for other cells."""
    if not is_filled(cell):
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        raise ValueError(f"{quote(cell)} is not an amount")
    try:
        number = float(cell)
    except OverflowError:
        raise ValueError(f"{quote(cell)} is not finite") from None
    return _shorten(number)


def _shorten(number: float) -> float:
    """Return what was written before it was stored in 32 bits: 19.989999771118164 is 19.99."""
    # Most prices have two decimals at most, and need no closer look.
    if not abs(number) < MAX_PRICE or round(number, 2) == number or not number:
        return number
    if unpack("f", pack("f", number))[0] != number:
        return number

    for digits in range(6, 10):
        shorter = float(f"{number:.{digits}g}")
        if unpack("f", pack("f", shorter))[0] == number:
            return shorter
    return number
