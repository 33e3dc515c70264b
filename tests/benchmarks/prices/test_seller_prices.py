"""The seller's price, on invented listings and on real ones that are in two tables."""

import os
from pathlib import Path

import pytest

from benchmarks.prices.matched import Matched, read_tables, write_others
from benchmarks.prices.seller_prices import (
    INSIDE,
    MEAN_ERROR,
    METHODS,
    NEAR,
    SellerPrice,
    known_seller_price,
    score,
    suggested_seller_price,
)
from common.groups import group_key
from common.listing import FEE_INCLUDED, ITEM, Listing, PriceRange

KAGGLE = (
    "train_id\tname\titem_condition_id\tcategory_name\tbrand_name\tprice\tshipping"
    "\titem_description\n"
)
WOMEN = (
    "id\tname\titem_condition_id\tcategory_name\tbrand_name\tprice\tshipping\tseller"
    "\titem_description\n"
)
FEES = "train_id\tfee\n1\t4\n"


def match(payer="buyer", price=24.0, item_price=20.0, fee=4.0):
    listing = Listing("a cup", price=price, shipping_payer=payer)
    return Matched(listing, item_price, fee)


@pytest.fixture
def data(tmp_path):
    """A folder with both tables: row 1 is in both, and row 4 has its title."""
    folder = tmp_path / "data"
    for name in ("mercari", "mercari_women", "shipping"):
        (folder / name).mkdir(parents=True)
    kaggle = [
        f"{n}\tThe blue dress {n % 3}\t3\tWomen/Dresses\t\t{20 + n}.0\t{n % 2}\tWorn {n}\n"
        for n in range(40)
    ]
    kaggle[1] = kaggle[1].replace("21.0\t1", "24.0\t0")
    women = "7\tThe blue dress 1\t3\tWomen/Dresses\t\t20\t0\t5\tWorn 1\n"
    (folder / "mercari/train.tsv").write_text(KAGGLE + "".join(kaggle))
    (folder / "mercari_women/labelled.tsv").write_text(WOMEN + women)
    (folder / "shipping/mercari_fee.tsv").write_text(FEES)
    return folder


def test_the_two_tables_are_matched_and_say_what_their_prices_are(data, tmp_path):
    tables = read_tables(data, tmp_path)

    assert (tables.kaggle.price_basis, tables.women.price_basis) == (FEE_INCLUDED, ITEM)
    (found,) = tables.matched
    assert (found.listing.price, found.item_price, found.fee) == (24.0, 20.0, 4.0)
    assert known_seller_price(found, FEE_INCLUDED) == found.item_price


def test_no_listing_of_a_matched_group_is_learned_from(data, tmp_path):
    tables = read_tables(data, tmp_path)
    others = write_others(data, tables, tmp_path)

    learned = {group_key(row) for row in others.read("train")}
    assert others.price_basis == FEE_INCLUDED
    assert learned
    assert not learned & {group_key(found.listing) for found in tables.matched}


def test_a_fee_that_is_not_known_gives_no_price():
    assert known_seller_price(match(fee=None), FEE_INCLUDED) is None
    assert known_seller_price(match("seller", fee=None), FEE_INCLUDED) == 24.0


def test_the_suggested_fee_is_that_of_other_listings():
    rows = [match(fee=9.0), match(fee=4.0), match(fee=4.0)]
    price = PriceRange(30.0, 20.0, 40.0, "USD", basis=FEE_INCLUDED)

    ignored, suggested, known = [
        suggested_seller_price(method, rows[0], price, rows) for method in METHODS
    ]
    assert ignored == SellerPrice(30.0, 20.0, 40.0)
    assert suggested == SellerPrice(26.0, 16.0, 36.0)
    assert known == SellerPrice(21.0, 11.0, 31.0)


def test_nothing_is_taken_off_where_the_seller_pays():
    price = PriceRange(30.0, 20.0, 40.0, "USD", basis=FEE_INCLUDED)
    paid = match("seller", fee=None)

    prices = [suggested_seller_price(name, paid, price, [match()]) for name in METHODS]
    assert prices == [SellerPrice(30.0, 20.0, 40.0), None, None]


def test_errors_are_signed_and_shares_count_prices():
    prices = [SellerPrice(11.0, 9.0, 12.0), SellerPrice(30.0, 25.0, 40.0)]
    scores = score(prices, [10.0, 20.0])

    assert scores[MEAN_ERROR].mean == 5.5
    assert (scores[INSIDE].mean, scores[NEAR].mean) == (0.5, 0.5)


def test_real_seller_prices_are_those_of_the_other_table(tmp_path):
    folder = os.environ.get("LISTREC_DATA")
    if not folder:
        pytest.skip("LISTREC_DATA is not set")
    if not (Path(folder) / "mercari_women").is_dir():
        pytest.skip("mercari_women is not in LISTREC_DATA")

    tables = read_tables(Path(folder), tmp_path)
    basis = tables.kaggle.price_basis
    known = [
        (known_seller_price(found, basis), found.item_price) for found in tables.matched
    ]
    prices = [(price, truth) for price, truth in known if price is not None]

    assert len(prices) > 250
    assert [price for price, _ in prices] == [truth for _, truth in prices]
