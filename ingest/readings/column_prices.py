"""What a column of prices means: its currency, decimal marks, unit and placeholders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import repeat

from common.validation.texts import quote
from ingest.options import ReadOptions
from ingest.readings.cells import percent, plain, plural
from ingest.readings.column_currency import ColumnCurrency, decide_currency
from ingest.readings.column_marks import decide_marks
from ingest.readings.currencies import currencies_of, minor_units, narrow
from ingest.readings.numbers import COMMA, MARK_NAMES, POINT, DecimalMark, kind_of
from ingest.readings.placeholders import PriceLimits, combine, find_limits
from ingest.readings.prices import PriceRule
from ingest.readings.reading import Amount, FieldReadings, Reading
from ingest.readings.written_prices import WrittenPrices, collect_prices

_Priced = tuple[Amount, str]
"""A price, and the currency that its row states in a column of its own, or an empty text."""


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
    rule = PriceRule(
        stated=currency.stated,
        required=options.currency.upper(),
        marks=decide_marks(written, currency, options),
        divisor=_divisor(names.get("price", ""), currency.code, written),
    )
    amounts = _read_sample(rule, cells, sample.get("currency", ()) if cells else ())
    limits = _limits_by_currency(amounts)
    rule = replace(
        rule, limits={code: combine(each.values()) for code, each in limits.items()}
    )

    # What the column is comes last; what is special about it comes before.
    readings = (
        *_describe_limits(limits, currency.code, amounts.total()),
        *_describe_marks(rule, currency, written),
        _describe_column(rule, currency),
    )
    has_prices = amounts or written.counts
    part = FieldReadings({"price": rule.parse}, readings if has_prices else ())
    return PriceReadings(part, currency.code, currency.stated)


def _divisor(name: str, currency: str, written: WrittenPrices) -> int:
    divisor = minor_units(name, currency)
    n_fractions = sum(
        written.counts[text]
        for text, amount in written.amounts.items()
        if kind_of(amount.digits) in (POINT, COMMA) and not amount.digits.endswith("00")
    )
    # Cents have no decimals: a column of 12.50 that is called so holds units.
    return 1 if 2 * n_fractions > written.counts.total() else divisor


def _read_sample(
    rule: PriceRule, cells: Sequence[object], currencies: Sequence[object]
) -> Counter[_Priced]:
    """Return the amounts of the sample with their counts, placeholders included.

    Each comes with the currency that its row states in a column of its own.
    """
    codes = map(partial(_row_currency, rule), currencies or repeat(None, len(cells)))
    rows = list(zip(cells, codes, strict=True))
    texts = Counter(row for row in rows if isinstance(row[0], str))
    others = [(row, 1) for row in rows if not isinstance(row[0], str)]
    amounts = Counter[_Priced]()
    for (cell, code), number in [*texts.items(), *others]:
        try:
            amount = rule.read(cell)
        except ValueError:
            continue  # its row says so later
        if amount is not None:
            amounts[amount, code] += number
    return amounts


def _row_currency(rule: PriceRule, cell: object) -> str:
    codes = currencies_of(plain(cell)) if isinstance(cell, str) else ()
    return narrow(codes, rule.stated)


def _limits_by_currency(
    amounts: Counter[_Priced],
) -> dict[str, dict[str, PriceLimits]]:
    """Return limits by the currency of the cell, and in each by that of the row."""
    prices: dict[str, dict[str, Counter[float]]] = {}
    for (amount, code), number in amounts.items():
        of_cell = prices.setdefault(amount.currency or "", {})
        of_cell.setdefault(code, Counter())[amount.value] += number
    return {
        of_cell: {code: find_limits(counts) for code, counts in of_rows.items()}
        for of_cell, of_rows in prices.items()
    }


def _describe_column(rule: PriceRule, currency: ColumnCurrency) -> Reading:
    decimal = _main_mark(rule, currency)
    mark = MARK_NAMES.get(decimal.mark, "")
    meaning = f"amounts in {currency.code}" + (f" with {mark}" if mark else "")
    if rule.divisor > 1:
        meaning += f", in units of 1/{rule.divisor:,}"

    evidence = "; ".join(filter(None, (currency.evidence, decimal.evidence)))
    return Reading("price", meaning, evidence, "--currency", currency.warning)


def _describe_marks(
    rule: PriceRule, currency: ColumnCurrency, written: WrittenPrices
) -> Iterator[Reading]:
    """Yield a reading of each decimal mark that is not the column's, or is in doubt."""
    main = _main_mark(rule, currency)
    for code, decimal in rule.marks.items():
        is_other = bool(decimal.evidence) and decimal.mark not in (main.mark, "")
        if not written.counts or not (is_other or decimal.warning):
            continue  # numbers of JSON and Parquet have no mark
        of_code = f" in {code}" if code else ""
        mark = MARK_NAMES.get(decimal.mark, "no decimal mark")
        meaning = f"numbers{of_code} with {mark}"
        yield Reading("price", meaning, decimal.evidence, "--decimal", decimal.warning)


def _main_mark(rule: PriceRule, currency: ColumnCurrency) -> DecimalMark:
    """Return the decimal mark of the column's own currency, with or without its sign."""
    bare = rule.marks[""]
    return bare if bare.evidence else rule.marks.get(currency.code, bare)


def _describe_limits(
    limits: Mapping[str, Mapping[str, PriceLimits]], base: str, total: int
) -> Iterator[Reading]:
    """Yield a reading of placeholders and absurd prices, where there are any."""
    warnings = [
        warning
        for of_cell, of_rows in limits.items()
        for of_row, each in of_rows.items()
        for warning in _warn_of(each, of_cell or of_row or base, total)
    ]
    if warnings:
        meaning = "some cells hold no usual prices"
        evidence = "they lie far from all other prices"
        yield Reading("price", meaning, evidence, "", "; ".join(warnings))


def _warn_of(limits: PriceLimits, code: str, total: int) -> Iterator[str]:
    median = f"{limits.median:,.6g}"
    for value, number in Counter(limits.placeholders).most_common(3):
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
