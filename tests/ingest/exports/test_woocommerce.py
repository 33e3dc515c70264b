"""WooCommerce's product export, with variations behind their product or elsewhere."""

from tests.ingest.exports.tables import form_of, read

HEADER = (
    "ID,Type,SKU,Name,Published,Short description,Description,Sale price,Regular price,"
    "Categories,Tags,Images,Parent,Attribute 1 name,Attribute 1 value(s),Attribute 2 name,"
    "Attribute 2 value(s)\n"
)
SIMPLE = (
    "11,simple,MUG,Big mug,1,Half a litre,,,12.5,Home,,https://shop.example/mug.jpg,,Brand,"
    "Potters,,\n"
)
HOODIE = (
    '12,variable,HOOD,Hoodie,1,Soft,A warm hoodie,,,"Clothing, Clothing > Hoodies",,'
    '"https://shop.example/h.jpg, photos/h-2.jpg",,Color,"Blue, Green",Size,"S, M"\n'
)
BLUE = "13,variation,HOOD-B,Hoodie - Blue,1,,,,45,,,,HOOD,Color,Blue,Size,S\n"
GREEN = "14,variation,HOOD-G,Hoodie - Green,1,,,40,46,,,,id:12,Color,Green,Size,M\n"


def test_a_product_and_its_variations_are_one_listing():
    found = read(HEADER + SIMPLE + HOODIE + BLUE + GREEN)
    mug, hoodie = found.listings
    assert found.form.name == "woocommerce"
    assert (hoodie["title"], hoodie["price"], found.merged) == ("Hoodie", "45", 2)
    assert (hoodie["colour"], hoodie["size"]) == ("Blue", "S")
    assert (mug["price"], mug["brand"]) == ("12.5", "Potters")


def test_the_description_is_the_long_one_where_there_is_one():
    mug, hoodie = read(HEADER + SIMPLE + HOODIE).listings
    assert (mug["description"], hoodie["description"]) == (
        "Half a litre",
        "A warm hoodie",
    )


def test_of_several_categories_the_deepest_counts():
    _, hoodie = read(HEADER + SIMPLE + HOODIE).listings
    assert hoodie["category"] == "Clothing > Hoodies"
    escaped = SIMPLE.replace("Home", r'"Home, Cups\, mugs > Big"')
    assert read(HEADER + escaped).listings[0]["category"] == "Cups, mugs > Big"


def test_local_photos_are_kept_and_addresses_left_out():
    mug, hoodie = read(HEADER + SIMPLE + HOODIE).listings
    assert hoodie["photos"] == ["photos/h-2.jpg"]
    assert "photos" not in mug


def test_variations_far_from_their_product_join_it():
    found = read(HEADER + HOODIE + SIMPLE + BLUE + GREEN)
    assert [cells["title"] for cells in found.listings] == ["Hoodie", "Big mug"]
    assert (found.listings[0]["price"], found.merged) == ("45", 2)


def test_variations_without_their_product_are_a_listing_of_their_own():
    found = read(HEADER + SIMPLE + BLUE + GREEN.replace("id:12", "HOOD"))
    assert [cells["title"] for cells in found.listings] == ["Big mug", "Hoodie - Blue"]
    assert (found.listings[1]["price"], found.merged) == ("45", 1)


def test_a_variation_of_another_product_does_not_join_the_one_before():
    found = read(HEADER + HOODIE + BLUE.replace("HOOD,Color", "CAP,Color"))
    assert len(found.listings) == 2


def test_the_header_may_be_german():
    table = (
        "ID,Typ,Artikelnummer,Name,Beschreibung,Regulärer Preis,Kategorien,"
        "Attribut 1 Name,Attribut 1 Wert(e)\n"
        "1,simple,A,Rote Tasse,Gross,5,Küche > Tassen,Farbe,Rot\n"
    )
    (cup,) = read(table).listings
    assert (cup["price"], cup["category"], cup["colour"]) == (
        "5",
        "Küche > Tassen",
        "Rot",
    )


def test_the_extension_for_imports_has_columns_of_its_own():
    table = (
        "post_title,post_content,regular_price,tax:product_cat,images\n"
        "Hoodie,Warm,45,Clothing|Clothing > Hoodies,h.jpg|https://x.example/2.jpg\n"
    )
    (hoodie,) = read(table).listings
    assert (hoodie["category"], hoodie["photos"]) == ("Clothing > Hoodies", ["h.jpg"])


def test_a_table_of_names_and_types_is_none_of_woocommerces():
    assert form_of("ID,Type,Name,Price\n1,simple,cup,5\n") is None
