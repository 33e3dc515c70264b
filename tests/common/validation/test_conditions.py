"""Conditions in a shop's own words, and their place between new and poor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.listing import CONDITIONS
from common.validation.condition_names import NAMES_BY_RANK
from common.validation.conditions import condition_rank, parse_condition
from common.validation.folding import fold_field
from common.validation.word_lists import words

SCALES = {
    "ours": CONDITIONS,
    "eBay": ("New with tags", "Open box", "Very Good - Refurbished", "Used", "For parts"),
    "Amazon": ("New", "UsedLikeNew", "UsedVeryGood", "UsedGood", "UsedAcceptable"),
    "Mercari": (
        "新品、未使用", "未使用に近い", "目立った傷や汚れなし", "やや傷や汚れあり", "傷や汚れあり",
        "全体的に状態が悪い",
    ),
    "dealers in Japan": (
        "中古品-ほぼ新品", "中古品-非常に良い", "中古品-良い", "中古品-可", "中古品-難あり",
    ),
    "ranks": ("S", "A", "AB", "B", "C", "D"),
    "ranks in words": ("Sランク", "ランクA", "Aランク-", "Bランク", "C"),
    "German": ("Neu mit Etikett", "Neuwertig", "Sehr gut", "Gut", "In Ordnung", "Defekt"),
    "French": ("Neuf avec étiquette", "Comme neuf", "Très bon état", "Bon état", "Correct"),
    "Italian": ("Nuovo con cartellino", "Come nuovo", "Ottime", "Buone", "Discrete"),
    "Spanish": ("Nuevo", "Como nuevo", "Muy bueno", "En buen estado", "Lo ha dado todo"),
    "Google": ("new", "refurbished", "used"),
    "schema.org": (
        "https://schema.org/NewCondition", "http://schema.org/RefurbishedCondition",
        "schema:UsedCondition", "DamagedCondition",
    ),
    "numbers": ("1", "2", "3", "4", "5"),
}  # fmt: skip


@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
def test_a_shops_scale_keeps_its_order(scale):
    ranks = [rank for rank in map(condition_rank, scale) if rank is not None]
    assert len(ranks) == len(scale)
    assert ranks == sorted(set(ranks))
    assert min(ranks) >= 0
    assert max(ranks) <= 4


def test_our_own_conditions_are_the_steps():
    assert [condition_rank(name) for name in CONDITIONS] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("written", "same"),
    [("BNWT", "new with tags"), ("Like New ✨", "like new"), ("ETAT NEUF", "état neuf")]
    + [("Zustand: sehr gut", "sehr gut"), ("used/like new", "like new"), ("A+", "A +")]
    + [
        ("Excellent Used Condition (EUC)", "excellent"),
        ("In ottime condizioni", "ottime"),
    ],
)
def test_case_signs_and_words_around_a_name_do_not_matter(written, same):
    assert condition_rank(written) == condition_rank(same) is not None


@pytest.mark.parametrize("text", ["hello", "7", "", "notnew", "blue"])
def test_unknown_words_have_no_rank(text):
    assert condition_rank(text) is None


@pytest.mark.parametrize(
    ("written", "stored"),
    [("Like_New", "like new"), ("BRAND-NEW", "new"), ("as new", "like new")]
    + [("Used", "Used"), ("New with tags", "New with tags"), (1.0, "1"), ("-", None)]
    + [("Unspecified", None), ("https://schema.org/UsedCondition", "used"), (5, "5")],
)
def test_a_condition_is_a_label_of_the_shops_own(written, stored):
    assert parse_condition(written) == stored


def test_blanks_dashes_and_underscores_are_one_in_a_condition():
    folded = [
        fold_field("condition", text) for text in ("Pre-Owned_Good", "pre owned good")
    ]
    assert folded[0] == folded[1]
    assert fold_field("brand", "A-B") != fold_field("brand", "A B")


def test_every_listed_name_has_the_rank_it_is_listed_with():
    for rank, names in NAMES_BY_RANK.items():
        assert {name: condition_rank(name) for name in words(names)} == dict.fromkeys(
            words(names), rank
        )


@given(st.text(max_size=40))
def test_any_text_has_a_rank_on_the_scale_or_none(text):
    rank = condition_rank(text)
    assert rank is None or 0 <= rank <= 4
