"""Texts, brands, photos and currencies: small decisions by column."""

import pytest

from common.listing import NO_BRAND
from ingest.options import ReadOptions
from ingest.readings import read_columns

HTML = (
    "<p>Light&nbsp;shirt,<br>warm &amp; soft.</p><ul><li>Wash</li><li>a < 3</li></ul>"
)


def parse(field, cells, cell=None, **options):
    readings = read_columns({field: cells}, {field: field}, ReadOptions(**options))
    return readings.parsers[field](cells[0] if cell is None else cell)


def test_html_is_read_as_text_with_paragraphs():
    text = parse("description", [HTML, "plain"])
    assert text == "Light shirt,\nwarm & soft.\n\nWash\n\na < 3"


def test_html_that_was_escaped_once_more_is_read():
    cell = "&lt;p&gt;Light&lt;/p&gt;"
    assert parse("description", [cell]) == "Light"


def test_scripts_and_styles_are_no_text():
    cell = "<style>p {color: red}</style><p>Light</p><script>go()</script>"
    assert parse("description", [cell]) == "Light"


@pytest.mark.parametrize("text", ["I <3 it", "size < 8 and > 6", "a <b c", "x & y; z"])
def test_plain_text_with_signs_of_html_survives(text):
    assert parse("description", [text, "plain"]) == text


def test_one_tag_among_many_plain_texts_is_no_html():
    cells = ["<b>a</b>"] + ["plain"] * 99
    assert parse("description", cells) == "<b>a</b>"


def test_entities_are_decoded_in_plain_columns():
    assert parse("title", ["Ben &amp; Jerry"]) == "Ben & Jerry"
    assert parse("description", ["5 &gt; 3"]) == "5 > 3"


def test_an_empty_brand_means_what_the_option_says():
    assert parse("brand", ["Nike", ""], "") is None
    assert parse("brand", ["Nike", ""], "", empty_brand="no-brand") == NO_BRAND


def test_a_column_of_small_numbers_holds_no_photos():
    readings = read_columns(
        {"photos": ["7", "12"]}, {"photos": "photos"}, ReadOptions()
    )
    assert readings.left_out == ("photos",)
    assert "numbers of photos" in readings.readings[0].meaning


def test_addresses_of_photos_are_not_fetched():
    cells = ["https://shop.example/1.jpg"]
    readings = read_columns({"photos": cells}, {}, ReadOptions())
    assert "are not fetched" in readings.readings[0].warning


@pytest.mark.parametrize(
    ("cell", "code"), [("€", "EUR"), ("Euro", "EUR"), ("usd", "USD"), ("円", "JPY")]
)
def test_a_currency_is_read_from_codes_signs_and_names(cell, code):
    assert parse("currency", [cell]) == code
