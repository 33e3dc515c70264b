"""The decimal marks of a column of prices, one for each currency that its cells state."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ingest.options import ReadOptions
from ingest.readings.column_currency import ColumnCurrency
from ingest.readings.currencies import SIGNS
from ingest.readings.numbers import COMMA, POINT, DecimalMark, decide_mark, kind_of
from ingest.readings.written_prices import WrittenPrices

_DOLLARS = SIGNS["$"]
"""Currencies of one sign and of several customs."""


def decide_marks(
    written: WrittenPrices, currency: ColumnCurrency, options: ReadOptions
) -> dict[str, DecimalMark]:
    """Return the decimal mark of each currency that cells state, and "" of all others."""
    if options.decimal:
        return {"": DecimalMark(options.decimal, evidence="--decimal says so")}

    groups = written.by_currency(currency.stated)
    numbers = {code: written.digits(texts) for code, texts in groups.items()}
    everything = sum(numbers.values(), Counter[str]())
    marks = {}
    for code, group in numbers.items():
        custom_of = _country_of(code, currency)
        marks[code] = _decide_group(group, everything, custom_of)

    if "" not in marks:
        # No cell of the sample needs it, so there is nothing to say of it.
        of_all = decide_mark(everything, currency.known)
        marks[""] = replace(of_all, evidence="", warning="")
    return marks


def _country_of(code: str, currency: ColumnCurrency) -> str:
    """Return the currency whose custom a group of prices follows, or an empty text."""
    # Bare numbers are in the currency of the table, and a dollar sign is that of many.
    if not code or code == currency.stated or code in _DOLLARS:
        return currency.known
    return code


def _decide_group(
    group: Counter[str], everything: Counter[str], currency: str
) -> DecimalMark:
    """Return the mark that a currency's numbers prove, else that of the whole column."""
    kinds = set(map(kind_of, group))
    has_proof = POINT in kinds or COMMA in kinds
    deciding = group if has_proof else everything
    return decide_mark(deciding, currency)
