"""Photos of requests and tables: the usable ones go on, the others are named."""

import numpy as np
import pytest

from common.errors import InputError
from common.listing import Listing, Photo
from common.photos.checking import (
    TOO_MANY_PHOTOS,
    check_amount,
    check_photos,
    check_photos_of_rows,
)
from common.photos.decoding import decode
from common.photos.limits import LIMITS
from common.photos.photo_root import PhotoRoot

DOCUMENT = Photo(b"hello")
PROBLEM = "photo 2: the file is a document and not a photo"


@pytest.fixture
def good(quarters, encode):
    return Photo(encode(quarters(), "JPEG"))


def test_usable_photos_come_back_as_pixels(good):
    checked = check_photos(Listing("hat", photos=(good, DOCUMENT)))
    assert checked.problems == (PROBLEM,)
    (shrunk,) = checked.listing.photos
    assert (shrunk.data, shrunk.path) == (b"", "")
    np.testing.assert_array_equal(shrunk.pixels, np.asarray(decode(good.data)))


def test_a_listing_of_nothing_but_unusable_photos_is_refused():
    with pytest.raises(
        InputError, match="no photo that can be used: photo 1: the file is a doc"
    ):
        check_photos(Listing(photos=(DOCUMENT,)))
    assert check_photos(Listing("hat", photos=(DOCUMENT,))).listing.photos == ()


def test_more_photos_or_bytes_than_a_listing_may_have_are_refused():
    with pytest.raises(InputError, match="at most 10 photos, not 11"):
        check_amount([Photo()] * 11)
    with pytest.raises(InputError, match="may have 60 MB together, and these have 61"):
        check_amount([Photo(bytes(LIMITS.max_request_bytes + 1_000_000))])


def test_photos_of_a_table_are_read_below_its_root(good, tmp_path):
    (tmp_path / "a.jpg").write_bytes(good.data)
    names = ("a.jpg", "b.jpg", "../c.jpg", *["a.jpg"] * LIMITS.max_photos)
    rows = [
        Listing("hat", photos=tuple(Photo(path=name) for name in names)),
        Listing("shoes"),
    ]
    listings, problems = check_photos_of_rows(rows, PhotoRoot(str(tmp_path)))
    assert len(listings[0].photos) == LIMITS.max_photos - 2
    assert set(listings[0].photos) == {Photo(path=f"{tmp_path}/a.jpg")}
    assert problems == [
        [
            "photo b.jpg: there is no such file",
            "photo ../c.jpg: the path leads out of the folder of the photos",
            TOO_MANY_PHOTOS,
        ],
        [],
    ]


def test_a_table_without_a_root_keeps_no_photos(good):
    rows = [Listing("hat", photos=(good,))]
    assert check_photos_of_rows(rows, None) == ([Listing("hat")], [[]])
