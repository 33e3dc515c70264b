"""What the dates of a table are: days or months first, epochs, serials of a workbook."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from common.validation.texts import NUMBER, quote
from ingest.options import ReadOptions
from ingest.readings.cells import plain, share
from ingest.readings.dates import (
    DAY_FIRST,
    MONTH_FIRST,
    NUMERIC,
    YEAR_FIRST,
    parse_date,
)
from ingest.readings.numeric_dates import NumberKind, decide_kind
from ingest.readings.reading import CellParser, FieldReadings, Reading

FIELDS = ("listed_at", "sold_at")

EITHER = "either"
"""Kind of a date that proves no order of day and month."""

MIN_FLAGS = 0.95
"""Share of the filled cells from which a column holds flags instead of dates."""

_FLAGS = frozenset(
    [
        "true",
        "false",
        "yes",
        "no",
        "y",
        "n",
        "t",
        "f",
        "0",
        "1",
        "-1",
        "ja",
        "nein",
        "oui",
        "non",
        "sí",
        "si",
    ]
)
_OPTION = "--dates"
_POINTS = re.compile(r"\d+\.\d+\.")


@dataclass(frozen=True, slots=True)
class DateRule:
    """How the dates of one column are read: the order of day and month, the kind of numbers."""

    order: str = ""
    numbers: NumberKind = NumberKind()

    def parse(self, cell: object) -> datetime | None:
        """Return a date in UTC, or ``None``; raises ``ValueError`` for what is none.

        A date without a time is its midnight.
        """
        if isinstance(cell, date):
            return _from_date(cell)
        text = _to_text(cell)
        if not text:
            return None
        if NUMBER.fullmatch(text):
            return self.numbers.to_date(text)
        return parse_date(text, self.order)


def read_dates(
    sample: Mapping[str, Sequence[object]], options: ReadOptions, currency: str = ""
) -> FieldReadings:
    """Return the parser of each column of dates, and what was decided.

    ``currency`` is that of the table where it is known: dollars go with months first.
    """
    columns = {field: _count(sample.get(field, ())) for field in FIELDS}
    # One shop writes all its dates in one order.
    everything = sum(columns.values(), Counter[str]())
    order = _decide_order(everything, options, currency)

    rules = {field: _decide_rule(counts, order) for field, counts in columns.items()}
    readings: list[Reading] = []
    left_out: list[str] = []
    for field, counts in columns.items():
        if _are_flags(counts):
            left_out.append(field)
            readings.append(_describe_flags(field, counts))
        else:
            readings += _describe(field, rules[field], order, counts)

    parsers: dict[str, CellParser] = {
        field: rule.parse for field, rule in rules.items()
    }
    return FieldReadings(parsers, tuple(readings), tuple(left_out))


def _are_flags(counts: Counter[str]) -> bool:
    """Return whether a column says that something was listed or sold, and not when."""
    flags = _select(counts, lambda text: text.casefold() in _FLAGS)
    return counts.total() > 0 and flags.total() >= MIN_FLAGS * counts.total()


def _describe_flags(field: str, counts: Counter[str]) -> Reading:
    meaning = "flags and no dates: the column is left out"
    return Reading(
        field, meaning, f"{share(counts, counts.total())} are flags", "--map"
    )


def _decide_rule(counts: Counter[str], order: _Order) -> DateRule:
    numbers = _select(counts, _is_number)
    return DateRule(order.name, decide_kind(numbers))


def _describe(
    field: str, rule: DateRule, order: _Order, counts: Counter[str]
) -> Iterator[Reading]:
    """Yield what the numbers of a column are, and the order of its other dates."""
    if numbers := _select(counts, _is_number):
        yield _describe_numbers(field, rule.numbers, numbers, counts.total())
    if any(map(_order_of, counts)):
        yield _describe_order(field, order)


def _is_number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None


def _select(counts: Counter[str], is_wanted: Callable[[str], bool]) -> Counter[str]:
    selected = Counter[str]()
    for text, number in counts.items():
        if is_wanted(text):
            selected[text] = number
    return selected


def _describe_order(field: str, order: _Order) -> Reading:
    meaning = f"dates, {order.name or 'of an unknown order'}"
    return Reading(field, meaning, order.evidence, _OPTION, order.warning)


def _describe_numbers(
    field: str, kind: NumberKind, numbers: Counter[str], total: int
) -> Reading:
    meaning = f"dates as numbers: {kind.name or 'of no known kind'}"
    evidence = f"{share(numbers, total)} are numbers"
    warning = "" if kind.name else "these cells are dropped"
    return Reading(field, meaning, evidence, "", warning)


@dataclass(frozen=True, slots=True)
class _Order:
    """The order of the numbers of dates, with what the profile says of it."""

    name: str
    evidence: str = ""
    warning: str = ""


def _decide_order(counts: Counter[str], options: ReadOptions, currency: str) -> _Order:
    """Return the order of all dates that are three numbers with the year last, or of two digits."""
    if options.dates:
        return _Order(options.dates, f"{_OPTION} says so")

    groups = _group_by_order(counts)
    day_first = groups[DAY_FIRST]
    month_first = groups[MONTH_FIRST]
    numeric = _select(counts, _has_order)
    total = numeric.total()
    if _have_years_first(numeric):
        evidence = f"{share(numeric, total)} begin with few numbers, their years"
        return _Order(YEAR_FIRST, evidence)
    if not day_first and not month_first:
        return _guess_order(numeric, total, currency)

    if day_first.total() >= month_first.total():
        return _proven_order(DAY_FIRST, day_first, month_first, total)
    return _proven_order(MONTH_FIRST, month_first, day_first, total)


def _group_by_order(counts: Counter[str]) -> dict[str, Counter[str]]:
    """Return the dates that prove each order, with their counts."""
    groups: dict[str, Counter[str]] = {}
    for order in (DAY_FIRST, MONTH_FIRST, EITHER, ""):
        groups[order] = Counter()
    for text, number in counts.items():
        groups[_order_of(text)][text] = number
    return groups


def _has_order(text: str) -> bool:
    return _order_of(text) != ""


def _proven_order(
    name: str, proofs: Counter[str], others: Counter[str], total: int
) -> _Order:
    evidence = f"{share(proofs, total)} allow no other order"
    warning = ""
    if others:
        warning = f"{share(others, total)} have another order"
    return _Order(name, evidence, warning)


def _guess_order(counts: Counter[str], total: int, currency: str) -> _Order:
    """Return the order by the custom of the table's country, where no cell decides."""
    if not total:
        return _Order("")

    example = share(counts, total)
    warning = f"nothing proves the order of day and month: {_OPTION} settles it"
    if all(_POINTS.match(text) for text in counts):
        evidence = f"{example} have points, which days come before"
        return _Order(DAY_FIRST, evidence, warning)
    if currency:
        name = MONTH_FIRST if currency == "USD" else DAY_FIRST
        evidence = f"{example} may have either first, and the prices are in {currency}"
        return _Order(name, evidence, warning)

    evidence = f"{example} may begin with the day or the month"
    warning = f"these cells are dropped: {_OPTION} says which comes first"
    return _Order("", evidence, warning)


