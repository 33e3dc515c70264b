"""Categories: what separates levels, several in a cell, slashes in names."""

import pytest

from ingest.options import ReadOptions
from ingest.readings import read_columns


def parse(cells, cell=None, **options):
    readings = read_columns({"category": cells}, {}, ReadOptions(**options))
    return readings.parsers["category"](cells[0] if cell is None else cell)


@pytest.mark.parametrize(
    "cell",
    [
        "Women/Tops",
        "/Women/Tops",
        "Women/Tops/",
        "Women > Tops",
        "Women > Tops >",
        "Women>Tops",
        "Women &gt; Tops",
        "Women >> Tops",
        "Women -> Tops",
        "Women › Tops",
        "Women » Tops",
        "Women → Tops",
        "Women | Tops",
        "Women|Tops",
        "Women::Tops",
        "Women\\Tops",
        "Women / Tops",
        ["Women", "Tops"],
        '["Women", "Tops"]',
        "['Women', 'Tops']",
        [["Women", "Tops"], ["Sale"]],
        "[['Women', 'Tops'], ['Sale']]",
        "Women || Tops",
        [{"id": 1, "name": "Women"}, {"id": 7, "name": "Tops"}],
    ],
)
def test_a_path_is_read_in_the_notation_of_its_shop(cell):
    assert parse([cell, cell]) == "Women/Tops"


@pytest.mark.parametrize("sign", [" - ", " – ", ":", " : ", ";", "."])
def test_a_sign_that_names_have_too_separates_where_a_tree_follows(sign):
    cells = [f"{top}{sign}{leaf}" for top in ("Women", "Men") for leaf in "ABC"]
    assert parse(cells) == "Women/A"


def test_a_sign_that_names_have_too_is_part_of_one():
    assert (
        parse(["Mini: small things", "Tops", "Shoes", "Bags"]) == "Mini: small things"
    )


@pytest.mark.parametrize(
    ("cell", "path"),
    [
        ("Women > Tops/Blouses > Shirts", "Women/Tops∕Blouses/Shirts"),
        ("Tops/Blouses", "Tops∕Blouses"),
        ("Women/Tops/Shirts", "Women/Tops/Shirts"),
    ],
)
def test_where_an_arrow_separates_a_slash_is_part_of_a_name(cell, path):
    assert parse(["Women > Tops > Shirts", "Women > Shoes", cell], cell) == path


@pytest.mark.parametrize(
    ("cell", "path"),
    [
        ("Clothing > Hoodies, Clothing", "Clothing/Hoodies"),
        ("Clothing, Clothing > Hoodies", "Clothing/Hoodies"),
        ("A > B, Clothing > Hoodies > Wool", "Clothing/Hoodies/Wool"),
        ("A > B|C > D", "A/B"),
        ("A > B; C > D > E", "C/D/E"),
        ("Food, Drinks & More > Tea, Coffee", "Food, Drinks & More/Tea, Coffee"),
        (
            "Clothing > Dining, Living Room > Other",
            "Clothing/Dining, Living Room/Other",
        ),
    ],
)
def test_the_deepest_of_several_categories_counts(cell, path):
    assert parse(["Clothing > Hoodies", "Clothing", cell], cell) == path


def test_a_slash_in_few_names_of_one_level_is_part_of_them():
    names = ["Blouse", "Skirt", "Ankle Boots", "Sandals", "Jeans", "Belt"]
    assert parse(["3/4 Sleeve Blouse", *names]) == "3∕4 Sleeve Blouse"


def test_a_slash_below_a_known_name_separates():
    names = ["Women", "Men", "Home", "Toys", "Sport", "Books"]
    assert parse(["Women/Tops", *names]) == "Women/Tops"


def test_slashes_with_blanks_separate_where_names_have_slashes_too():
    cells = ["Home / Kitchen/Dining", "Home / Garden"]
    assert parse(cells) == "Home/Kitchen∕Dining"


def test_bars_between_paths_separate_categories():
    assert parse(["A/B|A/C", "A/B|D/C"]) == "A/B"


def test_a_number_is_the_id_of_a_category():
    assert parse(["5025", "5026"]) == "5025"
    assert parse([5025, 5026]) == "5025"
    assert parse(["5025.0", "5026.0"]) == "5025"


def test_the_option_says_the_separator():
    assert parse(["a.b", "a.c"], category_separator=".") == "a/b"


@pytest.mark.parametrize(
    "cell", ["Women > > Tops", " > ".join("abcdefghijkl"), "x" * 300]
)
def test_what_is_no_path_is_said_in_a_sentence(cell):
    with pytest.raises(ValueError, match="has an empty|has more than|is longer than"):
        parse(["Women > Tops", cell], cell)


@pytest.mark.parametrize("cell", ["", None, "n/a", "Uncategorized", " > "])
def test_an_empty_cell_has_no_category(cell):
    assert parse(["Women > Tops", cell], cell or "") is None
