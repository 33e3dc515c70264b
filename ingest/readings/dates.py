"""Dates in the forms that shops export: ISO 8601, RFC 2822, days or months first, years first.

Numbers (epochs, serials of a workbook) are read by ``numeric_dates``; both kinds need decisions
that ``column_dates`` takes from whole columns.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from common.validation.placeholders import is_not_stated
from common.validation.texts import quote
from ingest.readings.clock import add_time

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day-first", "month-first", "year-first"
"""Orders of a date; ``YEAR_FIRST`` is that of years with two digits, as in 24/05/31."""

EXAMPLE = "2024-05-31T18:00Z"

_MONTH_LISTS = (
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "january february march april may june july august september october november december",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv févr mars avr mai juin juil août sept oct nov déc",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene feb mar abr may jun jul ago sept oct nov dic",
    "jan feb mär apr mai jun jul aug sep okt nov dez",
)
MONTHS = {
    name: number
    for names in _MONTH_LISTS
    for number, name in enumerate(names.split(), start=1)
}
"""Numbers of months by their names and abbreviations, in lower case."""

NUMERIC = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})(?!\d)\.?")
_CJK = re.compile(
    r"(?P<year>\d{2,4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]"
)
_ERA = re.compile(
    r"(?P<era>令和|平成|昭和|R|H|S)\s*(?P<count>\d{1,2}|元)\s*[年./-]\s*"
    r"(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})日?"
)
_ERA_STARTS = {
    "令和": 2018,
    "R": 2018,
    "平成": 1988,
    "H": 1988,
    "昭和": 1925,
    "S": 1925,
}
_DAY_NAME = r"(?:[^\W\d]+\.?,?\s+)?"
_DAY_MONTH = re.compile(
    _DAY_NAME + r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.|er)?[\s-]+(?:de\s+)?"
    r"(?P<month>[^\W\d]+)\.?,?[\s-]+(?:de\s+)?(?P<year>\d{2,4})(?!\d)"
)
_MONTH_DAY = re.compile(
    _DAY_NAME + r"(?P<month>[^\W\d]+)\.?[\s-]+"
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?,?[\s-]+(?P<year>\d{2,4})(?!\d)"
)
_CTIME = re.compile(
    _DAY_NAME
    + r"(?P<month>[^\W\d]{3,}) +(?P<day>\d{1,2}) +(?P<time>\d\d:\d\d(?::\d\d)?)"
    r"(?: +(?P<zone>[A-Z]{1,4}|[+-]\d{4}))? +(?P<year>\d{4})"
)
_EPOCH_OF_JSON = re.compile(r"/Date\((-?\d{1,14})(?:[+-]\d{4})?\)/")
_ZONE_ID = re.compile(r"\[[A-Za-z_/+-]+\]$|(?<=\d)\([^\W\d]\)")
"""The name of a zone after its offset, as Java prints it; a day of the week, as in 6/2(日)."""

_NEVER = re.compile(r"0{4}[-/.]00?[-/.]00?.*|0001-01-01(?!\d).*|9999-12-31(?!\d).*")


class _Day(NamedTuple):
    """A day as a text says it, not yet known to exist."""

    year: int
    month: int
    day: int


def parse_date(text: str, order: str = "") -> datetime | None:
    """Return a date, or a date and time, in UTC; a date is its midnight.

    ``order`` is one of the three orders of numbers; empty refuses dates that may be two.
    ``0000-00-00``, the database's empty date, is ``None``. Raises ``ValueError`` for other texts.
    """
    if _NEVER.fullmatch(text) or (text.isalpha() and is_not_stated(text)):
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = _parse_other(text, order)
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{quote(text)} is out of the range of dates") from None


def _parse_other(text: str, order: str) -> datetime:
    """Return a date in a form of people or of a program."""
    text = _ZONE_ID.sub("", text)
    if found := _EPOCH_OF_JSON.fullmatch(text):
        seconds = int(found[1]) / 1_000
        return datetime.fromtimestamp(seconds, UTC)
    if found := _CTIME.fullmatch(text):
        # The year comes last in C's and Twitter's form; RFC 2822 has it before the time.
        parts = found.groupdict("")
        text = "{month} {day}, {year} {time} {zone}".format(**parts)

    day, end = _parse_day(text, order)
    rest = text[end:].strip()
    try:
        date = datetime(*day)
        return add_time(date, rest) if rest else date
    except ValueError:
        return _parse_rfc_2822(text)


def _parse_day(text: str, order: str) -> tuple[_Day, int]:
    """Return year, month and day of a text that begins with a date, and where it ends."""
    if found := NUMERIC.match(text):
        numbers = (found[1], found[3], found[4])
        return _order_numbers(numbers, order, text), found.end()

    if found := _CJK.match(text):
        year = _full_year(found["year"])
    elif found := _ERA.match(text):
        year = _year_of_era(found["era"], found["count"])
    else:
        return _parse_named_month(text)
    day = _Day(year, int(found["month"]), int(found["day"]))
    return day, found.end()


def _year_of_era(era: str, count: str) -> int:
    # The first year of an era has a name of its own.
    number = 1 if count == "元" else int(count)
    return _ERA_STARTS[era] + number


def _parse_named_month(text: str) -> tuple[_Day, int]:
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        found = pattern.match(text)
        if not found:
            continue
        month = MONTHS.get(found["month"].casefold())
        if month:
            year = _full_year(found["year"])
            day = int(found["day"])
            return _Day(year, month, day), found.end()
    raise ValueError(f"{quote(text)} is not a date such as {EXAMPLE}")


def _order_numbers(numbers: tuple[str, str, str], order: str, text: str) -> _Day:
    """Return the day that three numbers are; raises ``ValueError`` where it may be another."""
    first, second, third = map(int, numbers)
    has_short_years = order == YEAR_FIRST and len(numbers[2]) < 3
    if has_short_years or len(numbers[0]) > 2:
        return _Day(_full_year(numbers[0]), second, third)

    # Now the year is last, and a number above 12 can be no month.
    year = _full_year(numbers[2])
    order = _order_by_size(first, second) or order
    if order == DAY_FIRST:
        return _Day(year, second, first)
    if order == MONTH_FIRST or first == second:
        return _Day(year, first, second)
    raise ValueError(
        f"{quote(text)} may begin with the day or the month: --dates says which"
    )


def _order_by_size(first: int, second: int) -> str:
    if first > 12:
        return DAY_FIRST
    return MONTH_FIRST if second > 12 else ""


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + 2000 if year < 70 else year + 1900


def _parse_rfc_2822(text: str) -> datetime:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise ValueError(f"{quote(text)} is not a date such as {EXAMPLE}") from None
