"""What prices are said to be: by an option, an export, or the name of their column."""

import pytest

from common.errors import InputError
from common.listing import FEE_INCLUDED, ITEM
from ingest.options import ReadOptions
from ingest.readings import read_columns


def read(name="price", form_basis="", **options):
    sample = {"price": ["12.50", "7.00"]}
    return read_columns(
        sample, {"price": name}, ReadOptions(**options), form_basis=form_basis
    )


def test_prices_are_of_the_item_where_nothing_says_otherwise():
    readings = read()

    assert readings.price_basis == ITEM
    assert [reading.option for reading in readings.readings] == ["--currency"]


def test_the_form_of_the_export_says_it():
    readings = read(form_basis=FEE_INCLUDED)

    assert readings.price_basis == FEE_INCLUDED
    assert readings.readings[0].evidence == "the form of the export says so"
    assert readings.readings[0].option == "--prices"


def test_the_option_wins_over_the_form():
    assert read(form_basis=FEE_INCLUDED, prices="item").price_basis == ITEM
    assert read(prices="fee-included").price_basis == FEE_INCLUDED


@pytest.mark.parametrize(
    "name",
    [
        "price_incl_shipping",
        "Total price incl. delivery",
        "priceInclShipping",
        "送料込み価格",
    ],
)
def test_the_name_of_a_column_says_it_with_a_warning(name):
    readings = read(name)

    assert readings.price_basis == FEE_INCLUDED
    assert "--prices item" in readings.readings[0].warning


@pytest.mark.parametrize(
    "name", ["price", "Price (tax incl.)", "price excl. shipping", "shipping price"]
)
def test_other_names_say_nothing_of_the_fee(name):
    assert read(name).price_basis == ITEM


def test_another_word_is_refused():
    with pytest.raises(InputError, match="--prices is item or fee-included, and not"):
        read(prices="gross")
