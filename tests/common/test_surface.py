"""How a listing is written, in numbers."""

import numpy as np

from common.listing import Listing, Photo
from common.surface import COLUMNS, LATER, read_surface


def _read(listing):
    return dict(zip(COLUMNS, read_surface([listing])[0].tolist(), strict=True))


def test_characters_are_counted_by_their_kind():
    found = _read(Listing("NEW Bag, 2 pcs \U0001f45c", "ok"))
    wanted = {"characters": 16, "blanks": 4, "digits": 1, "capitals": 4, "symbols": 1}

    for kind, count in wanted.items():
        assert np.isclose(found[f"{kind} of the title"], np.log1p(count)), kind
    assert np.isclose(found["punctuation of the title"], np.log1p(1))
    assert np.isclose(found["characters of the description"], np.log1p(2))


def test_japanese_letters_are_no_symbols():
    assert _read(Listing("新品のバッグ"))["symbols of the title"] == 0


def test_condition_and_photos_are_there():
    found = _read(Listing(condition="poor", photos=(Photo(b"x"),)))

    assert (found["condition"], found["photos"]) == (4, np.log1p(np.float32(1)))
    assert _read(Listing())["condition"] == -1


def test_a_listing_reads_the_same_in_any_company():
    rows = [Listing("One", "two 3"), Listing(), Listing("\ud83d half", "ÄÖ!")]
    alone = np.concatenate([read_surface([row]) for row in rows])

    np.testing.assert_array_equal(read_surface(rows), alone)


def test_nothing_reads_as_nothing():
    assert read_surface([]).shape == (0, len(COLUMNS))


def test_a_price_is_read_where_it_may_be():
    [found] = read_surface([Listing(price=24.99)], ("price",))[:, LATER].tolist()

    assert np.allclose(found, [np.log1p(24.99), 4, 99])
    assert read_surface([Listing(price=24.99)])[:, LATER].tolist() == [[-1, -1, -1]]
