"""What holds for the parsers of all fields, and the texts of a listing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.validation import texts
from common.validation.values import FIELD_PARSERS

PARSERS = {
    **FIELD_PARSERS,
    "title": texts.parse_title,
    "description": texts.parse_description,
    "listing_id": texts.parse_listing_id,
}
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.binary(max_size=5),
    st.lists(st.integers(), max_size=2),
    st.text(max_size=60),
    st.text("a1/>|:\\-?.»&amp;gt;\u200b™ ", max_size=25),
    st.sampled_from(
        ["N/A - none", "Women >", "a::b >", "free shipping", "42.0", "1.0.0"]
    ),
)


@pytest.mark.parametrize("field", PARSERS)
@given(cell=CELLS)
def test_a_parser_raises_value_errors_only_and_its_result_is_final(field, cell):
    parse = PARSERS[field]
    try:
        value = parse(cell)
    except ValueError:
        return
    assert parse(value) == value


@pytest.mark.parametrize(
    "title", ["1984", "👟👟", "AAAA" * 20 + " battery", "sale " + "=" * 70, "a", "1E5"]
)
def test_any_text_is_a_title(title):
    assert texts.parse_title(title) == title


def test_a_text_that_is_too_long_is_cut_and_the_reason_is_told():
    title = "red dress " * 200
    assert len(texts.parse_title(title)) <= 1_000
    assert texts.cut_reason("title", title).endswith(
        "has 1,999 characters: only the first 1,000 are kept"
    )
    assert texts.cut_reason("title", "red dress") == ""
    assert texts.cut_reason("brand", title) == ""


@pytest.mark.parametrize(
    "missing", ["", None, float("nan"), "NaN", "-", "unknown", "不明"]
)
def test_an_empty_label_is_a_missing_label(missing):
    for field, parse in FIELD_PARSERS.items():
        assert parse(missing) is None, field


def test_a_whole_number_of_a_column_with_gaps_is_a_whole_number():
    assert texts.parse_label("42.0") == texts.parse_label(42.0) == "42"
    assert texts.parse_label("42.5") == "42.5"


@pytest.mark.parametrize(
    ("word", "payer"),
    [
        ("Seller", "seller"),
        ("free shipping", "seller"),
        ("送料込み(出品者負担)", "seller"),
    ]
    + [("versandkostenfrei", "seller"), ("着払い", "buyer"), ("buyer-pays", "buyer")],
)
def test_usual_words_name_the_payer(word, payer):
    assert FIELD_PARSERS["shipping_payer"](word) == payer


@pytest.mark.parametrize("cell", ["0", "1", "4.99", "bank"])
def test_what_names_no_payer_is_refused(cell):
    with pytest.raises(ValueError, match="is none of seller, buyer"):
        FIELD_PARSERS["shipping_payer"](cell)
