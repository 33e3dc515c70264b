"""Who belongs together stays together."""

import pytest

from common.errors import InputError
from common.listing import Listing
from common.splits import Splitter, group_key, parse_fractions


def test_titles_of_the_same_words_are_one_group():
    keys = {
        group_key(Listing(title=title))
        for title in ("Red DRESS, new!", "new red dress", "ｎｅｗ dress red red")
    }
    assert len(keys) == 1


def test_a_seller_holds_all_their_listings_together():
    one, two = (
        Listing(title="vase", seller_id="s1"),
        Listing(title="boots", seller_id="s1"),
    )
    assert group_key(one) == group_key(two) != group_key(Listing(title="vase"))


def test_a_row_without_words_is_grouped_by_its_description_then_its_id():
    assert group_key(Listing(title="⭐", description="Red dress")) == group_key(
        Listing(title="dress red")
    )
    assert group_key(Listing(listing_id="1")) != group_key(Listing(listing_id="2"))


def test_splits_by_the_fractions_and_the_seed():
    listings = [Listing(title=f"thing {number}") for number in range(4000)]
    drawn = [Splitter((0.7, 0.2, 0.1), 1).split(listing) for listing in listings]
    assert abs(drawn.count("train") / 4000 - 0.7) < 0.03
    assert abs(drawn.count("validation") / 4000 - 0.2) < 0.03
    assert drawn == [
        Splitter((0.7, 0.2, 0.1), 1).split(listing) for listing in listings
    ]
    assert drawn != [
        Splitter((0.7, 0.2, 0.1), 2).split(listing) for listing in listings
    ]


def test_a_share_of_nothing_gets_nothing():
    drawn = {
        Splitter((0.5, 0.5, 0.0), 3).split(Listing(title=f"t{n}")) for n in range(500)
    }
    assert drawn == {"train", "validation"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0.8",
        "0.8,0.2",
        "a,b,c",
        "0.8,0.1,0.2",
        "1.2,-0.1,-0.1",
        "nan,0,1",
        "0,0.5,0.5",
    ],
)
def test_refuses_what_are_no_three_shares(text):
    with pytest.raises(InputError, match="--split"):
        parse_fractions(text)


def test_rows_may_be_split_one_by_one():
    splitter = Splitter((0.5, 0.0, 0.5), seed=1, by_row=True)
    same = [
        Listing(title="red boots", seller_id="s", listing_id=str(i)) for i in range(200)
    ]
    drawn = [splitter.split(listing) for listing in same]
    assert 70 < drawn.count("train") < 130
