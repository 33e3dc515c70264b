"""Fees, weights and dimensions, by the names and the cells of their columns."""

import pytest

from common.errors import InputError
from ingest.columns import match_columns
from ingest.form import listing_from_options
from ingest.options import ReadOptions
from ingest.readings import read_columns
from ingest.rows import parse_cells
from ingest.source import RawRow


def read(field, cells, name="", **more):
    names = {field: name or field, **more.pop("names", {})}
    return read_columns({field: cells, **more}, names, ReadOptions())


def values(field, cells, name=""):
    parse = read(field, cells, name).parsers[field]
    return [parse(cell) for cell in cells]


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [
        (["4.99", "0.00", "7"], [4.99, None, 7]),
        (["4,99 €", "12,50 €"], [4.99, 12.5]),
        (["Free", "CALCULATED", "3.00"], [None, None, 3]),
        (["US:::6.49 USD", "US:::0 USD"], [6.49, None]),
        ([4.5, 0, None, float("nan")], [4.5, None, None, None]),
        (["送料無料", "500円"], [None, 500]),
    ],
)
def test_a_fee_is_an_amount_above_0(cells, amounts):
    fees = values("shipping_fee", cells, "shipping_cost")
    assert [fee and fee.value for fee in fees] == amounts


def test_a_column_of_cents_holds_cents():
    fees = values("shipping_fee", ["499", "0"], "shipping_cost_cents")
    assert [fee and fee.value for fee in fees] == [4.99, None]


@pytest.mark.parametrize("cell", ["abc", "-3", "4.99 to 7.99", True])
def test_what_is_no_fee_is_dropped(cell):
    parse = read("shipping_fee", ["4.99", cell], "shipping_cost").parsers[
        "shipping_fee"
    ]
    with pytest.raises(ValueError, match="amount|above 0|text"):
        parse(cell)


def test_one_column_tells_the_fee_and_who_pays():
    columns = match_columns(["title", "shipping_usd"]).columns
    assert columns["shipping_fee"] == columns["shipping_payer"] == ("shipping_usd",)
    columns = match_columns(["title", "free_shipping", "shipping_cost"]).columns
    assert columns["shipping_payer"] == ("free_shipping",)
    assert columns["shipping_fee"] == ("shipping_cost",)


def test_a_column_of_flags_holds_no_fees():
    cells = ["1", "0"]
    sample = {"shipping_payer": cells, "shipping_fee": cells}
    names = dict.fromkeys(sample, "shipping")
    readings = read_columns(sample, names, ReadOptions())
    assert readings.left_out == ("shipping_fee",)
    assert [each.field for each in readings.readings] == ["shipping_payer"]


def test_a_fee_in_another_currency_than_the_row_is_dropped():
    cells = {"title": "cup", "price": "5 EUR", "shipping_fee": "4 USD"}
    sample = {name: [cell] for name, cell in cells.items()}
    row = parse_cells(RawRow(1, cells), read_columns(sample, {}, ReadOptions()))
    assert (row.listing.price, row.listing.shipping_fee) == (5, None)
    assert "the row's currency is EUR" in row.dropped[0].reason


@pytest.mark.parametrize(
    ("name", "cells", "grams"),
    [
        ("weight_g", ["350", "1200"], [350, 1200]),
        ("Weight (kg)", ["0.35", "1.2"], [350, 1200]),
        ("weight_lbs", ["1", "2"], [453.6, 907.2]),
        ("weight", ["350 g", "1.2 kg"], [350, 1200]),
        ("weight", ["0.35", "1.2"], [350, 1200]),
        ("weight", ["350", "1200", "0"], [350, 1200, None]),
        ("Gewicht", ["0,350 kg", "1,2"], [350, 1200]),
        ("Variant Grams", ["350", ""], [350, None]),
    ],
)
def test_a_weight_is_in_the_unit_of_its_column(name, cells, grams):
    assert values("weight", cells, name) == grams


def test_a_weight_whose_unit_is_a_guess_says_so():
    [reading] = read("weight", ["0.35", "1.2"]).readings
    assert "nothing says the unit: name the column weight_kg" in reading.warning


def test_three_columns_of_sides_are_the_dimensions():
    columns = ["title", "product_length_cm", "product_height_cm", "product_width_cm"]
    matched = match_columns(columns)
    length, height, width = columns[1:]
    assert matched.columns["dimensions"] == (length, width, height)
    assert "dimensions" in matched.listed
    parse = read("dimensions", [[30, 20, 10]], length).parsers["dimensions"]
    assert parse(["30", "20", "10"]) == "30x20x10"


def test_one_length_is_no_dimension():
    assert match_columns(["title", "length", "sleeve_width"]).columns.keys() == {
        "title"
    }


def test_a_column_of_something_else_is_left_out():
    readings = read("dimensions", ["large", "small"], "dimensions")
    assert readings.left_out == ("dimensions",)
    assert "the column is left out" in readings.readings[0].meaning


def test_measures_may_be_set_on_the_command_line():
    said = {"weight": "1.2 kg", "dimensions": "12x8x4 in", "shipping_fee": "4.99"}
    listing = listing_from_options("cup", "", said)
    assert (listing.weight, listing.dimensions) == (1200, "30.5x20.3x10.2")
    assert (listing.shipping_fee, listing.currency) == (4.99, "USD")
    with pytest.raises(InputError, match="weight 'heavy' is not a weight such as"):
        listing_from_options("cup", "", {"weight": "heavy"})
