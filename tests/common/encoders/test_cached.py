import numpy as np
import pytest

from common.encoders.cached import MIN_ROWS, cached, prune_cache, warm_cache
from common.listing import Listing, Photo


class Counting:
    """Encodes a text or the paths of photos to their length, and counts the listings."""

    id, dimensions = "counting", 2

    def __init__(self, modality="text"):
        self.modality, self.n_encoded = modality, 0

    def encode(self, listings):
        self.n_encoded += len(listings)
        sizes = [
            len(listing.title) + sum(len(p.path) for p in listing.photos)
            for listing in listings
        ]
        return np.array([[size, 1] for size in sizes], np.float32).reshape(-1, 2)


TEXTS = [Listing("x" * length, brand="B") for length in range(MIN_ROWS)]


def test_nothing_is_encoded_twice_in_this_process_or_the_next(tmp_path):
    encoder = Counting()
    first = cached(encoder, tmp_path)
    wanted = first.encode(TEXTS)
    np.testing.assert_array_equal(first.encode(TEXTS[::-1]), wanted[::-1])
    np.testing.assert_array_equal(cached(encoder, tmp_path).encode(TEXTS), wanted)
    assert encoder.n_encoded == len(TEXTS)
    np.testing.assert_array_equal(wanted, Counting().encode(TEXTS))


def test_what_is_new_among_the_known_is_encoded(tmp_path):
    encoder = Counting()
    cached(encoder, tmp_path).encode(TEXTS)
    vectors = cached(encoder, tmp_path).encode([TEXTS[3], Listing("new one"), TEXTS[5]])
    assert vectors[:, 0].tolist() == [3, 7, 5]
    assert encoder.n_encoded == len(TEXTS) + 1


def test_photos_are_known_by_their_content_whatever_the_snapshot(tmp_path):
    encoder = Counting("photo")
    paths = [f"photos/00000.zip/{number:064x}.jpg" for number in range(MIN_ROWS)]
    monday = [Listing("a", photos=(Photo(path=f"monday/{path}"),)) for path in paths]
    friday = [Listing("b", photos=(Photo(path=f"friday/{path}"),)) for path in paths]
    wanted = cached(encoder, tmp_path).encode(monday)
    np.testing.assert_array_equal(cached(encoder, tmp_path).encode(friday), wanted)
    assert encoder.n_encoded == MIN_ROWS


@pytest.mark.parametrize("photo", [Photo(b"bytes"), Photo(path="upload.jpg")])
def test_a_photo_without_such_a_name_is_encoded_each_time(tmp_path, photo):
    encoder = Counting("photo")
    rows = [Listing(photos=(photo,))] * MIN_ROWS
    cached(encoder, tmp_path).encode(rows)
    cached(encoder, tmp_path).encode(rows)
    assert encoder.n_encoded == 2 * MIN_ROWS


def test_few_new_vectors_leave_no_files_and_no_listing_is_no_trouble(tmp_path):
    encoder = cached(Counting(), tmp_path)
    assert encoder.encode([]).shape == (0, 2)
    encoder.encode(TEXTS[: MIN_ROWS - 1])
    assert not list(tmp_path.rglob("*.npy"))


def test_vectors_of_encoders_that_nobody_uses_are_deleted(tmp_path):
    cached(Counting(), tmp_path).encode(TEXTS)
    prune_cache(tmp_path, ["counting"])
    assert (tmp_path / "vectors" / "counting").is_dir()
    prune_cache(tmp_path, [])
    assert not list((tmp_path / "vectors").iterdir())
    prune_cache(tmp_path / "nowhere", [])


def test_half_written_vectors_of_another_process_are_not_read(tmp_path):
    encoder = Counting()
    cached(encoder, tmp_path).encode(TEXTS)
    (tmp_path / "vectors" / "counting" / ".draft-of-another").mkdir()
    cached(encoder, tmp_path).encode(TEXTS)
    assert encoder.n_encoded == len(TEXTS)


def test_a_warm_cache_holds_all_splits_and_says_how_far_it_is(tmp_path):
    class Snapshot:
        def count(self, split):
            return len(TEXTS)

        def batches(self, split, size):
            yield TEXTS

    encoder, reports = Counting(), []
    warm_cache(
        cached(encoder, tmp_path), Snapshot(), lambda *report: reports.append(report)
    )
    assert encoder.n_encoded == len(TEXTS)
    assert reports[0] == (f"encoding {len(TEXTS)} of {3 * len(TEXTS)} listings", 1 / 3)
    assert reports[-1][1] == 1
