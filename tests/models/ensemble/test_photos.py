"""A head with a photo encoder: modes, held-out rows and blending."""

import numpy as np
import pytest

from common.listing import MODES, Listing, Photo
from common.nets.settings import NetSettings
from common.nets.targets import Target
from common.progress import ignore_progress
from models.ensemble.predictor import read_parts
from models.ensemble.settings import LinearSettings
from models.ensemble.spec import EnsembleSpec, ngram_member, photo_member
from models.ensemble.training.fit_head import fit_head

KINDS = ("shoes", "hat", "coat")
NET = NetSettings(width=16, epochs=0.8, batch_size=32, learning_rate=0.02, dropout=0.1)
MEMBERS = (ngram_member(NET), photo_member(NET))
PENALTY = LinearSettings(penalties=(2.0,))
N_TRAIN, N_VALIDATION = 200, 80


class Eye:
    """Encodes a photo as the class that its path names; class 3 gives zeros."""

    id, modality, dimensions, frozen = "eye", "photo", 4, False

    def encode(self, listings):
        rows = [np.eye(4)[int(listing.photos[0].path)] if listing.photos else np.zeros(4)
                for listing in listings]  # fmt: skip
        return np.array(rows, np.float32).reshape(-1, 4) * np.array(
            [1, 1, 1, 0], np.float32
        )


def _shop(rows, seed):
    """Listings whose class follows from the text, the photo, or both."""
    random, listings = np.random.default_rng(seed), []
    for number in range(rows):
        kind = number % 3
        mode = random.choice(MODES)
        photo = Photo(path=str(kind if random.random() < 0.8 else 3))
        listings.append(Listing(
            title=f"{KINDS[kind]} {random.integers(9)}" if mode != "photo" else "",
            photos=(photo,) if mode != "text" else (),
            category=KINDS[kind],
        ))  # fmt: skip
    return listings


def _targets(listings):
    kinds = [KINDS.index(listing.category) for listing in listings]
    return [Target("kind", "classes", 3, np.array(kinds, float))]


@pytest.fixture(scope="module")
def fitted():
    spec = EnsembleSpec([Eye()], (), _targets, MEMBERS, PENALTY)
    return fit_head(spec, _shop(N_TRAIN, 0), _shop(N_VALIDATION, 1), ignore_progress)


def _predict(head, listings):
    inputs = head.features.transform(listings)
    probabilities = head.probabilities(
        "kind", head.scores(inputs)["kind"], inputs
    ).probabilities
    used, _ = read_parts(listings, inputs, head.features.fields)
    return probabilities, used


def test_it_predicts_from_text_from_a_photo_and_from_both(fitted):
    listings = [
        Listing("hat 3"),
        Listing(photos=(Photo(path="1"),)),
        Listing("hat 3", photos=(Photo(path="1"),)),
    ]
    probabilities, used = _predict(fitted.head, listings)
    assert probabilities.argmax(axis=1).tolist() == [1, 1, 1]
    assert (probabilities[:, 1] > 0.8).all()
    assert used == [("text",), ("photo",), ("text", "photo")]


def test_a_photo_that_shows_nothing_is_not_used(fitted):
    probabilities, used = _predict(
        fitted.head, [Listing("hat 3", photos=(Photo(path="3"),)), Listing("hat 3")]
    )
    np.testing.assert_allclose(probabilities[0], probabilities[1], atol=1e-6)
    assert used == [("text",), ("text",)]


def test_there_is_a_pool_for_every_mode(fitted):
    head, views = fitted.head, fitted.views
    assert head.features.modes == MODES
    assert [(part.mode, part.is_full) for part in views] == [
        (mode, is_full) for mode in MODES for is_full in (False, True)
    ]
    assert all(
        len(pools) == 3
        for pools in (head.blends["kind"].early, head.blends["kind"].full)
    )


def test_held_out_rows_have_only_what_their_mode_shows(fitted):
    for part in fitted.views:
        assert part.listings
        assert all(bool(row.title) == (part.mode != "photo") for row in part.listings)
        assert all(bool(row.photos) == (part.mode != "text") for row in part.listings)


def test_without_a_photo_encoder_no_member_reads_photos():
    spec = EnsembleSpec([], (), _targets, MEMBERS, PENALTY)
    head = fit_head(spec, _shop(60, 0), _shop(30, 1), ignore_progress).head
    assert list(head.members) == ["ngrams", "early.kind", "full.kind"]
    assert head.features.modes == ("text",)


def test_photos_are_scored_on_rows_that_their_encoder_has_not_seen(fitted):
    for view in fitted.views:
        assert (view.rows.min() >= N_TRAIN) == (view.mode != "text")


def test_texts_are_scored_on_all_rows(fitted):
    [early, full] = fitted.training
    with_text = [
        row.can_show("text") for row in _shop(N_TRAIN, 0) + _shop(N_VALIDATION, 1)
    ]
    assert (
        early.rows.tolist() == full.rows.tolist() == np.flatnonzero(with_text).tolist()
    )


def test_without_a_text_a_photo_alone_has_weight(fitted):
    names = [*fitted.head.members]
    [_, photo, _] = fitted.head.blends["kind"].full
    assert photo.weights[names.index("photos")] > 0.2


def test_without_a_photo_the_photo_member_has_no_weight(fitted):
    names = [*fitted.head.members]
    for pools in (fitted.head.blends["kind"].early, fitted.head.blends["kind"].full):
        assert pools[0].weights[names.index("photos")] == 0


def test_a_shop_of_photos_alone_is_learned():
    rows = [Listing(photos=row.photos, category=row.category)
            for row in _shop(160, 0) if row.photos]  # fmt: skip
    spec = EnsembleSpec([Eye()], (), _targets, MEMBERS, PENALTY)
    head = fit_head(spec, rows[:70], rows[70:], ignore_progress).head
    probabilities, _ = _predict(head, [Listing(photos=(Photo(path="2"),))])
    assert probabilities[0].argmax() == 2
