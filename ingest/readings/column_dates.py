"""What the dates of a table are: days or months first, epochs, serials of a workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from common.validation.texts import NUMBER, quote
from ingest.options import ReadOptions
from ingest.readings.cells import plain, share
from ingest.readings.dates import DAY_FIRST, MONTH_FIRST, NUMERIC, parse_date
from ingest.readings.numeric_dates import NumberKind, decide_kind
from ingest.readings.reading import Reading

FIELDS = ("listed_at", "sold_at")

_OPTION = "--dates"


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
) -> tuple[dict[str, DateRule], tuple[Reading, ...]]:
    """Return the rule of each column of dates, and what was decided.

    ``currency`` is that of the table where it is known: dollars go with months first.
    """
    texts = {field: _count(sample.get(field, ())) for field in FIELDS}
    # One shop writes all its dates in one order.
    order, reading = _decide_order(
        sum(texts.values(), Counter[str]()), options, currency
    )

    rules, readings = {}, []
    for field, counts in texts.items():
        numbers = {text: n for text, n in counts.items() if NUMBER.fullmatch(text)}
        kind = decide_kind(numbers)
        rules[field] = DateRule(order, kind)
        if numbers:
            evidence = (
                f"{share(sum(numbers.values()), counts.total(), numbers)} are numbers"
            )
            meaning = f"dates as numbers: {kind.name or 'of no known kind'}"
            warning = "" if kind.name else "these cells are dropped"
            readings.append(Reading(field, meaning, evidence, "", warning))
        elif reading and any(map(NUMERIC.match, counts)):
            readings.append(Reading(field, *reading))
    return rules, tuple(readings)


def _decide_order(
    counts: Counter[str], options: ReadOptions, currency: str
) -> tuple[str, tuple[str, str, str, str] | None]:
    """Return the order of day and month, and the rest of its reading where it matters."""
    kinds: dict[str, Counter[str]] = {
        key: Counter() for key in (DAY_FIRST, MONTH_FIRST, "either")
    }
    for text, number in counts.items():
        if kind := _order_of(text):
            kinds[kind][text] += number
    total = sum(kind.total() for kind in kinds.values())
    if not total:
        return options.dates, None
    if options.dates:
        return options.dates, (
            _meaning(options.dates),
            f"{_OPTION} says so",
            _OPTION,
            "",
        )

    n_day, n_month = kinds[DAY_FIRST].total(), kinds[MONTH_FIRST].total()
    if n_day or n_month:
        order, other = (
            (DAY_FIRST, MONTH_FIRST) if n_day >= n_month else (MONTH_FIRST, DAY_FIRST)
        )
        evidence = (
            f"{share(kinds[order].total(), total, kinds[order])} allow no other order"
        )
        warning = ""
        if kinds[other]:
            warning = f"{share(kinds[other].total(), total, kinds[other])} are {other}"
        return order, (_meaning(order), evidence, _OPTION, warning)
    return _guess_order(kinds["either"], total, currency)


def _guess_order(
    counts: Counter[str], total: int, currency: str
) -> tuple[str, tuple[str, str, str, str]]:
    """Return the order by the custom of the table's country, where no cell decides."""
    example = share(total, total, counts)
    settles = "nothing else says the order of day and month: --dates settles it"
    if all("." in text for text in counts):
        evidence = f"{example} have points, which days come before"
        return DAY_FIRST, (_meaning(DAY_FIRST), evidence, _OPTION, settles)
    if currency:
        order = MONTH_FIRST if currency == "USD" else DAY_FIRST
        evidence = f"{example} may be both, and the prices are in {currency}"
        return order, (_meaning(order), evidence, _OPTION, settles)

    evidence = f"{example} may begin with the day or the month"
    warning = "these cells are dropped: --dates says which comes first"
    return "", ("dates of an unknown order", evidence, _OPTION, warning)


def _meaning(order: str) -> str:
    return (
        "dates with the day first"
        if order == DAY_FIRST
        else "dates with the month first"
    )


def _order_of(text: str) -> str:
    """Return the order that a date proves, ``either`` where it proves none, or empty."""
    found = NUMERIC.match(text)
    if not found or len(found[1]) > 2:
        return ""
    first, second = int(found[1]), int(found[3])
    if first > 12 or second > 12:
        return DAY_FIRST if first > 12 else MONTH_FIRST
    return "" if first == second else "either"


def _count(cells: Sequence[object]) -> Counter[str]:
    counts = Counter[str]()
    for cell in cells:
        if isinstance(cell, date):
            continue
        try:
            text = _to_text(cell)
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
    try:
        return cell.replace(tzinfo=UTC) if cell.tzinfo is None else cell.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{quote(cell)} is out of the range of dates") from None
