"""Columns matched to fields: by what is said, by an export form, and by their names."""

import pytest

from common.errors import InputError
from ingest.column_contents import leave_out_codes, leave_out_rivals
from ingest.columns import match_columns, parse_map


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("title", "title"),
        ("Item Name", "title"),
        ("productName", "title"),
        ("商品名", "title"),
        ("Bezeichnung", "title"),
        ("category-name", "category"),
        ("Price (EUR)", "price"),
        ("price_gbp", "price"),
        ("販売価格", "price"),
        ("Zustand", "condition"),
        ("itemConditionId", "condition"),
        ("COLOR", "colour"),
        ("shipping_usd", "shipping_payer"),
    ],
)
def test_usual_names_are_known(column, field):
    matched = match_columns(["description", column])
    assert matched.columns[field] == (column,)


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Prix TTC", "price"),
        ("VK-Preis", "price"),
        ("Price (tax incl.)", "price"),
        ("価格(税込)", "price"),
        ("Pris (DKK)", "price"),
        ("Цена", "price"),
        ("Tytuł", "title"),
        ("상품명", "title"),
        ("Image URLs (x,y,z...)", "photos"),
        ("offers.price", "price"),
        ("price.currency_code", "currency"),
        ("category.full_name", "category"),
        ("_source.title", "title"),
        ("user.login", "seller_id"),
        ("name_fr", "title"),
        ("画像URL", "photos"),
        ("カラー名", "colour"),
    ],
)
def test_words_that_change_nothing_languages_and_objects_are_known(column, field):
    matched = match_columns(["beschreibung", column])
    assert matched.columns[field] == (column,)


def test_of_an_object_its_name_comes_before_its_id():
    columns = ["title", "category.id", "category.title"]
    assert match_columns(columns).columns["category"] == ("category.title",)


def test_a_price_without_tax_is_read_where_there_is_no_other():
    net, gross = "Price (tax excl.)", "Price (tax incl.)"
    assert match_columns(["title", net, gross]).columns["price"] == (gross,)
    assert match_columns(["title", net]).columns["price"] == (net,)


def test_a_word_of_two_languages_is_the_field_that_is_missing():
    swedish = match_columns(["Rubrik", "Pris"])
    german = match_columns(["Titel", "Rubrik"])
    assert swedish.columns["title"] == german.columns["category"] == ("Rubrik",)


def test_a_label_in_the_same_rows_as_another_is_something_else():
    matched = match_columns(["title", "categories", "product_type", "brand", "maker"])
    here = {"categories": "Shoes", "product_type": "simple", "brand": "", "maker": "A"}
    there = {"categories": "", "product_type": "simple", "brand": "B", "maker": ""}
    left = leave_out_rivals(matched, [here, here, there])
    assert left.columns["category"] == ("categories",)
    assert left.columns["brand"] == ("brand", "maker")


@pytest.mark.parametrize(
    "column", ["Original Price", "Shipping Enabled", "category.parent"]
)
def test_words_that_change_the_meaning_are_not_matched(column):
    matched = match_columns(["title", "price", "brand", column])
    assert column in matched.unmatched


@pytest.mark.parametrize("column", ["price_old", "price_min", "title_nobrand", "x"])
def test_other_names_are_not(column):
    matched = match_columns(["description", column])
    assert matched.unmatched == (column,)


def test_an_exact_name_comes_before_an_alias():
    matched = match_columns(["name", "item_name", "title", "price"])
    assert matched.columns["title"] == ("title", "name", "item_name")


def test_columns_of_numbers_are_never_mixed():
    matched = match_columns(["title", "item_price", "price", "shipping", "payer"])
    assert matched.columns["price"] == ("price",)
    assert matched.columns["shipping_payer"] == ("shipping",)


def test_a_column_a_photo_is_read_in_the_order_of_the_numbers():
    matched = match_columns(["title", "image_10", "image_2", "image_1"])
    assert matched.columns["photos"] == ("image_1", "image_2", "image_10")


def test_what_is_said_wins_and_a_field_can_be_left_out():
    columns = ["title", "Headline", "condition"]
    matched = match_columns(columns, {"title": "Headline", "condition": ""})
    assert matched.columns == {"title": ("Headline",)}
    assert matched.unmatched == ("title", "condition")


def test_a_column_that_looks_like_a_missing_field_is_named():
    matched = match_columns(["title", "start_price_old", "brand_story"])
    assert matched.similar == {"start_price_old": "price", "brand_story": "brand"}


def test_a_table_without_content_is_one_sentence():
    with pytest.raises(InputError, match="no column for title, description or photos"):
        match_columns(["price"])
    with pytest.raises(InputError, match="no column for title"):
        match_columns(["title"], {"title": ""})


def test_map_is_parsed_or_refused():
    assert parse_map(["title=A=b", "brand="]) == {"title": "A=b", "brand": ""}
    with pytest.raises(InputError, match="takes field=column"):
        parse_map(["title"])
    with pytest.raises(InputError, match="twice"):
        parse_map(["title=a", "title=b"])
    with pytest.raises(InputError, match="no field 'titel'"):
        parse_map(["titel=a"])


def test_a_table_without_a_header_is_told_so():
    with pytest.raises(InputError, match="looks like a listing: write a line of names"):
        match_columns(["17", "Wool coat", "12.50"])


def test_of_photos_with_addresses_and_ids_the_addresses_are_read():
    matched = match_columns(["title", "images.id", "images.src", "image_1"])
    assert matched.columns["photos"] == ("image_1", "images.src")


def test_a_product_that_is_a_code_is_no_title():
    matched = match_columns(["product", "description"])
    words, codes = [{"product": "Wool coat"}], [{"product": "4244733e06e7"}]
    assert leave_out_codes(matched, words, "t.csv") is matched
    assert "title" not in leave_out_codes(matched, codes, "t.csv").columns
    with pytest.raises(InputError, match="no column for title"):
        leave_out_codes(match_columns(["product"]), codes, "t.csv")
