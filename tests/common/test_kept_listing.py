"""A kept listing is refused unless it is legal, and its photos are below a hash."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from common.errors import InputError
from common.kept_listing import KeptListing, photo_folder, photo_path

PHOTO = photo_path("u-1042", b"the file")
LISTING = KeptListing(
    request="8f14e45f",
    listing="sku-1042",
    seller="u-1042",
    time=datetime(2026, 1, 31, 12, tzinfo=UTC),
    fields={"title": "Nike shoes", "description": "worn\ntwice 👨‍👩‍👧", "price": 45},
    photos=(PHOTO,),
)


def test_a_listing_may_have_nothing_but_its_request():
    empty = replace(LISTING, listing="", seller="", fields={}, photos=())
    assert empty.request == LISTING.request


def test_photos_of_a_seller_have_one_folder_which_does_not_name_the_seller():
    paths = [photo_path("u-1042", data) for data in (b"one", b"two")]
    assert {path.split("/")[0] for path in paths} == {photo_folder("u-1042")}
    assert paths[0] != paths[1]
    assert "u-1042" not in paths[0]
    assert replace(LISTING, photos=tuple(paths)).photos == tuple(paths)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"request": ""}, "request of an event should be 1 to 128 ASCII"),
        ({"time": datetime(2026, 1, 31)}, "time of an event should be with its zone"),
        ({"fields": {"title": ""}}, "title of a kept listing should be a text of 1 to"),
        ({"fields": {"title": "x" * 1001}}, "title of .* a text of 1 to 1,000 charac"),
        ({"fields": {"title": "a\0b"}}, "title of a kept .* without NUL"),
        ({"fields": {"brand": "\ud800"}}, "brand of a kept .* without NUL"),
        ({"fields": {"price": True}}, "price of a kept .* a number, 0 or more"),
        ({"fields": {"price": float("nan")}}, "price of a kept .* a number, 0 or"),
        ({"fields": {"my secret": "x"}}, "fields of a kept .* should be some of title"),
        ({"photos": ("../../etc/passwd",)}, "photos of a kept .* paths such as"),
    ],
)
def test_an_illegal_attribute_is_named_with_a_legal_one(changes, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        replace(LISTING, **changes)
    assert "secret" not in str(caught.value)
