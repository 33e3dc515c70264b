"""Categories, brands and texts as shops write them: cases B1 to B15."""

import pytest

from common.validation.folding import fold_label
from tests.ingest.cases.shops import column, read


def spell(path: str) -> str:
    """A stored category with its slashes in names as they were typed, levels joined by ' > '."""
    return path.replace("/", " > ").replace("\u2215", "/")


@pytest.mark.parametrize(
    "spellings",
    [
        ["Kestrel", "Kestrel", "KESTREL", "kestrel", "Kestrel®"],
        ["Müller & Söhne", "Müller & Söhne", "MÜLLER & SÖHNE", "Müller &amp; Söhne™"],
        ["ナイキ", "ナイキ", "ﾅｲｷ", "ナイキ\u200b"],
        ["O'Neal", "O'Neal", "O’Neal", " o'neal ", "O'NEAL"],
    ],
)
def test_b1_one_brand_has_one_spelling_the_commonest(tmp_path, spellings):
    shop = read(tmp_path, column("brand", spellings, delimiter="\t"), "shop.tsv")
    assert set(shop.values("brand")) == {spellings[0]}


@pytest.mark.parametrize(
    ("cells", "levels"),
    [
        (
            ["レディース > ジャケット/アウター > ダウンジャケット", "Women > Tops/Blouses > Shirts",
             "Women > Tops > Shirts"],
            [["レディース", "ジャケット/アウター", "ダウンジャケット"],
             ["Women", "Tops/Blouses", "Shirts"], ["Women", "Tops", "Shirts"]],
        ),
        (
            ["Home | Bed/Bath | Towels", "Home | Lamps", "Toys | Cars/Trucks"],
            [["Home", "Bed/Bath", "Towels"], ["Home", "Lamps"], ["Toys", "Cars/Trucks"]],
        ),
        (
            ["Mode › Robes/Jupes", "Mode › Vestes", "Maison » Salon/Séjour"],
            [["Mode", "Robes/Jupes"], ["Mode", "Vestes"], ["Maison", "Salon/Séjour"]],
        ),
        (
            ["Wohnen::Tische/Bänke", "Wohnen::Lampen", "Mode::Hemden"],
            [["Wohnen", "Tische/Bänke"], ["Wohnen", "Lampen"], ["Mode", "Hemden"]],
        ),
    ],
)  # fmt: skip
def test_b5_where_another_sign_separates_a_slash_is_part_of_a_name(
    tmp_path, cells, levels
):
    shop = read(tmp_path, column("category", cells, delimiter="\t"), "shop.tsv")
    assert [spell(path).split(" > ") for path in shop.values("category")] == levels


@pytest.mark.parametrize(
    "names",
    [
        ["3/4 Sleeve Blouse", "Blouse", "Sweater w/ Hood", "Skirt", "Dress"],
        ["T/C Shirts", "Polos", "S/M Gloves", "Socks", "Hats", "Belts"],
        ["A/V Receiver", "Lautsprecher", "Ladegerät 110/220 V", "Kabel", "Uhr"],
        ["3/4 Sleeve Blouse", "3/4 Sleeve Dress", "1/2 Zip", "w/ Lining"],
    ],
)
def test_b5_a_slash_in_a_few_names_separates_nothing(tmp_path, names):
    cells = names * 3
    shop = read(tmp_path, column("category", cells, delimiter="\t"), "shop.tsv")
    assert [spell(path) for path in shop.values("category")] == cells


@pytest.mark.parametrize(
    "cell", ["/Women/Tops", "Women/Tops/", "Women > Tops >", "> Women > Tops", "Women|Tops|"]
)  # fmt: skip
def test_b7_an_empty_level_at_either_end_is_none(tmp_path, cell):
    shop = read(tmp_path, column("category", [cell, cell, cell]))
    assert shop.values("category") == ["Women/Tops"] * 3
    assert not shop.dropped


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["Clothing > Hoodies, Clothing", "Clothing > Hats", "Clothing"], "Clothing/Hoodies"),
        (["Home > Lamps;Sale", "Home > Rugs", "Sale"], "Home/Lamps"),
        (["Mode > Kleider | Mode > Neu", "Mode > Hosen", "Mode > Neu"], "Mode/Kleider"),
        (["Toys/Cars|Toys/Gifts", "Toys/Cars", "Toys/Gifts"], "Toys/Cars"),
    ],
)  # fmt: skip
def test_b8_of_two_categories_in_a_cell_one_is_taken(tmp_path, cells, first):
    shop = read(tmp_path, column("category", cells, delimiter="\t"), "shop.tsv")
    assert shop.values("category")[0] == first
    assert "several" in shop.warnings


