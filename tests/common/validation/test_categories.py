"""Category paths in the notations that people use."""

import pytest

from common.validation.categories import join_levels, parse_category


@pytest.mark.parametrize(
    "written",
    ["Women/Tops", "/Women/Tops", "Women/Tops/", "Women > Tops >", "Women>Tops"]
    + ["Women » Tops", "Women › Tops", "Women::Tops", "Women | Tops", " Women / Tops "]
    + ["Women &gt; Tops", "Women ＞ Tops", "Women -> Tops"],
)
def test_a_path_is_the_same_in_every_notation(written):
    assert parse_category(written) == "Women/Tops"


def test_a_slash_is_part_of_a_name_where_arrows_separate():
    path = parse_category("Women > Tops/Blouses > Shirts")
    assert path.split("/") == ["Women", "Tops∕Blouses", "Shirts"]


@pytest.mark.parametrize("identifier", ["5025", 5025, 5025.0, "5025.0"])
def test_a_number_is_the_id_of_a_category(identifier):
    assert parse_category(identifier) == "5025"


@pytest.mark.parametrize(
    "word", ["", None, "-", "///", "N/A", "Uncategorized", "Non classé", "未分類"]
)
def test_no_category_is_a_missing_one(word):
    assert parse_category(word) is None


@pytest.mark.parametrize(
    ("written", "why"),
    [("a//b", "empty level"), ("1/2/3/4/5/6/7/8/9/10/11", "more than 10 levels")]
    + [("x" * 30, "over and over"), ("1E+033", "exponent"), ({}, "not text")],
)
def test_what_is_no_path_is_refused_with_a_reason(written, why):
    with pytest.raises(ValueError, match=why):
        parse_category(written)


def test_levels_of_a_table_become_a_path():
    assert join_levels(["", " Women ", "Tops/Blouses", ""]) == "Women/Tops∕Blouses"
    assert join_levels(["", ""]) == ""
