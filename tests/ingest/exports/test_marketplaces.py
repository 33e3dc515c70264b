"""Exports of Etsy, Google's Merchant Center and Amazon."""

import pytest

from tests.ingest.exports.tables import form_of, read

ETSY = (
    "TITLE,DESCRIPTION,PRICE,CURRENCY_CODE,QUANTITY,TAGS,MATERIALS,IMAGE1,IMAGE2,"
    "VARIATION 1 TYPE,VARIATION 1 NAME,VARIATION 1 VALUES,VARIATION 2 TYPE,"
    "VARIATION 2 NAME,VARIATION 2 VALUES,SKU\n"
    'Hand-made mug,Stoneware,24.00,EUR,7,"mug,gift",clay,https://i.example/1.jpg,mug.jpg,'
    'Custom,Colour,"Blue,Green",Size,Size,"Small,Large",MUG\n'
)

FEED = (
    "id\ttitle\tdescription\tlink\timage link\tadditional image link\tavailability\tprice\t"
    "google product category\tproduct type\tbrand\tcondition\tshipping\tcolor\titem group id\n"
    "S1\tPolo shirt\tCotton\thttps://s.example/1\thttps://s.example/1.jpg\t\tin stock\t"
    "15.00 USD\tApparel & Accessories > Clothing\tMen > Shirts\tAcme\tnew\tUS:::6.49 USD\tRed\tG1\n"
    "S2\tPolo shirt\tCotton\thttps://s.example/2\timages/2.jpg\timages/3.jpg\tin stock\t"
    "15.00 USD\t212\tMen > Shirts\tAcme\tused\tUS:CA:Ground:0 USD,CA:::9 USD\tBlue\tG1\n"
)

AMAZON = (
    "item_sku,item_name,brand_name,item_type,standard_price,main_image_url,parent_sku,"
    "color_name,size_name,condition_type\n"
    "P1,Running shoe,Acme,running-shoes,,,,,,New\n"
    "P1-8,Running shoe 8,Acme,running-shoes,50,,P1,Black,8,New\n"
    "P1-9,Running shoe 9,Acme,running-shoes,52,,P1,Black,9,New\n"
    "P2,Cap,Acme,caps,9,,,Red,,New\n"
)


def test_etsys_listings_have_the_first_size_and_colour():
    found = read(ETSY)
    (mug,) = found.listings
    assert found.form.name == "etsy"
    assert (mug["colour"], mug["size"], mug["photos"]) == ("Blue", "Small", ["mug.jpg"])
    assert (mug["price"], mug["currency"], mug["listing_id"]) == ("24.00", "EUR", "MUG")


def test_variants_of_a_feed_are_listings_of_their_own():
    found = read(FEED, delimiter="\t")
    red, blue = found.listings
    assert found.form.name == "google merchant"
    assert (red["colour"], blue["colour"], found.merged) == ("Red", "Blue", 0)
    assert (red["price"], red["condition"]) == ("15.00 USD", "new")


def test_a_category_with_a_name_counts_before_an_id():
    red, blue = read(FEED, delimiter="\t").listings
    assert red["category"] == "Apparel & Accessories > Clothing"
    assert blue["category"] == "Men > Shirts"


def test_photos_of_a_feed_are_left_out_where_they_are_addresses():
    red, blue = read(FEED, delimiter="\t").listings
    assert "photos" not in red
    assert blue["photos"] == ["images/2.jpg", "images/3.jpg"]


@pytest.mark.parametrize(
    ("shipping", "payer"),
    [
        ("US:::6.49 USD", "buyer"),
        ("US:::0.00 USD", "seller"),
        ("DE::DHL:EUR 4,90", "buyer"),
        ("US:CA:Ground:0 USD,CA:::9 USD", "seller"),
        ("US:0", "seller"),
        ("free", "free"),
        ("", ""),
    ],
)
def test_the_first_amount_of_shipping_tells_who_pays(shipping, payer):
    table = FEED.replace("US:::6.49 USD", shipping)
    assert read(table, delimiter="\t").listings[0]["shipping_payer"] == payer


@pytest.mark.parametrize(
    ("title", "name"),
    [("g:id,g:title,g:image_link", "XML"), ("ID,Title,Image_Link", "capitals")],
)
def test_names_of_attributes_have_several_spellings(title, name):
    (item,) = read(f"{title}\n1,{name},1.jpg\n").listings
    assert (item["listing_id"], item["title"]) == ("1", name)


def test_shipping_may_be_nested():
    table = read(FEED, delimiter="\t")
    convert = table.form.convert
    nested = {"country": "US", "price": "0 USD"}
    assert convert({"shipping_payer": nested})[0]["shipping_payer"] == "seller"
    assert convert({"shipping_payer": [nested]})[0]["shipping_payer"] == "seller"


def test_amazons_products_and_variations_are_one_listing():
    found = read(AMAZON)
    shoe, cap = found.listings
    assert (shoe["price"], shoe["size"], shoe["title"]) == ("50", "8", "Running shoe")
    assert (cap["price"], found.merged, found.form.name) == ("9", 2, "amazon")


def test_amazons_report_of_listings_has_codes_of_conditions():
    table = "item-name\tseller-sku\tprice\titem-condition\nAtlas\tA\t5\t3\n"
    (atlas,) = read(table, delimiter="\t").listings
    assert (atlas["condition"], atlas["price"]) == ("Used - Good", "5")


def test_a_table_with_titles_and_prices_has_no_form():
    assert form_of("id,title,description,price,brand\n1,cup,red,5,Acme\n") is None
