"""Brands, and the words for having none."""

import pytest

from common.listing import NO_BRAND
from common.validation.brands import parse_brand


@pytest.mark.parametrize(
    "word",
    [
        "No Brand",
        "unbranded",
        "Unbranded/Generic",
        "Does Not Apply",
        "N/A",
        "Ｎ／Ａ",
        "(no-brand)",
        "NO_BRAND",
        "none",
        "No brand/Not sure",
        "Ohne Marke",
        "Markenlos",
        "Sans marque",
        "Sans marque/Générique",
        "Senza marca",
        "Sin marca",
        "ノーブランド",
        "【ノーブランド品】",
        "なし",
        "无品牌",
    ],
)
def test_the_words_for_no_brand_are_one(word):
    assert parse_brand(word) == NO_BRAND


@pytest.mark.parametrize(
    "word",
    [
        "-",
        "--",
        "?",
        "???",
        "...",
        "unknown",
        "Unbekannt",
        "不明",
        "ブランド不明",
        "other",
    ],
)
def test_a_brand_that_nobody_named_is_missing(word):
    assert parse_brand(word) is None


@pytest.mark.parametrize(
    "brand",
    ["47", "361°", "7", "707", "C", "&", "+", "8848", "A.P.C.", "& Other Stories"]
    + ["AC/DC", "3.1 Phillip Lim", "無印良品", "No Fear", "Generic Surplus"],
)
def test_short_and_odd_names_are_brands(brand):
    assert parse_brand(brand) == brand


def test_a_number_of_a_column_with_gaps_is_the_brand_it_was():
    assert [parse_brand(47.0), parse_brand("47.0"), parse_brand(47)] == ["47"] * 3


@pytest.mark.parametrize(
    "noise", ["a/b/c", "x" * 30, "1E+033", True, ["Nike"], "y" * 201]
)
def test_what_is_no_brand_is_refused_with_its_value(noise):
    with pytest.raises(ValueError, match=r"path|over and over|exponent|text|longer"):
        parse_brand(noise)
