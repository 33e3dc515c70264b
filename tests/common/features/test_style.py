"""How a listing is written, in numbers."""

import numpy as np
import pytest

from common.features.style import COLUMNS, LATE_COLUMNS, style_features
from common.listing import Listing, Photo


def _read(listing):
    return dict(zip(COLUMNS, style_features([listing])[0].tolist(), strict=True))


def test_what_is_said_is_counted_by_its_kind():
    found = _read(Listing("NEW Bag, 2 pcs \U0001f45c", "ok"))

    for kind, count in {"letters": 10, "words": 3, "digits": 1}.items():
        assert np.isclose(found[f"{kind} of the title"], np.log1p(count)), kind
    assert np.isclose(found["letters of the description"], np.log1p(2))


@pytest.mark.parametrize(
    "same", ["new bag 2pcs", "NEW  BAG, 2pcs!", "ｎｅｗ bag 2pcs", "new bag 2pcs \U0001f45c"]
)
def test_how_a_text_is_set_does_not_matter(same):
    np.testing.assert_array_equal(
        style_features([Listing(same)]), style_features([Listing("new bag 2pcs")])
    )


def test_japanese_letters_count():
    assert np.isclose(_read(Listing("新品のバッグ"))["letters of the title"], np.log1p(6))


def test_condition_and_photos_are_there():
    found = _read(Listing(condition="poor", photos=(Photo(b"x"),)))

    assert (found["condition"], found["photos"]) == (4, np.log1p(np.float32(1)))
    assert _read(Listing())["condition"] == -1


def test_a_listing_reads_the_same_in_any_company():
    rows = [Listing("One", "two 3"), Listing(), Listing("\ud83d half", "ÄÖ!")]
    alone = np.concatenate([style_features([row]) for row in rows])

    np.testing.assert_array_equal(style_features(rows), alone)


def test_nothing_reads_as_nothing():
    assert style_features([]).shape == (0, len(COLUMNS))


def test_a_price_is_read_where_it_may_be():
    [found] = style_features([Listing(price=24.99)], ("price",))[:, LATE_COLUMNS].tolist()

    assert np.allclose(found, [np.log1p(24.99), 4, 99])
    assert style_features([Listing(price=24.99)])[:, LATE_COLUMNS].tolist() == [[-1, -1, -1]]
