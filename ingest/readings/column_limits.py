"""The limits of a column of prices, by currency: what lies beyond them is set aside or doubted.

A cell states its currency with a sign or a code, and its row in a column of its own. Both count:
prices of two currencies have two medians.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

from common.validation.texts import quote
from ingest.readings.cells import percent, plain, plural
from ingest.readings.currencies import currencies_of, narrow
from ingest.readings.placeholders import PriceLimits, combine, find_limits
from ingest.readings.prices import PriceRule
from ingest.readings.reading import Amount, Reading

_Priced = tuple[Amount, str]
"""A price, and the currency that its row states in a column of its own, or an empty text."""


@dataclass(frozen=True, slots=True)
class ColumnLimits:
    """The limits of a column's prices.

    Attributes:
        by_currency: limits by the currency of the cell, and in each by that of the row; "" has the
            prices without one.
        n_amounts: amounts in the sample, placeholders included.
    """

    by_currency: Mapping[str, Mapping[str, PriceLimits]]
    n_amounts: int

    def of_cells(self) -> dict[str, PriceLimits]:
        """Return limits by the currency of the cell alone, whatever that of the row."""
        combined: dict[str, PriceLimits] = {}
        for code, by_row in self.by_currency.items():
            combined[code] = combine(by_row.values())
        return combined


def find_column_limits(
    rule: PriceRule, cells: Sequence[object], currencies: Sequence[object]
) -> ColumnLimits:
    """Return the limits of a sample of prices, read by a rule that has none yet.

    ``currencies`` are the cells of the column of currencies, empty where there is none.
    """
    amounts = _read_sample(rule, cells, currencies)
    prices: dict[str, dict[str, Counter[float]]] = {}
    for (amount, row_code), number in amounts.items():
        by_row = prices.setdefault(amount.currency or "", {})
        counts = by_row.setdefault(row_code, Counter())
        counts[amount.value] += number

    limits = {code: _find_by_row(by_row) for code, by_row in prices.items()}
    return ColumnLimits(limits, amounts.total())


def _find_by_row(prices: Mapping[str, Counter[float]]) -> dict[str, PriceLimits]:
    return {code: find_limits(counts) for code, counts in prices.items()}


def describe_limits(limits: ColumnLimits, base: str) -> Iterator[Reading]:
    """Yield a reading of placeholders and absurd prices, where there are any.

    ``base`` is the currency of prices without one of their own.
    """
    warnings: list[str] = []
    for cell_code, by_row in limits.by_currency.items():
        for row_code, each in by_row.items():
            code = cell_code or row_code or base
            warnings += _warn_of(each, code, limits.n_amounts)

    if warnings:
        meaning = "some cells hold no usual prices"
        evidence = "they lie far from all other prices"
        yield Reading("price", meaning, evidence, "", "; ".join(warnings))


def _read_sample(
    rule: PriceRule, cells: Sequence[object], currencies: Sequence[object]
) -> Counter[_Priced]:
    """Return the amounts of the sample with their counts, placeholders included.

    Each comes with the currency that its row states in a column of its own.
    """
    amounts = Counter[_Priced]()
    for cell, code, number in _count_cells(rule, cells, currencies):
        try:
            amount = rule.read(cell)
        except ValueError:
            continue  # its row says so later
        if amount is not None:
            amounts[amount, code] += number
    return amounts


def _count_cells(
    rule: PriceRule, cells: Sequence[object], currencies: Sequence[object]
) -> Iterator[tuple[object, str, int]]:
    """Yield cells with the currency of their row and their number; equal texts once."""
    texts = Counter[tuple[str, str]]()
    others: list[tuple[object, str, int]] = []
    row_currencies = currencies or repeat(None, len(cells))
    for cell, currency in zip(cells, row_currencies, strict=True):
        code = _row_currency(rule, currency)
        if isinstance(cell, str):
            texts[cell, code] += 1
        else:
            others.append((cell, code, 1))

    for (text, code), number in texts.items():
        yield text, code, number
    yield from others


def _row_currency(rule: PriceRule, cell: object) -> str:
    """Return the currency that a cell of the column of currencies states, or an empty text."""
    if not isinstance(cell, str):
        return ""
    codes = currencies_of(plain(cell))
    return narrow(codes, rule.stated)


def _warn_of(limits: PriceLimits, code: str, total: int) -> Iterator[str]:
    """Yield a warning for each of the commonest placeholders, and one for absurd prices."""
    median = f"{limits.median:,.6g}"
    placeholders = Counter(limits.placeholders)
    for value, number in placeholders.most_common(3):
        price = f"{value:,.10g} {code} ({percent(number, total)})"
        prices = plural(number, "price", "prices")
        yield f"{prices} of {price}, set aside as placeholders: the median is {median}"

    absurd = Counter(limits.absurd)
    for value, _ in absurd.most_common(1):
        example = quote(f"{value:,.10g}")
        prices = plural(absurd.total(), "price", "prices")
        yield (
            f"{prices} such as {example} {code} far from the others, whose median is"
            f" {median}"
        )
