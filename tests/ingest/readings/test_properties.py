"""Properties of all readings: what was written comes back, and garbage breaks nothing."""

import math
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ingest.options import ReadOptions
from ingest.readings import DEFAULT_READINGS, Readings, read_columns
from ingest.readings.dates import parse_date
from ingest.source import FIELDS

MARKS = [
    (".", ","),
    (",", "."),
    (".", ""),
    (",", ""),
    (",", " "),
    (".", "'"),
    (",", "\xa0"),
]
SIGNS = {"USD": "$", "EUR": "€", "JPY": "円", "GBP": "£", "BRL": "R$", "PLN": "zł"}

amounts = st.integers(1, 10**8 - 1).map(lambda cents: cents / 100)
places = st.sampled_from(["{0}{1}", "{0} {1}", "{1}{0}", "{1} {0}"])


def write(amount, decimal, thousands):
    """Write an amount with two decimals, as in 1,299.00 for the marks ``.`` and ``,``."""
    text = f"{amount:,.2f}"
    return text.translate({ord(","): thousands, ord("."): decimal})


@given(
    st.lists(amounts, min_size=1, max_size=30),
    st.sampled_from(MARKS),
    st.sampled_from([*SIGNS, ""]),
    st.booleans(),
    places,
)
def test_prices_come_back_as_they_were_written(values, marks, code, as_sign, place):
    sign = SIGNS.get(code, "") if as_sign else code
    cells = [place.format(write(value, *marks), sign).strip() for value in values]
    readings = read_columns({"price": cells}, {}, ReadOptions())

    for cell, value in zip(cells, values, strict=True):
        # A placeholder is dropped with a reason, and never misread.
        amount = parse_or_none(readings, "price", cell)
        assert amount is None or math.isclose(amount.value, value)
        assert amount is None or amount.currency == (code or None)


@given(st.lists(amounts, min_size=1, max_size=30), st.sampled_from(MARKS), st.data())
def test_a_price_is_never_misread_in_a_column_of_two_notations(values, marks, data):
    others = data.draw(st.lists(amounts, max_size=30))
    written = [(write(value, *marks), value) for value in values]
    written += [(write(value, ".", ","), value) for value in others]
    readings = read_columns({"price": [cell for cell, _ in written]}, {}, ReadOptions())

    for cell, value in written:
        amount = parse_or_none(readings, "price", cell)
        assert amount is None or math.isclose(amount.value, value)


@given(
    st.lists(
        st.dates(datetime(1990, 1, 1).date(), datetime(2050, 1, 1).date()), min_size=1
    ),
    st.sampled_from(
        ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y年%m月%d日", "%b %d, %Y"]
    ),
)
def test_a_date_is_never_misread(days, form):
    cells = [day.strftime(form) for day in days]
    readings = read_columns({"listed_at": cells}, {}, ReadOptions())
    is_european_by_custom = form == "%d.%m.%Y"

    for cell, day in zip(cells, days, strict=True):
        date = parse_or_none(readings, "listed_at", cell)
        assert date is None or date.date() == day
        assert date is not None or not is_european_by_custom


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), st.integers(-12, 14))
def test_a_time_zone_is_counted_in(time, hours):
    sign = "-" if hours < 0 else "+"
    text = f"{time:%d %b %Y %H:%M:%S} GMT{sign}{abs(hours):02}00"
    expected = (time - timedelta(hours=hours)).replace(microsecond=0, tzinfo=UTC)
    assert parse_date(text) == expected


names = st.text("abcdefgäöü服鞋 &", min_size=2, max_size=8).map(
    lambda text: " ".join(text.split())
)
levels = names.filter(
    lambda name: any(char.isalpha() for char in name) and len(name) > 1
)


@given(
    st.lists(st.lists(levels, min_size=2, max_size=5), min_size=1, max_size=20),
    st.sampled_from([" > ", ">", " › ", " » ", "|", "::", "/", "\\"]),
)
def test_a_path_comes_back_whatever_separates_its_levels(paths, separator):
    cells = [separator.join(path) for path in paths]
    readings = read_columns({"category": cells}, {}, ReadOptions())
    for cell, path in zip(cells, paths, strict=True):
        assert readings.parsers["category"](cell) == "/".join(path)


cells = st.one_of(
    st.text(max_size=30),
    st.text("0123456789.,' -/:$€¥円kr()eE+万年月日TZ<>&;|", max_size=20),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.binary(max_size=5),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(
        st.sampled_from(["amount", "currency", "name"]), st.text(max_size=5)
    ),
    st.datetimes(),
    st.dates(),
    st.decimals(),
)


@given(st.lists(cells, max_size=20), st.sampled_from(FIELDS), st.text(max_size=10))
def test_garbage_raises_nothing_but_a_sentence(column, field, name):
    readings = read_columns({field: column}, {field: name}, ReadOptions())
    for each in (readings, DEFAULT_READINGS):
        for cell in column:
            parse_or_none(each, field, cell)


@given(st.lists(cells, min_size=1, max_size=10))
def test_all_columns_together_raise_nothing(column):
    sample = dict.fromkeys(FIELDS, column)
    readings = read_columns(sample, dict.fromkeys(FIELDS, "x"), ReadOptions())
    assert readings.parsers.keys() == set(FIELDS)
    assert len(readings.currency) == 3


def parse_or_none(readings: Readings, field: str, cell: object):
    try:
        return readings.parsers[field](cell)
    except ValueError:
        return None
