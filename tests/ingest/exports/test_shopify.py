"""Shopify's product export, in its wordings of different years."""

import pytest

from tests.ingest.exports.tables import form_of, read

TABLE = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,"
    "Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price,Image Src,Status\n"
    'linen-shirt,Linen Shirt,"<p>Made of <b>linen</b>.</p>\n<p>Warm</p>",Acme,'
    "Apparel & Accessories > Clothing > Shirts,Shirts,summer,true,Size,S,Color,Red,LS-S,"
    "39.90,https://cdn.example/1.jpg,active\n"
    "linen-shirt,,,,,,,,,M,,Red,LS-M,41.90,https://cdn.example/2.jpg,\n"
    "linen-shirt,,,,,,,,,L,,Blue,LS-L,43.90,,\n"
    "mug,Big Mug,<div>0.5 l</div>,Potters,Uncategorized,Mugs,,true,Title,Default Title,,,M1,"
    "12.00,photos/mug.jpg,draft\n"
    "mug,,,,,,,,,,,,,,photos/mug-2.jpg,\n"
)

RENAMED = {
    "Handle": "URL handle",
    "Body (HTML)": "Description",
    "Product Category": "Product category",
    "Option1 Name": "Option1 name",
    "Variant SKU": "SKU",
    "Variant Price": "Price",
    "Image Src": "Product image URL",
}


def renamed(table):
    header, _, rest = table.partition("\n")
    columns = [RENAMED.get(column, column) for column in header.split(",")]
    return f"{','.join(columns)}\n{rest}"


@pytest.mark.parametrize("table", [TABLE, renamed(TABLE)])
def test_variants_and_photos_of_a_handle_are_one_product(table):
    found = read(table)
    assert found.form.name == "shopify"
    assert [cells["title"] for cells in found.listings] == ["Linen Shirt", "Big Mug"]
    assert found.merged == 3


@pytest.mark.parametrize("table", [TABLE, renamed(TABLE)])
def test_a_product_has_price_and_options_of_its_first_variant(table):
    shirt, mug = read(table).listings
    assert (shirt["price"], shirt["size"], shirt["colour"]) == ("39.90", "S", "Red")
    assert (shirt["brand"], shirt["listing_id"]) == ("Acme", "linen-shirt")
    assert shirt["category"] == "Apparel & Accessories > Clothing > Shirts"
    assert "size" not in mug


def test_a_product_type_is_the_category_of_what_is_uncategorized():
    assert read(TABLE).listings[1]["category"] == "Mugs"


def test_addresses_are_left_out_with_a_note_and_files_are_kept():
    found = read(TABLE)
    assert "photos" not in found.listings[0]
    assert found.listings[1]["photos"] == ["photos/mug.jpg", "photos/mug-2.jpg"]
    assert any(note.startswith("photos are addresses") for note in found.form.notes)


def test_older_and_custom_types_are_categories():
    older = TABLE.replace("Product Category,Type", "Standard Product Type,Custom Type")
    older = older.replace("Custom Type", "Custom Product Type")
    assert [cells["category"] for cells in read(older).listings] == [
        "Apparel & Accessories > Clothing > Shirts",
        "Mugs",
    ]


def test_columns_may_be_missing_reordered_or_added():
    table = "Extra,Variant Price,title,HANDLE\nx,5,Red cup,cup\ny,6,,cup\nz,7,Pot,pot\n"
    found = read(table)
    assert [cells["price"] for cells in found.listings] == ["5", "7"]
    assert found.form.columns["title"] == ("title",)


def test_rows_without_a_handle_continue_the_product_before():
    found = read(TABLE.replace("\nlinen-shirt,,", "\n,,"))
    assert len(found.listings) == 2


def test_products_without_handles_are_listings_of_their_own():
    table = "Title,Body (HTML),Vendor,Variant Price\nCup,red,Acme,5\nPot,blue,Acme,6\n"
    assert len(read(table).listings) == 2


def test_a_plain_table_of_titles_and_prices_has_no_form():
    assert form_of("title,price,type\ncup,5,Mugs\n") is None
