"""The decimal marks of a column of prices, one for each currency that its cells state."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ingest.options import ReadOptions
from ingest.readings.numbers import COMMA, POINT, DecimalMark, decide_mark, kind_of
from ingest.readings.written_prices import WrittenPrices


def decide_marks(
    written: WrittenPrices, stated: str, options: ReadOptions
) -> dict[str, DecimalMark]:
    """Return the decimal mark of each currency that cells state, and "" of all others.

    ``stated`` is the currency of the table where it is known.
    """
    if options.decimal:
        return {"": DecimalMark(options.decimal, evidence="--decimal says so")}

    groups = {
        code: written.digits(texts)
        for code, texts in written.by_currency(stated).items()
    }
    everything = sum(groups.values(), Counter[str]())
    certain = _certain_currencies(written) | {stated}
    marks = {}
    for code, digits in groups.items():
        # Bare numbers are in the currency of the table.
        custom_of = (code or stated) if (code or stated) in certain else ""
        marks[code] = _decide_group(digits, everything, custom_of)

    if "" not in marks:
        # No cell of the sample needs it, so there is nothing to say of it.
        of_all = decide_mark(everything, stated)
        marks[""] = replace(of_all, evidence="", warning="")
    return marks


def _decide_group(
    group: Counter[str], everything: Counter[str], currency: str
) -> DecimalMark:
    """Return the mark that a currency's numbers prove, else that of the whole column."""
    proves = any(kind_of(digits) in (POINT, COMMA) for digits in group)
    return decide_mark(group if proves else everything, currency)


def _certain_currencies(written: WrittenPrices) -> set[str]:
    """Return currencies that a cell names for certain.

    A dollar sign does not: it is that of many pesos too, which have another custom.
    """
    meanings = (amount.currencies for amount in written.amounts.values())
    return {codes[0] for codes in meanings if len(codes) == 1}
