from dataclasses import FrozenInstanceError, fields

import pytest

from common.listing import CONFIRMABLE, MODES, NUMBER_FIELDS, Listing, Photo

FULL = Listing(
    "shoes",
    "worn",
    (Photo(b"x"),),
    listing_id="7",
    seller_id="s",
    **dict.fromkeys(CONFIRMABLE, "said") | dict.fromkeys(NUMBER_FIELDS, 3.0),
)


def test_every_confirmable_field_is_one_of_a_listing():
    assert set(CONFIRMABLE) < {field.name for field in fields(Listing)}


def test_without_forgets_the_named_fields_only():
    bare = FULL.without("brand", "price")
    assert (bare.brand, bare.price) == (None, None)
    assert (bare.category, bare.title, bare.photos) == ("said", "shoes", FULL.photos)


def test_only_keeps_the_named_fields_and_what_is_written():
    bare = FULL.only("brand")
    assert {name for name in CONFIRMABLE if getattr(bare, name) is not None} == {
        "brand"
    }
    assert (bare.title, bare.description, bare.photos) == ("shoes", "worn", FULL.photos)
    assert (bare.listing_id, bare.seller_id) == ("7", "s")


def test_an_unnamed_field_is_not_said():
    assert all(getattr(Listing(), name) is None for name in CONFIRMABLE)


def test_a_listing_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        FULL.title = "other"
    assert FULL.without("brand") is not FULL
    assert FULL.brand == "said"


def test_what_can_be_shown_of_a_listing_is_what_it_has():
    photo = Photo(b"x")
    shown = {
        mode: [
            listing.can_show(mode)
            for listing in (Listing("a"), Listing(photos=(photo,)), Listing())
        ]
        for mode in MODES
    }
    assert shown == {
        "text": [True, False, False],
        "photo": [False, True, False],
        "both": [False, False, False],
    }
    assert Listing(description="b", photos=(photo,)).can_show("both")
