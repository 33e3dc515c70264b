"""Spellings of a label: what is stored, and the key they are compared by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.validation.folding import clean_label, fold_label

AWKWARD = st.text(
    st.one_of(
        st.sampled_from(
            "&;ampltsy#38/ ®™\u200b\u200d\ufe0f\u00ad\u2105\uff06\uff0fİßé´`"
        ),
        st.characters(),
    ),
    max_size=30,
)
"""Texts with parts of entities, invisible characters and signs that fold to several."""


@pytest.mark.parametrize(
    "spelling",
    [
        "KESTREL",
        "kestrel",
        "Kestrel®",
        "Kestrel™ ",
        " Ｋｅｓｔｒｅｌ",
        "Kes\u200btrel",
        "Kestrel&reg;",
        "\ufeffKestrel",
        "Kes\u00adtrel",
    ],
)
def test_spellings_of_a_brand_are_one_label(spelling):
    assert fold_label(spelling) == fold_label("Kestrel")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Levi’s", "LEVI'S"),
        ("Dolce  &amp;  Gabbana", "dolce & gabbana"),
        ("Women / Tops", "women/tops"),
        ("ﾅｲｷ", "ナイキ"),
        ("T–Shirts", "T-Shirts"),
        ("Straße", "STRASSE"),
    ],
)
def test_signs_blanks_and_widths_do_not_part_labels(one, other):
    assert fold_label(one) == fold_label(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hermes", "Hermès"), ("A-B", "A B"), ("C", "C++"), ("47", "7"), ("a/b", "ab")],
)
def test_other_words_accents_and_dashes_are_other_labels(one, other):
    assert fold_label(one) != fold_label(other)


def test_what_is_stored_keeps_its_spelling():
    assert clean_label(" Kestrel®\u200b \u3000 PRO\n&amp; Co ") == "Kestrel® PRO & Co"
    assert clean_label("AT&T a&copy=1") == "AT&T a&copy=1"
    assert clean_label("\ud800") == "\ufffd"


def test_joiners_that_shape_a_sign_stay():
    family = "\U0001f468\u200d\U0001f469"
    assert clean_label(family) == family
    assert clean_label("a\u200db") == "ab"


def test_a_slash_within_a_name_parts_no_levels():
    assert fold_label("トップス／シャツ").count("/") == 0


@given(AWKWARD)
def test_cleaning_and_folding_twice_is_doing_it_once(text):
    assert clean_label(clean_label(text)) == clean_label(text)
    assert fold_label(fold_label(text)) == fold_label(text)


@given(AWKWARD)
def test_what_is_stored_folds_like_what_was_written(text):
    assert fold_label(clean_label(text)) == fold_label(text)
