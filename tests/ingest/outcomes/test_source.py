"""Kept listings become rows with the labels that stand at the end."""

from datetime import timedelta

import pytest

from common.errors import InputError
from common.photos.reading import read_bytes
from common.progress import ignore_progress
from common.snapshot import SPLITS
from ingest.date_range import DateRange
from ingest.ingest import Options
from ingest.outcomes.source import ingest_outcomes
from tests.ingest.outcomes.shop import RELEASE, START, Shop, make_photo


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


@pytest.fixture
def ingest(shop, tmp_path):
    """Make a snapshot of the shop."""

    def run(database=shop.database, **options):
        return ingest_outcomes(
            database,
            shop.photos,
            tmp_path / "out",
            Options(**options),
            ignore_progress,
        )

    return run


def listings(snapshot):
    return {row.listing_id: row for split in SPLITS for row in snapshot.read(split)}


def values(snapshot, column, *splits):
    shards = [snapshot.columns(split, [column]) for split in splits or SPLITS]
    return [value for shard in shards for (part,) in shard for value in part]


def test_the_profile_names_no_option_of_tables(shop, ingest):
    shop.put_up(price=9.0, currency="EUR")
    page = (ingest().path / "profile.md").read_text(encoding="utf-8")
    assert "- prices: those of the item alone\n" in page


def test_labels_are_what_stands_at_the_end(shop, ingest):
    entered = {"category": "Home", "brand": "Nike", "condition": "good", "price": 9.0}
    request = shop.put_up(listing="m1", **entered)
    shop.choose(request, "category", "Home/Lamps")
    shop.choose(request, "brand", None, "ignored")
    shop.ask(request, "m1", 12.5)

    row = listings(ingest())["r1"]

    assert (row.title, row.category) == ("lamp 1", "Home/Lamps")
    assert (row.brand, row.condition) == ("Nike", "good")
    assert (row.price, row.currency, row.seller_id) == (12.5, "EUR", "u-1")


def test_a_listing_that_was_listed_again_is_one_row_as_it_was_last(shop, ingest):
    first = shop.put_up(listing="m1", category="Home")
    shop.put_up(listing="m1", category="Toys")
    shop.put_up(listing="m1", seller="u-2", category="Shoes")
    shop.sell(first, "m1", days=3)

    snapshot = ingest()

    assert sorted(values(snapshot, "category")) == ["Shoes", "Toys"]
    assert snapshot.manifest.rows["merged"] == 1
    sold = [time for time in values(snapshot, "sold_at") if time]
    assert sold == [START + timedelta(minutes=2, days=3)]


def test_a_sale_without_days_has_the_time_of_its_event(shop, ingest):
    request = shop.put_up(listing="m1")
    shop.sell(request, "m1", days=None)

    assert values(ingest(), "sold_at") == [START + timedelta(minutes=1)]


def test_photos_are_read_from_where_they_were_kept(shop, ingest):
    photo = make_photo(1)
    shop.put_up(listing="m1", photos=[photo, make_photo(2)])

    snapshot = ingest()

    assert snapshot.manifest.photos["stored"] == 2
    assert read_bytes(listings(snapshot)["r1"].photos[0]) == photo


def test_a_photo_that_is_gone_costs_no_row(shop, ingest, tmp_path):
    shop.put_up(listing="m1", photos=[make_photo(1)])
    (tmp_path / "kept").rename(tmp_path / "elsewhere")

    snapshot = ingest()

    assert list(listings(snapshot)) == ["r1"]
    assert snapshot.manifest.photos["missing"] == 1


def test_rows_of_a_range_of_dates_are_taken(shop, ingest):
    for _ in range(3):
        shop.put_up()
    second = START + timedelta(minutes=2)
    minute = DateRange(since=second, until=second + timedelta(minutes=1))

    assert values(ingest(dates=minute), "title") == ["lamp 2"]


def test_rows_of_a_seller_are_on_one_side(shop, ingest):
    for number in range(60):
        shop.put_up(seller=f"u-{number % 20}")

    snapshot = ingest(fractions=(0.6, 0.2, 0.2))

    sellers = [set(values(snapshot, "seller_id", split)) for split in SPLITS]
    assert all(sellers)
    assert sum(map(len, sellers)) == 20


def test_the_manifest_counts_how_labels_came_about(shop, ingest):
    for number in range(4):
        policy, action = ("greedy", "accepted") if number else ("holdout", "entered")
        request = shop.put_up(brand="NIKE")
        shop.show(request, policy, brand="Puma" if number == 3 else "Nike")
        shop.choose(request, "brand", "nike", action)
    shop.put_up()

    choices = ingest().manifest.source["choices"]

    assert choices["policies"] == {"greedy": 3, "holdout": 1, "unknown": 1}
    assert choices["actions"] == {"brand": {"accepted": 3, "entered": 1}}
    assert choices["accepted_from"] == {"brand": {RELEASE: 3}}
    assert choices["comparable"] == {"brand": {"greedy": 3, "holdout": 1}}
    assert choices["agreeing"] == {"brand": {"greedy": 2, "holdout": 1}}


def test_the_same_listings_give_the_same_id(shop, ingest, tmp_path):
    for number in range(30):
        shop.put_up(seller=f"u-{number}", category="Home")
    first = ingest()
    first.path.rename(tmp_path / "first")

    assert ingest().id == first.id


def test_a_listing_that_is_erased_while_rows_are_read_moves_no_other(shop, ingest):
    for number in range(3):
        shop.put_up(category=f"kind {number}")

    class Erasing:
        """Loses its first listing after rows were sampled."""

        n_reads = 0
        read = shop.database.read

        def read_listings(self, *dates):
            self.n_reads += 1
            return list(shop.database.read_listings(*dates))[self.n_reads > 2 :]

    rows = listings(ingest(Erasing()))

    expected = {f"r{number + 1}": f"kind {number}" for number in range(3)}
    assert {name: row.category for name, row in rows.items()} == expected


def test_a_shop_that_keeps_nothing_is_told_what_to_set(shop, ingest):
    with pytest.raises(
        InputError, match="nothing that sellers listed is kept: .*drain"
    ):
        ingest()
    shop.photos = ""
    with pytest.raises(InputError, match="LISTREC_KEEP_LISTINGS is not set"):
        ingest()
