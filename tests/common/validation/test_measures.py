"""Weights and dimensions of parcels in single values."""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.validation.measures import parse_dimensions, parse_weight, volume
from common.validation.values import FIELD_PARSERS


@pytest.mark.parametrize(
    ("cell", "grams"),
    [
        ("350", 350),
        (350.0, 350),
        ("350 g", 350),
        ("1.2kg", 1200),
        ("1,2 kg", 1200),
        ("0,350 kg", 350),
        ("1,200 g", 1200),
        ("2 lb 3 oz", 992.2),
        ("8 oz.", 226.8),
        ("", None),
        (math.nan, None),
    ],
)
def test_a_weight_is_read_in_its_unit(cell, grams):
    assert parse_weight(cell) == grams


def test_a_number_without_a_unit_is_in_that_of_its_column():
    assert parse_weight("1.5", unit="kg") == 1500
    assert parse_dimensions("12x8x4", unit="in") == "30.5x20.3x10.2"


@pytest.mark.parametrize("cell", ["heavy", "5 stone", "0", "-3", "2000 kg", "1-2 kg"])
def test_what_is_no_weight_is_refused(cell):
    with pytest.raises(ValueError, match="is not a weight"):
        parse_weight(cell)


@pytest.mark.parametrize(
    "cell",
    ["30x20x10", "30 x 20 x 10 cm", "300*200*100mm", "30cm x 20cm x 10cm"]
    + ["L30 x W20 x H10", "30 (L) x 20 (W) x 10 (H) cm", "30×20×10", [30, 20, 10]]
    + ["30 by 20 by 10 cm", "0.3 x 0.2 x 0.1 m"],
)
def test_three_sides_are_centimetres(cell):
    assert parse_dimensions(cell) == "30x20x10"


def test_inches_are_made_centimetres():
    assert parse_dimensions('12" x 8" x 4"') == "30.5x20.3x10.2"
    assert parse_dimensions("12 x 8 x 4 inches") == "30.5x20.3x10.2"


@pytest.mark.parametrize("cell", ["30x20", "large", "0x1x1", "1x2x3 ft", "30x20x9999"])
def test_what_is_not_three_sides_is_refused(cell):
    with pytest.raises(ValueError, match="three sides|a side|the unit"):
        parse_dimensions(cell)


@given(st.lists(st.floats(0.1, 900).map(lambda x: round(x, 1)), min_size=3, max_size=3))
def test_stored_dimensions_are_read_as_they_are(sides):
    stored = parse_dimensions(sides)
    assert parse_dimensions(stored) == stored
    assert volume(stored) == pytest.approx(math.prod(sides))


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_with_a_reason(text):
    for parse in (parse_weight, parse_dimensions):
        with suppress(ValueError):
            parse(text)
    assert isinstance(volume(text), float)


def test_a_fee_of_nothing_is_free_shipping():
    parse = FIELD_PARSERS["shipping_fee"]
    assert parse("4.99") == 4.99
    with pytest.raises(ValueError, match="free shipping is shipping_payer=seller"):
        parse("0")
