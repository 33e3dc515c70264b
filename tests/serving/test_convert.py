from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InputError
from common.listing import (
    CONFIRMABLE,
    NUMBER_FIELDS,
    PRICE_BASES,
    Candidate,
    Earnings,
    Fee,
    Listing,
    Photo,
    PriceRange,
    Suggestion,
    Suggestions,
)
from serving import convert
from serving.protos import listing_pb2 as pb

TEXT = st.text(max_size=20)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
ENDS = st.none() | NUMBER
SAID = {name: st.none() | TEXT for name in (*CONFIRMABLE, "seller_id")}
LISTINGS = st.builds(
    Listing,
    title=TEXT,
    description=TEXT,
    listing_id=TEXT,
    photos=st.lists(st.builds(Photo, data=st.binary(min_size=1)), max_size=3).map(
        tuple
    ),
    **(SAID | dict.fromkeys(NUMBER_FIELDS, st.none() | NUMBER)),
)
RANKED = st.lists(st.builds(Candidate, TEXT, NUMBER), max_size=3).map(tuple)
QUANTILES = st.lists(st.tuples(NUMBER, NUMBER), max_size=3).map(tuple)
BASES = st.sampled_from(PRICE_BASES)
EARNINGS = st.builds(
    Earnings,
    NUMBER,
    BASES,
    TEXT,
    st.none() | NUMBER,
    NUMBER,
    NUMBER,
    NUMBER,
    TEXT,
)
SUGGESTIONS = st.builds(
    Suggestion,
    model=TEXT,
    version=TEXT,
    candidates=st.dictionaries(TEXT, RANKED, max_size=3),
    price=st.none()
    | st.builds(PriceRange, NUMBER, NUMBER, NUMBER, TEXT, QUANTILES, BASES),
    fee=st.none() | st.builds(Fee, NUMBER, TEXT, TEXT, TEXT, ENDS, ENDS, TEXT),
    abstained=TEXT,
    used=st.lists(TEXT, max_size=3).map(tuple),
    unknown=st.lists(TEXT, max_size=3).map(tuple),
)


@given(LISTINGS)
def test_a_listing_comes_out_of_the_wire_as_it_went_in(listing):
    wire = convert.from_listing(listing).SerializeToString()

    assert convert.to_listing(pb.Listing.FromString(wire)) == listing


@given(SUGGESTIONS)
def test_a_suggestion_comes_out_of_the_wire_as_it_went_in(suggestion):
    wire = convert.from_suggestion(suggestion).SerializeToString()
    found = convert.to_suggestion(pb.Suggestion.FromString(wire))

    assert found == suggestion
    assert list(found.candidates) == list(suggestion.candidates)


@given(st.none() | EARNINGS)
def test_earnings_come_out_of_the_wire_as_they_went_in(earnings):
    sent = Suggestions("r1", {}, earnings=earnings)
    wire = convert.from_suggestions(sent).SerializeToString()

    assert convert.to_suggestions(pb.SuggestResponse.FromString(wire)) == sent


def test_a_price_without_a_basis_is_that_of_the_item():
    message = pb.Suggestion(price=pb.PriceRange(median=1))

    assert convert.to_suggestion(message).price.basis == "item"


def test_the_message_has_every_field_of_a_listing():
    ours = {field.name for field in fields(Listing)}

    assert ours == set(pb.Listing.DESCRIPTOR.fields_by_name)


def test_an_empty_value_is_not_the_same_as_one_not_said():
    assert convert.to_listing(convert.from_listing(Listing(size=""))).size == ""
    assert convert.to_listing(convert.from_listing(Listing())).size is None


def test_text_that_no_message_can_carry_is_made_sendable():
    assert (
        convert.from_listing(Listing(title="a\ud800b", brand="\udfff")).title == "a?b"
    )


def test_vectors_come_out_of_the_wire_as_they_went_in():
    vectors = np.arange(6, dtype=np.float32).reshape(3, 2)

    found = convert.to_encodings(
        convert.from_encodings({"one": vectors}), 3, {"one": 2}
    )

    np.testing.assert_array_equal(found["one"], vectors)


def test_vectors_of_an_encoder_nobody_uses_are_left_out():
    messages = convert.from_encodings({"other": np.zeros((1, 5), np.float32)})

    assert convert.to_encodings(messages, 1, {"one": 2}) == {}


@pytest.mark.parametrize(
    ("shape", "value", "why"),
    [
        ((2, 2), 0, "1 x 2"),
        ((1, 3), 0, "1 x 2"),
        ((1, 2), np.nan, "finite"),
        ((1, 2), -4e20, "beyond 1,000,000"),
    ],
)
def test_vectors_that_do_not_fit_are_refused_in_a_sentence(shape, value, why):
    messages = convert.from_encodings({"one": np.full(shape, value, np.float32)})

    with pytest.raises(InputError, match=why):
        convert.to_encodings(messages, 1, {"one": 2})