def _order_of(text: str) -> str:
    """Return the order that a date proves, ``EITHER`` where it proves none, or empty."""
    found = NUMERIC.match(text)
    if not found or len(found[1]) > 2:
        return ""

    first = int(found[1])
    second = int(found[3])
    if first > 12:
        return DAY_FIRST
    if second > 12:
        return MONTH_FIRST
    return "" if first == second else EITHER


def _have_years_first(counts: Counter[str]) -> bool:
    """Return whether dates such as 24/05/31 begin with their year.

    Years are few and days are many, so the first of the numbers varies less than the last one.
    """
    firsts = set[int]()
    lasts = set[int]()
    for text in counts:
        found = NUMERIC.match(text)
        if found and len(found[1]) == len(found[4]) == 2:
            firsts.add(int(found[1]))
            lasts.add(int(found[4]))

    if len(lasts) < 5 or max(lasts) > 31:
        return False
    n_years = max(firsts) - min(firsts) + 1
    return n_years <= 4 and len(firsts) < len(lasts)


def _count(cells: Sequence[object]) -> Counter[str]:
    counts = Counter[str]()
    for cell in cells:
        if isinstance(cell, date):
            continue
        try:
            text = str(cell) if isinstance(cell, bool) else _to_text(cell)
        except ValueError:
            continue  # its row says so later
        if text:
            counts[text] += 1
    return counts


def _to_text(cell: object) -> str:
    if isinstance(cell, float) and not cell.is_integer() and cell == cell:
        return f"{Decimal(repr(cell)):f}"
    return plain(cell)


def _from_date(cell: date) -> datetime | None:
    # pandas' missing timestamp is a date that equals nothing.
    if cell != cell:
        return None
    if not isinstance(cell, datetime):
        return datetime(cell.year, cell.month, cell.day, tzinfo=UTC)
    if cell.tzinfo is None:
        return cell.replace(tzinfo=UTC)
    try:
        return cell.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{quote(cell)} is out of the range of dates") from None
