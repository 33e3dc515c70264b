"""Dates: the forms in which shops export them, decided by column."""

from datetime import UTC, date, datetime

import pytest

from ingest.options import ReadOptions
from ingest.readings import read_columns

DAY = datetime(2024, 5, 31, tzinfo=UTC)
EVENING = datetime(2024, 5, 31, 18, tzinfo=UTC)


def parse(cells, cell=None, price=(), **options):
    sample = {"listed_at": cells, "price": price}
    readings = read_columns(sample, {}, ReadOptions(**options))
    return readings.parsers["listed_at"](cells[0] if cell is None else cell)


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("2024-05-31", DAY),
        ("2024-05-31T18:00Z", EVENING),
        ("2024-05-31 18:00:00 UTC", EVENING),
        ("2024-06-01T03:00:00+09:00", EVENING),
        ("2024-05-31 14:00:00 -0400", EVENING),
        ("2024/05/31 18:00", EVENING),
        ("2024.05.31", DAY),
        ("05/31/2024", DAY),
        ("5/31/24 6:00 PM", EVENING),
        ("31/05/2024", DAY),
        ("31.05.2024 18:00", EVENING),
        ("31.5.2024, 18:00 Uhr", EVENING),
        ("31-05-2024", DAY),
        ("2024年5月31日", DAY),
        ("2024年05月31日 18時00分", EVENING),
        ("令和6年5月31日", DAY),
        ("Fri, 31 May 2024 18:00:00 GMT", EVENING),
        ("Fri, 31 May 2024 14:00:00 -0400", EVENING),
        ("Fri May 31 2024 18:00:00 GMT+0000 (UTC)", EVENING),
        ("May-31-24 11:00:00 PDT", EVENING),
        ("Fri May 31 18:00:00 UTC 2024", EVENING),
        ("Fri May 31 18:00:00 +0000 2024", EVENING),
        ("2024-05-31 18:00:00 +0000 UTC", EVENING),
        ("2024-05-31T18:00:00.000+0000", EVENING),
        ("/Date(1717178400000)/", EVENING),
        ("31-MAY-24", DAY),
        ("2024/05/31(金) 18:00", EVENING),
        ("2024-05-31 18:00 JST", datetime(2024, 5, 31, 9, tzinfo=UTC)),
        ("Friday, May 31, 2024", DAY),
        ("2024-06-01T03:00:00+09:00[Asia/Tokyo]", EVENING),
        ("May 31, 2024", DAY),
        ("31 May 2024", DAY),
        ("31. Mai 2024", DAY),
        ("31 de mayo de 2024", DAY),
        ("31 mai 2024 à 18:00", EVENING),
        ("1717178400", EVENING),
        ("1717178400000", EVENING),
        ("1717178400000000", EVENING),
        (1717178400, EVENING),
        (1717178400000.0, EVENING),
        ("20240531", DAY),
        ("202405311800", EVENING),
        ("20240531180000", EVENING),
        ("45443", DAY),
        (45443.75, EVENING),
        (date(2024, 5, 31), DAY),
        (datetime(2024, 5, 31, 18), EVENING),
    ],
)
def test_a_date_is_read_in_the_form_of_its_shop(written, time):
    assert parse([written]) == time


@pytest.mark.parametrize(
    "cell",
    [
        "",
        None,
        "-",
        "0000-00-00",
        "0000-00-00 00:00:00",
        "0",
        "0001-01-01T00:00:00",
        "unknown",
    ],
)
def test_an_empty_date_is_no_date(cell):
    assert parse(["2024-05-31"], cell or "") is None


@pytest.mark.parametrize(
    "cell", ["soon", "31/31/2024", "2024-02-30", "May 45, 2024", "12345", "2024", [1]]
)
def test_what_is_no_date_is_said_in_a_sentence(cell):
    with pytest.raises(ValueError, match="is not"):
        parse(["2024-05-31", "31/05/2024"], cell)


def test_one_date_decides_the_order_of_all():
    assert parse(["05/06/2024", "31/05/2024"]) == datetime(2024, 6, 5, tzinfo=UTC)
    assert parse(["05/06/2024", "05/31/2024"]) == datetime(2024, 5, 6, tzinfo=UTC)


def test_an_option_says_the_order():
    cells = ["05/06/2024"]
    assert parse(cells, dates="day-first") == datetime(2024, 6, 5, tzinfo=UTC)
    assert parse(cells, dates="month-first") == datetime(2024, 5, 6, tzinfo=UTC)


def test_the_currency_says_the_order_where_no_date_does():
    assert parse(["05/06/2024"], price=["£5"]) == datetime(2024, 6, 5, tzinfo=UTC)
    assert parse(["05/06/2024"], price=["$5"]) == datetime(2024, 5, 6, tzinfo=UTC)


def test_a_date_that_may_be_two_is_dropped():
    with pytest.raises(ValueError, match="--dates says which"):
        parse(["05/06/2024"])


def test_years_of_two_digits_may_come_first():
    cells = [f"24/05/{day}" for day in range(11, 32)]
    assert parse(cells, "24/05/31") == DAY
    assert parse([f"{day}/05/24" for day in range(11, 32)], "31/05/24") == DAY


@pytest.mark.parametrize("cells", [["true", "false"], ["1", "0", "1"], [True, False]])
def test_flags_are_no_dates_and_their_column_is_left_out(cells):
    readings = read_columns({"listed_at": cells}, {}, ReadOptions())
    assert "listed_at" in readings.left_out
    assert "left out" in readings.readings[0].meaning
