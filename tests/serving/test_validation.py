import pytest

from common.errors import InputError
from common.listing import NO_BRAND, Listing, Photo
from serving.validation import check_batch, check_listing


def test_confirmed_values_are_read_as_those_of_a_table_are():
    listing = check_listing(
        Listing(
            category="Women > Shoes", brand="Unbranded", condition="Like_New", size=" "
        )
    )

    assert listing == Listing(
        category="Women/Shoes", brand=NO_BRAND, condition="like new", size=None
    )


@pytest.mark.parametrize(
    ("listing", "why"),
    [
        (Listing(condition="x" * 300), "condition .* longer than 200"),
        (Listing(shipping_payer="bank"), "shipping_payer 'bank' is none of"),
        (Listing(price=-1), "price '-1' is not above 0"),
        (Listing(price=float("nan")), "price is not a finite number"),
        (
            Listing(shipping_fee=0.0),
            "shipping_fee '0.0' is not above 0: free shipping is",
        ),
        (Listing(weight=float("inf")), "weight is not a finite number"),
        (Listing(weight=-1.0), "weight '-1' is not a weight such as 350 g"),
        (Listing(dimensions="30x20"), "dimensions '30x20' is not three sides such as"),
        (Listing(currency="dollars"), "currency 'dollars' is not three letters"),
        (Listing(category="a//b"), "category 'a//b' has an empty level"),
        (Listing(colour="x" * 300), "colour .* longer than 200"),
        (
            Listing(title="x" * 2000),
            "title has 2,000 characters, and 1,000 are the most",
        ),
        (Listing(description="x" * 1_000_001), "description has 1,000,001 characters"),
        (Listing(listing_id="x" * 300), "listing_id has more than 200"),
        (Listing(photos=(Photo(b"x"),) * 30), "at most 10 photos"),
    ],
)
def test_what_is_not_legal_is_refused_in_a_sentence(listing, why):
    with pytest.raises(InputError, match=why):
        check_listing(listing)


def test_a_parcel_is_measured_in_grams_and_centimetres():
    listing = check_listing(Listing(weight=1200.0, dimensions="12 x 8 x 4 in"))
    assert listing == Listing(weight=1200.0, dimensions="30.5x20.3x10.2")


def test_half_a_title_is_legal_while_it_is_typed():
    assert check_listing(Listing(title="9")).title == "9"


def test_the_wrong_listing_of_a_batch_is_named():
    with pytest.raises(InputError, match="listing 2 of 3: category"):
        check_batch([Listing(), Listing(category="a//b"), Listing()], 10)


def test_a_batch_that_is_too_long_is_refused():
    with pytest.raises(InputError, match="at most 2 listings, not 3"):
        check_batch([Listing()] * 3, 2)
