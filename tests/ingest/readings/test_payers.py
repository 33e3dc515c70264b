"""Who pays the shipping, by the name and the cells of a column."""

import pytest

from ingest.options import ReadOptions
from ingest.readings import read_columns


def read(cells, name="shipping"):
    sample = {"shipping_payer": cells}
    return read_columns(sample, {"shipping_payer": name}, ReadOptions())


@pytest.mark.parametrize(
    ("name", "cells", "payers"),
    [
        ("shipping", ["1", "0"], ["seller", "buyer"]),
        ("shipping", [1, 0], ["seller", "buyer"]),
        ("shipping_payer", ["Seller", "buyer"], ["seller", "buyer"]),
        ("shipping", ["free shipping", "buyer pays"], ["seller", "buyer"]),
        ("free_shipping", ["true", "false"], ["seller", "buyer"]),
        ("Free Shipping", [True, False], ["seller", "buyer"]),
        ("versandkostenfrei", ["ja", "nein"], ["seller", "buyer"]),
        ("buyer_pays_shipping", ["1", "0"], ["buyer", "seller"]),
        ("配送料の負担", ["送料込み", "着払い"], ["seller", "buyer"]),
        ("shipping_payer", ["出品者負担", "購入者負担"], ["seller", "buyer"]),
        ("shippingPayerId", ["2", "1"], ["seller", "buyer"]),
        ("shipping_cost", ["0", "1"], ["seller", "buyer"]),
        ("shipping_eur", ["0.00", "2.83"], ["seller", "buyer"]),
        ("Versandkosten", ["0,00 €", "4,99 €"], ["seller", "buyer"]),
        ("shipping", ["0.0", "6.49"], ["seller", "buyer"]),
        ("shipping", ["1.0", "0.0"], ["seller", "buyer"]),
        ("shipping", ["Free", "free", "6.49"], ["seller", "seller", "buyer"]),
        ("shipping", ["Free", "4,99 €"], ["seller", "buyer"]),
        ("送料", ["1", "0"], ["seller", "buyer"]),
        ("送料", ["500", "0"], ["buyer", "seller"]),
        ("送料", ["無料", "有料"], ["seller", "buyer"]),
        ("送料", ["込", "別"], ["seller", "buyer"]),
        ("送料無料フラグ", ["1", "0"], ["seller", "buyer"]),
        ("frais_de_port", ["3,50", "0"], ["buyer", "seller"]),
        ("shipping", ["US:::0 USD", "US:::6.49 USD"], ["seller", "buyer"]),
        ("shipping", ["US:::0 USD,CA:::0 CAD", "US:::6.49 USD"], ["seller", "buyer"]),
    ],
)
def test_a_payer_is_read_as_its_column_means_it(name, cells, payers):
    parse = read(cells, name).parsers["shipping_payer"]
    assert [parse(cell) for cell in cells] == payers


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("shipping_type", ["FIXED", "CALCULATED"]),
        ("shipping", ["true", "false"]),
        ("shipping", ["0", "1", "2", "3"]),
        ("shipping_payer", ["0", "1"]),
        ("送料", ["1", "2"]),
        ("shipping", ["DHL", "Hermes"]),
    ],
)
def test_a_column_that_does_not_say_who_pays_is_left_out(name, cells):
    readings = read(cells, name)
    assert readings.left_out == ("shipping_payer",)
    assert "left out" in readings.readings[-1].meaning
    with pytest.raises(ValueError, match="does not say who pays|is none of"):
        readings.parsers["shipping_payer"](cells[0])


def test_a_cell_that_does_not_say_who_pays_is_dropped():
    readings = read(["free", "Calculated", "free"], "shipping")
    assert readings.left_out == ()
    assert (
        "1 of 3 cells, such as 'Calculated', do not say"
        in readings.readings[-1].warning
    )


def test_shipping_that_is_free_in_some_countries_only_is_dropped():
    with pytest.raises(ValueError, match="is free in some countries only"):
        read(["US:::5 USD"]).parsers["shipping_payer"]("US:::0 USD,CA:::15 USD")
