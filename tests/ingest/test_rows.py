"""Cells become a listing; a cell that cannot be read is dropped, and its row is kept."""

from datetime import UTC, datetime

import pytest

from common.listing import NO_BRAND
from ingest.readings import DEFAULT_READINGS
from ingest.rows import NOTHING_GIVEN, Row, parse_cells, parse_row
from ingest.source import WHOLE_ROW, RawRow


def parse(problems=None, **values):
    return parse_row(RawRow(7, values, problems=problems or {}), DEFAULT_READINGS)


def listing(**values):
    row = parse(**{"title": "red dress", **values})
    assert isinstance(row, Row), row
    return row.listing


def dropped(**values):
    row = parse(**{"title": "red dress", **values})
    assert isinstance(row, Row), row
    return {cell.field: cell.reason for cell in row.dropped}


def test_a_title_alone_is_a_row():
    row = parse(title="  red\tdress ")
    assert row.listing.title == "red dress"
    assert row.listing.listing_id == "7"
    assert row.listing.price is None
    assert row.listing.currency is None
    assert row.used == ("title",)


def test_a_bad_cell_is_dropped_with_its_reason_and_the_row_is_kept():
    row = parse(title="cup", price="Free", condition="good", listed_at="soon")
    assert (row.listing.title, row.listing.condition) == ("cup", "good")
    assert row.used == ("title", "condition")
    assert [cell.field for cell in row.dropped] == ["price", "listed_at"]
    assert all("Free" in cell.reason for cell in row.dropped[:1])


def test_cells_are_used_or_dropped_or_empty():
    cells = {"title": "cup", "price": "0", "brand": "", "size": "M", "currency": "USD"}
    row = parse(**cells)
    parts = [*row.used, *(cell.field for cell in row.dropped), "brand"]
    assert sorted(parts) == sorted(cells)


def test_a_long_cell_is_kept_to_a_limit():
    row = parse(title="cup", price="x" * 5_000)
    assert len(row.dropped[0].cell) == 200
    assert len(row.dropped[0].reason) < 150


@pytest.mark.parametrize("price", ["abc", "-1", "inf", "1e9", "nan dollars", [1]])
def test_what_is_no_price_is_dropped(price):
    assert list(dropped(price=price)) == ["price"]


@pytest.mark.parametrize(
    ("written", "price"),
    [("12", 12), ("$1,200.50", 1200.5), (7, 7), (2.5, 2.5)],
)
def test_reads_prices_as_people_write_them(written, price):
    parsed = listing(price=written)
    assert (parsed.price, parsed.currency) == (price, "USD")


@pytest.mark.parametrize("missing", ["", None, float("nan"), "NaN", "null", "  "])
def test_an_empty_label_is_a_missing_label(missing):
    row = parse(title="cup", price=missing, brand=missing, category=missing)
    assert (row.listing.price, row.listing.brand, row.listing.category) == (None,) * 3
    assert row.dropped == ()


@pytest.mark.parametrize("word", ["No Brand", "unbranded", "N/A", "ノーブランド"])
def test_the_words_for_no_brand_are_one(word):
    assert listing(brand=word).brand == NO_BRAND


def test_a_row_that_says_nothing_is_rejected_with_every_reason():
    assert parse(title=" ", price="3") == [NOTHING_GIVEN]
    reasons = parse(title="", price="x")
    assert reasons[-1] == NOTHING_GIVEN
    assert reasons[0].startswith("price ")


def test_a_description_alone_is_a_row():
    assert parse(title="", description="a dress").listing.description == "a dress"


def test_a_problem_of_the_form_drops_its_cell_or_rejects_the_row():
    row = parse(
        {"condition": "condition '9' is none of 1, 2"}, title="a", condition="9"
    )
    assert row.listing.condition is None
    assert row.dropped[0].reason == "condition '9' is none of 1, 2"
    assert parse({WHOLE_ROW: "price '0' is an error"}, title="a") == [
        "price '0' is an error"
    ]


def test_strips_control_characters_and_replaces_lone_surrogates():
    parsed = listing(title="a\x00b\x1f dress", description="one\r\ntwo \ud800")
    assert parsed.title == "ab dress"
    assert parsed.description == "one\ntwo \ufffd"


def test_photos_may_be_bytes():
    (one, two) = listing(photos=[b"one", {"bytes": b"two", "path": "two.jpg"}]).photos
    assert (one.data, two.data, two.path) == (b"one", b"two", "")
    assert listing(photos=b"one").photos == (one,)


@pytest.mark.parametrize("photos", [None, "", "nan", float("nan"), [], "[]", [None]])
def test_there_may_be_no_photos(photos):
    assert listing(photos=photos).photos == ()


def test_knows_when_it_was_listed_and_sold():
    row = parse(
        title="red dress", listed_at="2024-05-01", sold_at="2024-05-02T10:00:00+02:00"
    )
    assert row.listed_at == datetime(2024, 5, 1, tzinfo=UTC)
    assert row.sold_at == datetime(2024, 5, 2, 8, tzinfo=UTC)


def test_a_sale_before_the_listing_is_dropped():
    row = parse(title="cup", listed_at="2024-05-03", sold_at="2024-05-02")
    assert (row.listed_at.day, row.sold_at) == (3, None)
    assert "before" in row.dropped[0].reason
    assert row.used == ("title", "listed_at")


@pytest.mark.parametrize(
    "listed_at", ["2024-05-31T18:00:00Z", "2024-05-31T23:30:00-05:00", "2024-05-31"]
)
def test_a_sale_on_the_day_of_the_listing_is_kept(listed_at):
    row = parse(title="cup", listed_at=listed_at, sold_at="2024-05-31")
    assert row.sold_at.day == 31


@pytest.mark.parametrize(
    "raw", [RawRow(1, {}, broken="torn"), RawRow(2, {}), RawRow(3, {"title": {}})]
)
def test_reading_cells_never_raises(raw):
    assert parse_cells(raw, DEFAULT_READINGS).listing.price is None
