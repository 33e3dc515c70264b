"""What a column of prices means: its currency, decimal marks, unit and placeholders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from common.validation.texts import quote
from ingest.options import ReadOptions
from ingest.readings.amounts import WrittenAmount, split_amount
from ingest.readings.cells import count_texts, percent
from ingest.readings.column_currency import ColumnCurrency, decide_currency
from ingest.readings.currencies import minor_units, narrow
from ingest.readings.numbers import (
    COMMA,
    MARK_NAMES,
    POINT,
    DecimalMark,
    decide_mark,
    kind_of,
)
from ingest.readings.placeholders import PriceLimits, find_limits
from ingest.readings.prices import PriceRule
from ingest.readings.reading import Amount, Reading


def read_prices(
    sample: Mapping[str, Sequence[object]],
    names: Mapping[str, str],
    options: ReadOptions,
    form_currency: str = "",
) -> tuple[PriceRule, str, tuple[Reading, ...]]:
    """Return the rule for prices, the currency of those without one, and what was decided.

    The arguments are those of ``read_columns``.
    """
    cells = sample.get("price", ())
    counts = count_texts(cells)
    written = dict(_split_all(counts))
    currency = decide_currency(written, counts, sample, names, options, form_currency)
    marks = _decide_marks(written, counts, currency, options)

    rule = PriceRule(
        stated=currency.stated,
        required=options.currency.upper(),
        marks=marks,
        divisor=_divisor(names.get("price", ""), currency.code, written, counts),
    )
    amounts = _read_sample(rule, cells)
    by_currency: dict[str, Counter[float]] = {}
    for amount, number in amounts.items():
        prices = by_currency.setdefault(amount.currency or "", Counter())
        prices[amount.value] += number
    rule = replace(
        rule, limits={code: find_limits(p) for code, p in by_currency.items()}
    )

    if not amounts and not counts:
        return rule, currency.code, ()
    return rule, currency.code, _describe(rule, currency, counts, amounts.total())


def _split_all(counts: Mapping[str, int]) -> Iterator[tuple[str, WrittenAmount]]:
    for text in counts:
        try:
            yield text, split_amount(text)
        except ValueError:
            continue  # its row says so later


def _decide_marks(
    written: Mapping[str, WrittenAmount],
    counts: Mapping[str, int],
    currency: ColumnCurrency,
    options: ReadOptions,
) -> dict[str, DecimalMark]:
    """Return the decimal mark of each currency that cells state, and "" of all others."""
    if options.decimal:
        evidence = "--decimal says so"
        return {"": DecimalMark(options.decimal, evidence=evidence)}

    groups: dict[str, Counter[str]] = {}
    certain: dict[str, str] = {"": currency.stated}
    for text, amount in written.items():
        code = narrow(amount.currencies, currency.stated)
        groups.setdefault(code, Counter())[amount.digits] += counts[text]
        # A dollar sign is that of many pesos too, which have another custom.
        if len(amount.currencies) == 1 or code == currency.stated:
            certain[code] = code

    everything = sum(groups.values(), Counter[str]())
    # Bare numbers follow the whole column where they prove nothing themselves.
    bare = groups.get("", Counter())
    marks = {"": _decide_group(bare, everything, certain[""])}
    if groups and not bare:
        # No cell needs it, so there is nothing to say of it.
        marks[""] = replace(marks[""], evidence="", warning="")
    for code in groups.keys() - {""}:
        marks[code] = _decide_group(groups[code], everything, certain.get(code, ""))
    return marks


def _decide_group(
    group: Counter[str], everything: Counter[str], currency: str
) -> DecimalMark:
    if any(kind_of(digits) in (POINT, COMMA) for digits in group):
        return decide_mark(group, currency)
    return decide_mark(everything, currency)


def _divisor(
    name: str,
    currency: str,
    written: Mapping[str, WrittenAmount],
    counts: Mapping[str, int],
) -> int:
    divisor = minor_units(name, currency)
    n_fractions = sum(
        counts[text]
        for text, amount in written.items()
        if kind_of(amount.digits) in (POINT, COMMA) and amount.digits[-2:] != "00"
    )
    # Cents have no decimals: a column of 12.50 that is called so holds units.
    return 1 if 2 * n_fractions > sum(counts.values()) else divisor


def _read_sample(rule: PriceRule, cells: Sequence[object]) -> Counter[Amount]:
    texts = Counter(cell for cell in cells if isinstance(cell, str))
    others = [(cell, 1) for cell in cells if not isinstance(cell, str)]
    amounts = Counter[Amount]()
    for cell, number in [*texts.items(), *others]:
        try:
            amount = rule.read(cell)
        except ValueError:
            continue  # its row says so later
        if amount is not None:
            amounts[amount] += number
    return amounts


def _describe(
    rule: PriceRule,
    currency: ColumnCurrency,
    counts: Mapping[str, int],
    n_amounts: int,
) -> tuple[Reading, ...]:
    """Return what is said of the column: its currency, its decimal mark, its placeholders."""
    meaning = f"amounts in {currency.code}, where a cell does not say another currency"
    unit = f", in units of 1/{rule.divisor:,}" if rule.divisor > 1 else ""
    readings = [
        Reading(
            "price", meaning + unit, currency.evidence, "--currency", currency.warning
        )
    ]
    for code, decimal in rule.marks.items():
        if decimal.evidence and (counts or not code):
            of_code = f" in {code}" if code else ""
            mark = MARK_NAMES.get(decimal.mark, "no decimal mark")
            readings.append(
                Reading(
                    "price",
                    f"numbers{of_code} with {mark}",
                    decimal.evidence,
                    "--decimal",
                    decimal.warning,
                )
            )
    warnings = [
        warning
        for code, limits in rule.limits.items()
        for warning in _describe_limits(limits, code or currency.code, n_amounts)
    ]
    if warnings:
        evidence = "they lie far from all other prices"
        meaning = "some cells hold no real prices"
        readings.append(Reading("price", meaning, evidence, "", "; ".join(warnings)))
    return tuple(readings)


def _describe_limits(limits: PriceLimits, code: str, total: int) -> Iterator[str]:
    for value, number in Counter(limits.placeholders).most_common(3):
        yield (
            f"{number:,} prices of {value:,.10g} {code} ({percent(number, total)}) are"
            f" placeholders and set aside: the median is {limits.median:,.6g}"
        )
    if limits.absurd:
        number = sum(limits.absurd.values())
        value = max(limits.absurd, key=lambda each: limits.absurd[each])
        yield (
            f"{number:,} prices such as {quote(f'{value:,.10g}')} {code} lie far from the"
            f" others, whose median is {limits.median:,.6g}"
        )
