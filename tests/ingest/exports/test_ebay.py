"""eBay's templates and reports: ids as words, item specifics, variations and shipping."""

import pytest

from tests.ingest.exports.tables import form_of, read

ACTION = '"*Action(SiteID=US|Country=US|Currency=USD|Version=1193|CC=UTF-8)"'
TEMPLATE = (
    f"{ACTION},CustomLabel,*Category,*Title,*ConditionID,*C:Brand,C:Size,C:Color,PicURL,"
    "*Description,*Format,*StartPrice,BuyItNowPrice,ShippingType,ShippingService-1:Option,"
    "ShippingService-1:Cost,Relationship,RelationshipDetails\n"
    "Add,A1,11450,Red wool coat,3000,Acme,M,Red,https://x.example/1.jpg|2.jpg,<p>Warm</p>,"
    "FixedPrice,45.00,,Flat,USPSPriority,6.50,,\n"
    "Add,A2,11450,Blue cap,1000,Does Not Apply,,,,New,Auction,0.99,15.00,Flat,USPSFirstClass,"
    "0.0,,Color=Blue|Red;Size=S|L\n"
    ",A2-S,,,,,,,,,,14.00,,,,,Variation,Color=Blue;Size=S\n"
    "Add,A3,99,Odd lamp,7000-For parts,,,,,,FixedPrice,5,,Calculated,,,,\n"
)


def test_a_template_has_words_for_ids_and_the_specifics_of_items():
    found = read(TEMPLATE)
    coat, cap, lamp = found.listings
    assert (found.form.name, found.form.currency) == ("ebay", "USD")
    assert (coat["condition"], coat["brand"], coat["size"]) == ("Used", "Acme", "M")
    assert [cap["condition"], lamp["condition"]] == ["New", "For parts or not working"]
    assert coat["category"] == "11450"


def test_the_cost_of_shipping_tells_who_pays():
    payers = [cells.get("shipping_payer") for cells in read(TEMPLATE).listings]
    assert payers == ["buyer", "seller", "buyer"]


def test_a_variation_joins_its_listing_and_tells_size_and_colour():
    found = read(TEMPLATE)
    assert found.merged == 1
    assert (found.listings[1]["size"], found.listings[1]["colour"]) == ("S", "Blue")


def test_an_auction_has_the_price_to_buy_it_now():
    assert [cells["price"] for cells in read(TEMPLATE).listings] == [
        "45.00",
        "15.00",
        "5",
    ]


def test_local_photos_are_kept_and_addresses_left_out():
    assert read(TEMPLATE).listings[0]["photos"] == ["2.jpg"]


@pytest.mark.parametrize(
    ("site", "currency"),
    [
        ("SiteID=UK|Country=GB|Currency=GBP", "GBP"),
        ("SiteID=Germany|Version=745", "EUR"),
        ("SiteID=Elsewhere", ""),
    ],
)
def test_the_header_tells_the_currency(site, currency):
    header = f"*Action({site}),*Title,*StartPrice\nAdd,Red cup,5\n"
    assert form_of(header).currency == currency


def test_a_report_of_active_listings_is_recognised():
    report = (
        "Item number,Title,Variation details,Custom label (SKU),Currency,Start price,"
        "Current price,eBay category 1 name,eBay category 1 number,Condition\n"
        "1,Red coat,,A1,GBP,45,40,Coats & Jackets,63862,Pre-owned\n"
        "2,Cap,,B1,GBP,9,9,Hats,52365,New with tags\n"
        "2,Cap,[Colour=Blue],B2,GBP,9,9,Hats,52365,New with tags\n"
    )
    found = read(report)
    assert [cells["price"] for cells in found.listings] == ["40", "9"]
    assert [cells["category"] for cells in found.listings] == [
        "Coats & Jackets",
        "Hats",
    ]


def test_a_seller_hub_template_has_names_with_blanks():
    table = (
        "*Action(SiteID=US|Country=US|Currency=USD|Version=1193),Custom label (SKU),"
        "Category ID,Category name,Title,Start price,Item photo URL,Condition ID,Description\n"
        "Draft,A1,261186,/Books/Books,Old atlas,9.99,,5000,Maps\n"
    )
    (atlas,) = read(table).listings
    assert (atlas["category"], atlas["condition"]) == ("/Books/Books", "Good")


def test_a_table_with_actions_and_titles_is_none_of_ebays():
    assert form_of("action,title\nsell,Red cup\n") is None
