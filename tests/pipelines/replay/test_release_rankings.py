"""A release that is asked about kept listings."""

from datetime import UTC, datetime

from common.kept_listing import KeptListing, photo_path
from common.listing import Listing
from common.store.release import ReleaseStore
from common.store.storage import Storage
from ingest.outcomes.photos import StoredPhotos
from models.suggester import load
from pipelines.replay.release_rankings import rank_kept_listings
from tests.ingest.outcomes.shop import make_photo

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
PHOTO = photo_path("u1", make_photo(1))


def keep(request, photos=(), **fields):
    return KeptListing(request, "", "u1", NOON, fields, photos)


def test_listings_are_ranked_as_the_release_suggests(released_home, tmp_path):
    released = ReleaseStore(str(released_home / "store")).fetch(tmp_path / "cache")
    suggester = load(released, ["category"])
    storage = Storage(str(tmp_path))
    storage.write_bytes(PHOTO, make_photo(1))
    kept = [
        keep("r1", title="Nike running shoes", category="Women/Shoes/Boots"),
        keep("r2", photos=(PHOTO,)),
        keep("r3", photos=(photo_path("u1", b"lost"),)),
    ]

    rankings = rank_kept_listings(suggester, kept, StoredPhotos(storage))

    assert list(rankings) == ["r1", "r2"]
    shoes = Listing(title="Nike running shoes", listing_id="r1", seller_id="u1")
    [suggested] = suggester.predict([shoes], ["category"])["category"]
    expected = [each.value for each in suggested.candidates["category"]]
    assert rankings["r1"] == expected
    assert len(rankings["r2"]) == len(expected)
