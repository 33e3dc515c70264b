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
    for code, digits in numbers.items():
        is_known = code != currency.stated and code not in _DOLLARS
        # Bare numbers are in the currency of the table.
        custom_of = code if code and is_known else currency.known
        marks[code] = _decide_group(digits, everything, custom_of)

    if "" not in marks:
        # No cell of the sample needs it, so there is nothing to say of it.
        of_all = decide_mark(everything, currency.known)
        marks[""] = replace(of_all, evidence="", warning="")
    return marks


def _decide_group(
    group: Counter[str], everything: Counter[str], currency: str
) -> DecimalMark:
    """Return the mark that a currency's numbers prove, else that of the whole column."""
    proves = any(kind_of(digits) in (POINT, COMMA) for digits in group)
    return decide_mark(group if proves else everything, currency)
