"""Style features: counts of a text, photos, condition and price."""

import numpy as np
import pytest

from common.features.style import COLUMNS, LATE_COLUMNS, style_features
from common.listing import Listing, Photo


def _style(listing):
    [row] = style_features([listing], ("condition",)).tolist()
    return dict(zip(COLUMNS, row, strict=True))


def test_letters_words_and_digits_are_counted():
    columns = _style(Listing("NEW Bag, 2 pcs \U0001f45c", "ok"))

    for kind, count in {"letters": 10, "words": 3, "digits": 1}.items():
        assert np.isclose(columns[f"{kind} of the title"], np.log1p(count)), kind
    assert np.isclose(columns["letters of the description"], np.log1p(2))


@pytest.mark.parametrize(
    "same",
    ["new bag 2pcs", "NEW  BAG, 2pcs!", "ｎｅｗ bag 2pcs", "new bag 2pcs \U0001f45c"],
)
def test_case_width_and_punctuation_do_not_matter(same):
    np.testing.assert_array_equal(
        style_features([Listing(same)]), style_features([Listing("new bag 2pcs")])
    )


def test_japanese_letters_count():
    assert np.isclose(
        _style(Listing("新品のバッグ"))["letters of the title"], np.log1p(6)
    )


def test_condition_and_photos_are_there():
    columns = _style(Listing(condition="poor", photos=(Photo(b"x"),)))

    assert (columns["condition"], columns["photos"]) == (4, np.log1p(np.float32(1)))
    assert _style(Listing())["condition"] == -1


@pytest.mark.parametrize(
    ("condition", "rank"),
    [
        ("Like-New", 1),
        ("New with tags", 0),
        ("中古品-良い", 2),
        ("Defekt", 4),
        ("blue", -1),
    ],
)
def test_the_words_of_a_shop_have_a_rank(condition, rank):
    assert _style(Listing(condition=condition))["condition"] == rank


def test_a_condition_is_read_by_models_that_may_read_it():
    columns = style_features([Listing(condition="poor")], ("price",))
    assert columns[:, COLUMNS.index("condition")] == -1


def test_a_listing_has_the_same_style_in_any_batch():
    rows = [Listing("One", "two 3"), Listing(), Listing("\ud83d half", "ÄÖ!")]
    alone = np.concatenate([style_features([row]) for row in rows])

    np.testing.assert_array_equal(style_features(rows), alone)


def test_no_listings_have_no_rows():
    assert style_features([]).shape == (0, len(COLUMNS))


def test_a_price_is_read_where_it_may_be():
    [price_columns] = style_features([Listing(price=24.99)], ("price",))[
        :, LATE_COLUMNS
    ].tolist()

    assert np.allclose(price_columns, [np.log1p(24.99), 4, 99])
    assert style_features([Listing(price=24.99)])[:, LATE_COLUMNS].tolist() == [
        [-1, -1, -1]
    ]
