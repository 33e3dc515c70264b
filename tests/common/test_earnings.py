"""What the seller earns, in the three cases of who pays and what the price includes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.earnings import (
    Commission,
    earn,
    item_price,
    parse_commission,
    suggest_earnings,
)
from common.errors import InputError
from common.listing import (
    FEE_INCLUDED,
    ITEM,
    PAYERS,
    PRICE_BASES,
    Candidate,
    Fee,
    Listing,
    PriceRange,
    Suggestion,
)

TENTH = Commission(0.1, 0.5)
AMOUNTS = st.floats(0.5, 10_000)


def price(basis=ITEM, abstained="", currency="USD"):
    return Suggestion(
        "price",
        "p",
        price=PriceRange(24.0, 20.0, 30.0, currency, basis=basis),
        abstained=abstained,
    )


def shipping(payer="buyer", abstained="", amount=4.0):
    return Suggestion(
        "shipping",
        "s",
        {"shipping_payer": (Candidate(payer, 0.9),)},
        fee=Fee(amount, "USD", "letter", "small"),
        abstained=abstained,
    )


def suggested(of_price, of_shipping=None, **confirmed):
    by_model = {"price": of_price}
    if of_shipping:
        by_model["shipping"] = of_shipping
    return suggest_earnings(Listing("a cup", **confirmed), by_model, TENTH)


@pytest.mark.parametrize(
    ("basis", "payer", "of_item", "amount"),
    [
        (ITEM, "seller", 24.0, 24 - 2.9 - 4),
        (FEE_INCLUDED, "seller", 24.0, 24 - 2.9 - 4),
        (FEE_INCLUDED, "buyer", 20.0, 20 - 2.5),
        (ITEM, "buyer", 24.0, 24 - 2.9),
    ],
)
def test_earnings_follow_from_price_basis_payer_and_fee(basis, payer, of_item, amount):
    earnings = earn(24.0, basis, payer, 4.0, TENTH, "USD")

    assert earnings.item_price == of_item
    assert earnings.amount == pytest.approx(amount)


@given(AMOUNTS, AMOUNTS, st.sampled_from(PRICE_BASES), st.sampled_from(PAYERS))
def test_what_the_buyer_pays_is_earnings_commission_and_fee(of_item, fee, basis, payer):
    is_added = basis == FEE_INCLUDED and payer == "buyer"
    stated = of_item + fee if is_added else of_item
    earnings = earn(stated, basis, payer, fee, TENTH, "USD")

    paid_by_buyer = of_item + fee if payer == "buyer" else of_item
    total = earnings.amount + earnings.commission + fee
    assert total == pytest.approx(paid_by_buyer)
    assert item_price(stated, basis, payer, fee) == pytest.approx(of_item)


def test_a_price_below_its_fee_has_no_earnings():
    assert earn(3.0, FEE_INCLUDED, "buyer", 4.0, TENTH, "USD") is None


def test_a_fee_is_only_needed_where_it_makes_a_difference():
    assert earn(24.0, ITEM, "buyer", None, TENTH, "USD").amount == pytest.approx(21.1)
    assert earn(24.0, FEE_INCLUDED, "buyer", None, TENTH, "USD") is None
    assert earn(24.0, ITEM, "seller", None, TENTH, "USD") is None


def test_earnings_take_what_is_suggested():
    earnings = suggested(price(FEE_INCLUDED), shipping())

    assert (earnings.price, earnings.fee, earnings.payer) == (24.0, 4.0, "buyer")
    assert earnings.amount == pytest.approx(17.5)


def test_confirmed_values_win_over_suggested_ones():
    earnings = suggested(
        price(FEE_INCLUDED, abstained="too many prices"),
        shipping(abstained="either side may pay"),
        price=14.0,
        shipping_payer="seller",
        shipping_fee=5.0,
    )
    assert (earnings.price, earnings.payer, earnings.fee) == (14.0, "seller", 5.0)
    assert earnings.amount == pytest.approx(14 - 1.9 - 5)


@pytest.mark.parametrize(
    ("answers", "confirmed"),
    [
        ((price(abstained="too little"), shipping()), {}),
        ((price(), shipping(abstained="either side may pay")), {}),
        ((price(), None), {}),
        ((price(), shipping()), {"price": 9.0, "currency": "EUR"}),
        ((price(FEE_INCLUDED, currency="EUR"), shipping()), {}),
        ((price(FEE_INCLUDED), shipping()), {"shipping_method": "courier"}),
        ((price("of another program"), shipping()), {}),
        ((price(), shipping("a third side")), {}),
    ],
)
def test_no_earnings_are_stated_where_too_little_is_known(answers, confirmed):
    assert suggested(*answers, **confirmed) is None


def test_without_a_commission_no_earnings_are_stated():
    by_model = {"price": price(), "shipping": shipping()}

    assert suggest_earnings(Listing("a cup"), by_model, None) is None


@pytest.mark.parametrize(
    ("text", "share", "fixed"),
    [
        ("10%", 0.1, 0.0),
        ("0.30", 0.0, 0.3),
        (" 12.9 % + 0.30 ", 0.129, 0.3),
        ("0%", 0.0, 0.0),
    ],
)
def test_a_commission_is_a_percentage_a_fixed_amount_or_both(text, share, fixed):
    assert parse_commission(text) == Commission(pytest.approx(share), fixed)


def test_an_empty_commission_is_none():
    assert parse_commission(" ") is None


@pytest.mark.parametrize("text", ["ten", "100%", "10% 0.30", "+", "10%+", "-1", "nan"])
def test_any_other_commission_is_refused_with_an_example(text):
    with pytest.raises(InputError, match=r"such as '10% \+ 0.30', and not"):
        parse_commission(text)
