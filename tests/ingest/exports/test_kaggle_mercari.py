"""Kaggle's Mercari tables, and tables that only look like them."""

import pytest

from common.errors import InputError
from common.listing import FEE_INCLUDED
from ingest.exports import recognise
from tests.ingest.exports.tables import form_of, read

TABLE = (
    "train_id,name,item_condition_id,category_name,brand_name,price,shipping,item_description\n"
    "0,Blue vase,3,Home/Decor/Vases,,10.0,1,No description yet\n"
    "1,Tall boots [rm],1,Women/Shoes/Boots,Acme,44.0,0,Paid [rm] for the boots\n"
    "2,Chipped cup,9,Kitchen,Acme,5.0,x,It still holds tea\n"
    "3,Old lamp,4,Home/Decor/Lamps,Acme,0.0,1,The lamp is fine\n"
)

JAPANESE = (
    "id,name,item_description,category_name,brand_name,item_condition_id,shipping,price\n"
    "m1,花柄ワンピース M,未使用です,レディース/ワンピース,ナイキ,1,1,3000\n"
    "m2,革財布 二つ折り,少し傷,メンズ/小物,,3,0,5000\n"
)


def test_codes_become_our_words():
    vase, boots, *_ = read(TABLE).listings
    assert (vase["condition"], vase["shipping_payer"]) == ("good", "seller")
    assert (boots["condition"], boots["shipping_payer"]) == ("new", "buyer")


def test_an_empty_brand_is_no_brand_and_masked_prices_are_blanked():
    vase, boots, *_ = read(TABLE).listings
    assert (vase["brand"], vase["description"]) == ("no brand", "")
    assert boots["description"] == "Paid   for the boots"


def test_a_bad_cell_is_a_problem_of_its_field_alone():
    table = read(TABLE)
    assert table.problems[2] == {
        "condition": "item_condition_id '9' is none of 1, 2, 3, 4, 5",
        "shipping_payer": "shipping 'x' is none of 1, 0",
        "category": "category 'Kitchen' has one level and not at least two",
    }


@pytest.mark.parametrize("price", ["0", "0.0", "-1", "0.00"])
def test_a_price_of_0_rejects_the_row(price):
    table = read(TABLE.replace("0.0,1,The", f"{price},1,The"))
    rejected = [problems.get("") for problems in table.problems]
    assert rejected == [None, None, None, f"price '{price}' is not above 0"]


def test_dollars_and_english_are_those_of_the_form():
    table = read(TABLE)
    assert (table.form.name, table.form.currency) == ("kaggle mercari", "USD")
    assert {cells["language"] for cells in table.listings} == {"en"}
    assert "currency" not in table.listings[0]


def test_prices_include_the_fee_in_the_table_of_the_competition_alone():
    assert read(TABLE).form.price_basis == FEE_INCLUDED

    other = read(TABLE.replace("train_id", "id")).form
    assert other.price_basis == ""
    assert "(--prices fee-included)" in other.notes[-1]


def test_a_part_of_the_columns_is_enough_in_any_order_and_case():
    form = form_of("Shipping,NAME,test_id\n1,The cup,7\n")
    assert form.columns == {
        "listing_id": ("test_id",),
        "title": ("NAME",),
        "shipping_payer": ("Shipping",),
    }


def test_a_japanese_table_with_the_same_columns_is_none_of_kaggles():
    assert form_of(JAPANESE) is None


def test_a_table_in_another_language_is_none_of_kaggles():
    german = (
        TABLE.replace("It still holds tea", "Die Tasse ist nicht neu")
        .replace("Paid [rm] for the boots", "Die Stiefel sind für den Winter")
        .replace("The lamp is fine", "Eine Lampe mit Schirm und Kabel")
    )
    assert form_of(german) is None


def test_a_table_with_currencies_is_none_of_kaggles():
    table = TABLE.replace("train_id", "currency").replace("\n0,", "\nEUR,")
    assert form_of(table) is None


def test_other_codes_are_none_of_kaggles():
    assert form_of(TABLE.replace(",3,", ",A,").replace(",1,", ",B,")) is None


def test_a_form_that_is_said_is_taken_whatever_the_cells_are():
    assert form_of(JAPANESE, "kaggle-mercari").name == "kaggle mercari"
    assert form_of(TABLE, "none") is None


def test_an_unknown_form_and_one_without_any_column_are_sentences():
    with pytest.raises(InputError, match=r"--form takes kaggle mercari, .*'ebey'"):
        recognise(["title"], [], "ebey")
    with pytest.raises(InputError, match="no column of Kaggle's Mercari table"):
        recognise(["titel"], [], "kaggle mercari")
