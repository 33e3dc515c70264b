"""Validation of rows, and the problems that it reports."""

from datetime import UTC, datetime

import pytest

from common.listing import NO_BRAND
from ingest.rows import Row, parse_leniently, validate
from ingest.source import RawRow


def validate_values(**values):
    return validate(RawRow(7, values))


def listing(**values):
    row = validate_values(**{"title": "red dress", **values})
    assert isinstance(row, Row), row
    return row.listing


def test_a_title_alone_is_a_row():
    row = validate_values(title="  red\tdress ")
    assert row.listing.title == "red dress"
    assert row.listing.listing_id == "7"
    assert row.listing.price is None
    assert row.listing.currency is None


def test_says_every_reason():
    reasons = validate_values(
        price="0", condition=["7"], category="a//b", title=["x"], brand="a/b/c"
    )
    assert reasons == [
        "title \"['x']\" is not text",
        "category 'a//b' has an empty level",
        "brand 'a/b/c' looks like a category path",
        "condition \"['7']\" is not text",
        "price '0' is not above 0",
    ]


def test_shortens_a_long_value_to_40_characters():
    (reason,) = validate_values(title="red dress", size="t" + "ab" * 600)
    assert reason.startswith("size 'tabab")
    assert len(reason.split("'")[1]) == 40


@pytest.mark.parametrize(
    "price", ["abc", "-1", "inf", "1e9", "nan dollars", True, [1], "1_000"]
)
def test_refuses_what_is_no_price(price):
    (reason,) = validate_values(title="red dress", price=price)
    assert reason.startswith("price ")


@pytest.mark.parametrize(
    ("written", "price"),
    [("12", 12), ("$1,200.50", 1200.5), (7, 7), (2.5, 2.5), ("1e2", 100)],
)
def test_reads_prices_as_people_write_them(written, price):
    parsed = listing(price=written)
    assert (parsed.price, parsed.currency) == (price, "USD")


@pytest.mark.parametrize("missing", ["", None, float("nan"), "NaN", "null", "  "])
def test_an_empty_label_is_a_missing_label(missing):
    parsed = listing(price=missing, brand=missing, category=missing, condition=missing)
    assert (parsed.price, parsed.brand, parsed.category, parsed.condition) == (
        None,
    ) * 4


@pytest.mark.parametrize("word", ["No Brand", "unbranded", "N/A", "ノーブランド"])
def test_the_words_for_no_brand_are_one(word):
    assert listing(brand=word).brand == NO_BRAND


@pytest.mark.parametrize("category", ["1E+033", "Women//Tops", "x" * 30])
def test_refuses_a_category_that_is_noise(category):
    (reason,) = validate_values(title="red dress", category=category)
    assert reason.startswith("category ")


def test_keeps_a_category_path_with_a_slash_in_its_words():
    path = "Electronics/Computers & Tablets/iPad/Tablet/eBook Readers"
    assert listing(category=path).category == path
    assert listing(category="Women > Shoes").category == "Women/Shoes"


def test_refuses_a_row_that_says_nothing():
    assert validate_values(title=" ", price="3") == [
        "title, description and photos are all empty"
    ]
    assert "title, description and photos are all empty" in validate_values(
        title="", price="x"
    )


def test_strips_control_characters_and_replaces_lone_surrogates():
    parsed = listing(title="a\x00b\x1f dress", description="one\r\ntwo \ud800")
    assert parsed.title == "ab dress"
    assert parsed.description == "one\ntwo \ufffd"


@pytest.mark.parametrize(
    "photos",
    [
        ["my a.jpg", "b/c.PNG"],
        ("my a.jpg", None, "b/c.PNG", ""),
        [{"path": "my a.jpg", "bytes": None}, {"path": "b/c.PNG"}],
        '["my a.jpg", "b/c.PNG"]',
        "['my a.jpg', 'b/c.PNG']",
        "my a.jpg | b/c.PNG",
        "my a.jpg;b/c.PNG;",
        "my a.jpg, b/c.PNG",
        "my a.jpg b/c.PNG",
        "my a.jpg\nb/c.PNG",
    ],
)
def test_reads_photos_as_people_list_them(photos):
    assert [photo.path for photo in listing(photos=photos).photos] == [
        "my a.jpg",
        "b/c.PNG",
    ]


def test_photos_may_be_bytes():
    (one, two) = listing(photos=[b"one", {"bytes": b"two", "path": "two.jpg"}]).photos
    assert (one.data, two.data, two.path) == (b"one", b"two", "")
    assert listing(photos=b"one").photos == (one,)


@pytest.mark.parametrize(
    "photos", [None, "", "nan", float("nan"), [], "[]", "null", [None]]
)
def test_there_may_be_no_photos(photos):
    assert listing(photos=photos).photos == ()


@pytest.mark.parametrize(
    "photos", ["../a.jpg", "https://a.b/c.jpg", "[1", 5, {"a": 1}, "{}"]
)
def test_no_photo_costs_a_row_its_place(photos):
    assert listing(photos=photos).title == "red dress"


def test_knows_when_it_was_listed_and_sold():
    row = validate_values(
        title="red dress", listed_at="2024-05-01", sold_at="2024-05-02T10:00:00+02:00"
    )
    assert row.listed_at == datetime(2024, 5, 1, tzinfo=UTC)
    assert row.sold_at == datetime(2024, 5, 2, 8, tzinfo=UTC)
    (reason,) = validate_values(
        title="red dress", listed_at="2024-05-03", sold_at="2024-05-02"
    )
    assert "before" in reason


def test_cuts_a_description_to_its_limit():
    parsed = listing(description="word " * 210_000)
    assert len(parsed.description) == 999_999


def test_reads_leniently_what_is_legal_and_says_what_was_dropped():
    raw = RawRow(
        3, {"title": "red dress", "price": "0", "condition": "Good", "brand": "a/b/c"}
    )
    parsed, reasons = parse_leniently(raw)
    assert (parsed.title, parsed.condition, parsed.price, parsed.brand) == (
        "red dress",
        "good",
        None,
        None,
    )
    assert len(reasons) == 2


def test_reading_leniently_keeps_a_strange_title():
    parsed, reasons = parse_leniently(
        RawRow(3, {"title": "z" * 60, "description": ["x"]})
    )
    assert parsed.title == "z" * 60
    assert len(reasons) == 1


@pytest.mark.parametrize(
    "raw", [RawRow(1, {}, broken="torn"), RawRow(2, {}), RawRow(3, {"title": {}})]
)
def test_reading_leniently_never_raises(raw):
    assert parse_leniently(raw)[0].price is None