@pytest.mark.parametrize(
    "cell",
    ["Unbranded/Generic", "Does Not Apply", "unbranded", "No Brand", "Ohne Marke",
     "Sans marque", "ノーブランド", "No-Name", "NoBrand", "Senza marca", "sin marca"],
)  # fmt: skip
def test_b9_words_for_no_brand_are_no_brands(tmp_path, cell):
    shop = read(tmp_path, column("brand", [cell, "Acme", "Lux"]))
    assert shop.values("brand") == ["no brand", "Acme", "Lux"]


@pytest.mark.parametrize(
    "brand", ["47", "361°", "7", "707", "C", "&", "無印良品", "H&M", "+J"]
)
def test_b11_short_brands_and_numbers_are_brands(tmp_path, brand):
    shop = read(tmp_path, column("brand", [brand, "Acme", "Lux"]))
    assert shop.values("brand") == [brand, "Acme", "Lux"]


@pytest.mark.parametrize("cell", ["-", "?", "---", "n/a", "..."])
def test_b11_marks_alone_are_missing_brands(tmp_path, cell):
    shop = read(tmp_path, column("brand", [cell, "Acme", "Lux"]))
    assert shop.values("brand")[0] in (None, "no brand")
    assert len(shop.listings) == 3


@pytest.mark.parametrize(
    "cells", [["5025", "33", "5025"], ["10.0", "7.0", "10.0"], ["T-1", "T-2", "T-1"]]
)
def test_b11_numbers_of_categories_are_categories(tmp_path, cells):
    shop = read(tmp_path, column("category", cells))
    assert shop.values("category") == [cell.removesuffix(".0") for cell in cells]


@pytest.mark.parametrize(
    "title", ["1984", "👟👟", "AAAAAAAAAAAAAAAAAAAAAA battery", "sale " + "=" * 60, "100%"]
)  # fmt: skip
def test_b12_any_title_keeps_its_row(tmp_path, title):
    table = f"title\tdescription\tprice\n{title}\tGood as new\t5\nmug\tblue\t4\n"
    shop = read(tmp_path, table, "shop.tsv")
    assert shop.values("title") == [title, "mug"]
    assert [*shop.rejected, *shop.dropped] == []


@pytest.mark.parametrize(
    "typed", ["men/shoes/sneakers", "Men > Shoes > Sneakers", "MEN / Shoes/ sneakers"]
)
def test_b13_a_confirmed_value_is_compared_in_any_spelling(tmp_path, typed):
    from ingest.form import listing_from_options

    shop = read(tmp_path, column("category", ["Men/Shoes/Sneakers", "Men/Hats"]))
    listing = listing_from_options("Runners", "", {"category": typed})
    assert fold_label(listing.category) == fold_label(shop.values("category")[0])


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<p style="color:red">A light shirt,&nbsp;made of <b>linen</b>.</p>',
         "A light shirt, made of linen."),
        ("Salt &amp; pepper<br/>two mills", "Salt & pepper\ntwo mills"),
        ("<ul><li>Wolle</li><li>Größe 40</li></ul>", "Wolle Größe 40"),
        ("Fits size < 40 and > 36, 5 <3", "Fits size < 40 and > 36, 5 <3"),
        ("<script>track(1)</script><div>美品です&#12290;</div>", "美品です。"),
    ],
)  # fmt: skip
def test_b15_html_is_read_as_text(tmp_path, cell, text):
    table = f"title\tbody_html\tprice\nshirt\t{cell}\t5\nmug\tblue\t4\n"
    (found, _) = read(tmp_path, table, "shop.tsv").values("description")
    assert found.replace("•", "").replace("-", "").split() == text.split()
