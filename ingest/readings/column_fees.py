"""What a column of shipping fees holds: amounts of parcels, in the currency of the prices.

A fee of 0 says that the seller pays, and not what the parcel costs: eBay writes ``FIXED 0.00`` for
free shipping. It is no fee to learn from, and neither are ``Free`` and ``CALCULATED``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from common.validation.payers import find_payer
from common.validation.placeholders import is_not_stated
from common.validation.values import check_price
from ingest.options import ReadOptions
from ingest.readings.amounts import split_amount
from ingest.readings.cells import is_filled, plain
from ingest.readings.column_payers import holds_amounts
from ingest.readings.column_prices import PriceReadings
from ingest.readings.currencies import minor_units, narrow
from ingest.readings.numbers import DecimalMark, decide_mark, read_number
from ingest.readings.payers import SILENT, first_offer
from ingest.readings.reading import Amount, FieldReadings, Reading
from ingest.readings.written_prices import collect_prices

_FIELD = "shipping_fee"


@dataclass(frozen=True, slots=True)
class FeeRule:
    """How a column of fees is read.

    Attributes:
        stated: the currency that a sign of several currencies means, else empty.
        mark: the decimal mark.
        divisor: minor units in a unit: 100 where the column is said to hold cents.
    """

    stated: str = ""
    mark: DecimalMark = field(default_factory=DecimalMark)
    divisor: int = 1

    def parse(self, cell: object) -> Amount | None:
        """Return the fee of a cell, or ``None``; raises ``ValueError`` for what is no amount."""
        if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
            number = float(cell) if is_filled(cell) else 0.0
            return self._to_amount(number, "", cell)

        text = plain(cell)
        if not text or _is_word(text):
            return None
        written = split_amount(first_offer(text))
        number = read_number(written.digits, self.mark) * written.factor
        currency = narrow(written.currencies, self.stated)
        return self._to_amount(number, currency, text)

    def _to_amount(self, number: float, currency: str, cell: object) -> Amount | None:
        if number == 0:
            return None
        number /= self.divisor
        check_price(number, cell)
        return Amount(number, currency or None)


def read_fees(
    sample: Mapping[str, Sequence[object]],
    names: Mapping[str, str],
    options: ReadOptions,
    prices: PriceReadings,
) -> FieldReadings:
    """Return the parser of fees; the arguments are ``read_columns``'s, and what prices are.

    A column that holds the payer too is left out, without a word, where it holds no amounts.
    """
    cells = sample.get(_FIELD, ())
    name = names.get(_FIELD, "")
    is_shared = name != "" and name == names.get("shipping_payer", "")
    if is_shared and not holds_amounts(cells, name):
        return FieldReadings({_FIELD: FeeRule(prices.stated).parse}, (), (_FIELD,))

    rule = FeeRule(
        prices.stated,
        _decide_mark(cells, options, prices.currency),
        minor_units(name, prices.currency),
    )
    parsers = {_FIELD: rule.parse}
    amounts = _read_all(rule, cells)
    if not amounts:
        return FieldReadings(parsers)
    return FieldReadings(parsers, (_describe(amounts, cells, prices),))


def _decide_mark(
    cells: Sequence[object], options: ReadOptions, currency: str
) -> DecimalMark:
    if options.decimal:
        return DecimalMark(options.decimal)
    written = collect_prices(cells)
    if not written.amounts:
        return DecimalMark()
    return decide_mark(written.digits(Counter(written.amounts.keys())), currency)


def _describe(
    amounts: Sequence[float], cells: Sequence[object], prices: PriceReadings
) -> Reading:
    n_filled = sum(map(is_filled, cells))
    low, high = min(amounts), max(amounts)
    return Reading(
        _FIELD,
        f"fees of parcels in {prices.currency}; free shipping says nothing of the fee",
        f"{len(amounts):,} of {n_filled:,} cells are amounts, from {low:,.6g} to {high:,.6g}",
        "--map",
    )


def _read_all(rule: FeeRule, cells: Sequence[object]) -> list[float]:
    amounts = []
    for cell in cells:
        try:
            amount = rule.parse(cell)
        except ValueError:
            continue  # its row says so later
        if amount is not None:
            amounts.append(amount.value)
    return amounts


def _is_word(text: str) -> bool:
    """Return whether a text says who pays, how, or nothing, and no amount."""
    if any(map(str.isdigit, text)):
        return False
    is_payer = find_payer(text) is not None
    return is_payer or text.casefold() in SILENT or is_not_stated(text)
