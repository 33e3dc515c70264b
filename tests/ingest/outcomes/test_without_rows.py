"""A snapshot is written anew without erased rows, and with nothing else changed."""

from datetime import timedelta

import pytest

from common.photos.reading import read_bytes
from common.progress import ignore_progress
from common.snapshot import SPLITS, Snapshot
from common.store.artifacts import MANIFEST
from ingest.ingest import Options
from ingest.outcomes.source import ingest_outcomes
from ingest.outcomes.without_rows import has_rows, rows_of, write_without
from tests.ingest.outcomes.bytes_of_files import files_with
from tests.ingest.outcomes.shop import START, Shop, make_photo


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    """Listings of four sellers with photos, and one of nobody."""
    home = tmp_path_factory.mktemp("shop")
    shop = Shop(home)
    for number in range(12):
        seller = f"seller-{number % 4}"
        fields = {"category": "Home", "price": 5.0, "currency": "EUR"}
        photos = [make_photo(0), make_photo(number)]
        # A category of eleven levels is dropped, and listed with its text.
        if number == 1:
            fields["category"] = "/".join(["dropped-of-1"] * 11)
        shop.put_up(listing=f"m{number}", seller=seller, photos=photos, **fields)
    shop.put_up(seller="")
    out, options = home / "out", Options(fractions=(0.5, 0.25, 0.25))
    return ingest_outcomes(shop.database, shop.photos, out, options, ignore_progress)


def rows(snapshot):
    """Return the rows of each split, with the content of their photos."""
    return {
        split: [
            (row.listing_id, row.seller_id, row.price, *map(read_bytes, row.photos))
            for row in snapshot.read(split)
        ]
        for split in SPLITS
    }


def test_the_other_rows_stay_in_their_splits_with_their_photos(snapshot, tmp_path):
    expected = {
        split: [row for row in kept if row[1] != "seller-1"]
        for split, kept in rows(snapshot).items()
    }

    made = write_without(snapshot, rows_of("seller-1"), tmp_path / "new")

    assert rows(Snapshot.open(made.path)) == expected
    assert made.id != snapshot.id
    assert made.manifest.rows["accepted"] == made.manifest.rows["read"] == 10
    assert made.manifest.photos["referenced"] == 18
    assert made.manifest.split == snapshot.manifest.split


def test_no_file_has_anything_of_the_seller(snapshot, tmp_path):
    needles = [b"seller-1", b"lamp 2", b"dropped-of-1", make_photo(1)]
    assert all(files_with(snapshot.path, needle) for needle in needles)

    write_without(snapshot, rows_of("seller-1"), tmp_path / "new")

    assert files_with(tmp_path, *needles) == []
    assert files_with(tmp_path, b"seller-2")


def test_the_listing_of_a_request_without_a_seller_is_left_out(snapshot, tmp_path):
    made = write_without(snapshot, rows_of("", "r13"), tmp_path / "new")

    assert made.manifest.rows["accepted"] == 12
    assert not has_rows(made, rows_of("", "r13"))


def test_rows_from_after_a_time_stay(snapshot, tmp_path):
    erased = rows_of("seller-1", before=START + timedelta(minutes=6))

    made = write_without(snapshot, erased, tmp_path / "new")

    # The rows of the seller are those of the minutes 2, 6 and 10.
    assert made.manifest.rows["accepted"] == 12
    assert not has_rows(made, erased)


def test_the_same_rows_have_the_same_id_again(snapshot, tmp_path):
    first, again = (
        write_without(snapshot, rows_of("seller-1"), tmp_path / name)
        for name in ("first", "again")
    )

    assert first.id == again.id


def test_nothing_is_written_where_no_row_is_left(snapshot, tmp_path):
    for number in range(4):
        erased = rows_of(f"seller-{number}")
        snapshot = write_without(snapshot, erased, tmp_path / str(number))

    assert write_without(snapshot, rows_of("", "r13"), tmp_path / "none") is None
    assert not (tmp_path / "none" / MANIFEST).exists()


def test_keys_that_a_table_would_read_as_something_else_are_erased_as_they_are(
    tmp_path,
):
    shop = Shop(tmp_path)
    for seller in ("null", "1.0", "1", "u-1", "u-2"):
        shop.put_up(seller=seller, category="Home")
    options = Options(fractions=(0.5, 0.25, 0.25))
    snapshot = ingest_outcomes(
        shop.database, shop.photos, tmp_path / "out", options, ignore_progress
    )

    made = write_without(snapshot, rows_of("null"), tmp_path / "without-null")
    made = write_without(made, rows_of("1.0"), tmp_path / "without-both")

    kept = {row.seller_id for split in SPLITS for row in made.read(split)}
    assert kept == {"1", "u-1", "u-2"}
