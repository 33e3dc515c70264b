"""Who belongs together stays together."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InputError
from common.groups import (
    KEYS,
    ROW_KEY,
    TEXT_KEY,
    TITLE_KEY,
    choose_group_key,
    group_key,
)
from common.listing import Listing
from common.snapshot import SPLITS
from common.splits import Splitter, fit_splitter, parse_fractions, read_splitter


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


def _shop(sellers, titles=None, description="as shown"):
    """One row for each seller of a list."""
    names = titles or [f"thing {number}" for number in range(len(sellers))]
    return [
        Listing(title, description, seller_id=seller, listing_id=str(number))
        for number, (seller, title) in enumerate(zip(sellers, names, strict=True))
    ]


def _counts(splitter, rows):
    drawn = [splitter.split(row) for row in rows]
    return [drawn.count(split) for split in SPLITS]


@pytest.mark.parametrize("sellers", [["a"], ["a"] * 9 + ["b"], ["a", "b", "c"]])
def test_the_rows_of_few_sellers_are_split_by_title(sellers):
    rows = _shop(sellers * 200)
    splitter, sentences = fit_splitter(rows, (0.8, 0.1, 0.1), seed=0)
    assert splitter.describe()["group_key"] == TITLE_KEY
    assert "have one seller" in sentences[0]
    assert min(_counts(splitter, rows)) > len(rows) * 0.06


def test_equal_titles_are_told_apart_by_descriptions_and_equal_texts_by_row():
    same = _shop(["a"] * 300, ["dress"] * 300)
    other = [replace(row, description=f"number {row.listing_id}") for row in same]
    assert choose_group_key(other)[0] == TEXT_KEY
    key, sentence = choose_group_key(same)
    assert key == ROW_KEY
    assert "copies of a listing may be in two splits" in sentence


def test_many_sellers_of_many_rows_are_split_as_always():
    rows = _shop([f"s{number % 700}" for number in range(6000)])
    splitter, sentences = fit_splitter(rows, (0.8, 0.1, 0.1), seed=3)
    usual = Splitter((0.8, 0.1, 0.1), 3)
    assert sentences == ()
    assert splitter.describe() == usual.describe()
    assert [splitter.split(row) for row in rows] == [usual.split(row) for row in rows]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("n_rows", "n_sellers"), [(50, 13), (200, 40), (200, 200)])
def test_a_small_shop_has_rows_in_every_split(n_rows, n_sellers, seed):
    rows = _shop([f"s{number % n_sellers}" for number in range(n_rows)])
    splitter, _ = fit_splitter(rows, (0.8, 0.1, 0.1), seed)
    _, validation, test = _counts(splitter, rows)
    assert 0.06 * n_rows <= validation <= 0.14 * n_rows
    assert 0.06 * n_rows <= test <= 0.14 * n_rows


@given(
    sizes=st.lists(st.integers(1, 60), min_size=1, max_size=40),
    seed=st.integers(0, 9),
    fractions=st.sampled_from([(0.8, 0.1, 0.1), (0.6, 0.4, 0.0), (0.5, 0.0, 0.5)]),
)
def test_groups_stay_together_and_the_manifest_draws_them_again(sizes, seed, fractions):
    rows = _shop([f"s{n}" for n, size in enumerate(sizes) for _ in range(size)])
    splitter, _ = fit_splitter(rows, fractions, seed)
    again = read_splitter(json.loads(json.dumps(splitter.describe())))
    drawn = [splitter.split(row) for row in rows]
    assert drawn == [again.split(row) for row in rows]

    key_of = KEYS[splitter.describe()["group_key"]]
    assert len(set(zip(map(key_of, rows), drawn, strict=True))) == len(
        set(map(key_of, rows))
    )
    wanted = {split for split, part in zip(SPLITS, fractions, strict=True) if part}
    assert set(drawn) <= wanted
    if len(set(map(key_of, rows))) >= 3:
        assert set(drawn) == wanted
