"""What a column of prices means: its currency, decimal marks, unit and placeholders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.options import ReadOptions
from ingest.readings.column_currency import ColumnCurrency, decide_currency
from ingest.readings.column_limits import (
    ColumnLimits,
    describe_limits,
    find_column_limits,
)
from ingest.readings.column_marks import decide_marks
from ingest.readings.currencies import minor_units
from ingest.readings.numbers import COMMA, MARK_NAMES, POINT, DecimalMark, kind_of
from ingest.readings.prices import PriceRule
from ingest.readings.reading import FieldReadings, Reading
from ingest.readings.written_prices import WrittenPrices, collect_prices


@dataclass(frozen=True, slots=True)
class PriceReadings:
    """What was decided about prices.

    Attributes:
        part: the parser of prices, and the readings.
        currency: three letters, of prices without one of their own.
        stated: the same, but empty where it is a guess.
    """

    part: FieldReadings
    currency: str
    stated: str


def read_prices(
    sample: Mapping[str, Sequence[object]],
    names: Mapping[str, str],
    options: ReadOptions,
    form_currency: str = "",
) -> PriceReadings:
    """Return the parser of prices and their currency; the arguments are ``read_columns``'s."""
    cells = sample.get("price", ())
    written = collect_prices(cells)
    currency = decide_currency(written, sample, names, options, form_currency)
    rule = _decide_rule(written, currency, names.get("price", ""), options)

    # The limits come last: they need amounts that are read by all the rest.
    currencies = sample.get("currency", ()) if cells else ()
    limits = find_column_limits(rule, cells, currencies)
    rule = replace(rule, limits=limits.of_cells())
    readings = _describe(rule, currency, written, limits)
    part = FieldReadings({"price": rule.parse}, tuple(readings))
    return PriceReadings(part, currency.code, currency.stated)


def _decide_rule(
    written: WrittenPrices, currency: ColumnCurrency, name: str, options: ReadOptions
) -> PriceRule:
    """Return how prices are read, without their limits."""
    return PriceRule(
        stated=currency.stated,
        required=options.currency.upper(),
        marks=decide_marks(written, currency, options),
        divisor=_divisor(name, currency.code, written),
    )


def _divisor(name: str, currency: str, written: WrittenPrices) -> int:
    """Return how many of the column's units are one of the currency."""
    n_fractions = 0
    for text, amount in written.amounts.items():
        has_decimals = kind_of(amount.digits) in (POINT, COMMA)
        if has_decimals and not amount.digits.endswith("00"):
            n_fractions += written.counts[text]

    # Cents have no decimals: a column of 12.50 that is called so holds units.
    if 2 * n_fractions > written.counts.total():
        return 1
    return minor_units(name, currency)


def _describe(
    rule: PriceRule,
    currency: ColumnCurrency,
    written: WrittenPrices,
    limits: ColumnLimits,
) -> Iterator[Reading]:
    """Yield what is special about the column, and at last what the column is."""
    if not limits.n_amounts and not written.counts:
        return  # there is nothing to say of an empty column
    yield from describe_limits(limits, currency.code)
    yield from _describe_marks(rule, currency, written)
    yield _describe_column(rule, currency)


def _describe_column(rule: PriceRule, currency: ColumnCurrency) -> Reading:
    decimal = _main_mark(rule, currency)
    meaning = f"amounts in {currency.code}"
    if decimal.mark:
        meaning += f" with {MARK_NAMES[decimal.mark]}"
    if rule.divisor > 1:
        meaning += f", in units of 1/{rule.divisor:,}"

    reasons = filter(None, (currency.evidence, decimal.evidence))
    evidence = "; ".join(reasons)
    return Reading("price", meaning, evidence, "--currency", currency.warning)


def _describe_marks(
    rule: PriceRule, currency: ColumnCurrency, written: WrittenPrices
) -> Iterator[Reading]:
    """Yield a reading of each decimal mark that is not the column's, or is in doubt."""
    if not written.counts:
        return  # numbers of JSON and Parquet have no mark

    main = _main_mark(rule, currency)
    for code, decimal in rule.marks.items():
        is_other = decimal.mark not in (main.mark, "") and decimal.evidence != ""
        if not is_other and not decimal.warning:
            continue

        of_code = f" in {code}" if code else ""
        mark = MARK_NAMES.get(decimal.mark, "no decimal mark")
        meaning = f"numbers{of_code} with {mark}"
        yield Reading("price", meaning, decimal.evidence, "--decimal", decimal.warning)


def _main_mark(rule: PriceRule, currency: ColumnCurrency) -> DecimalMark:
    """Return the decimal mark of the column's own currency, with or without its sign."""
    bare = rule.marks[""]
    return bare if bare.evidence else rule.marks.get(currency.code, bare)
