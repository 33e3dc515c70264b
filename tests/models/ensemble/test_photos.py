"""A head that reads photos: what it sees, what it learns, and how it blends."""

from dataclasses import replace

import numpy as np
import pytest

from common.listing import MODES, Listing, Photo
from common.nets.settings import NetSettings
from common.nets.targets import Target
from common.nets.training.module import NetModule
from common.progress import ignore_progress
from models.ensemble.predictor import used_fields
from models.ensemble.spec import EnsembleSpec, ngram_member, photo_member, vector_member
from models.ensemble.training.fit_head import fit_head, refit_on_all_rows

KINDS = ("shoes", "hat", "coat")
NET = NetSettings(width=16, epochs=20, batch_size=16, learning_rate=0.02, dropout=0.1)
MEMBERS = (ngram_member(NET), vector_member(NET), photo_member(NET))


class Eye:
    """Sees in a photo what its path names; one of five photos shows nothing."""

    id, modality, dimensions, frozen = "eye", "photo", 4, False

    def encode(self, listings):
        rows = [np.eye(4)[int(each.photos[0].path)] if each.photos else np.zeros(4)
                for each in listings]  # fmt: skip
        return np.array(rows, np.float32).reshape(-1, 4) * np.array([1, 1, 1, 0], np.float32)


def _shop(rows, seed):
    """Every listing shows what it is in its text, its photo, or both."""
    random, found = np.random.default_rng(seed), []
    for number in range(rows):
        kind = number % 3
        seen = random.choice(MODES)
        photo = Photo(path=str(kind if random.random() < 0.8 else 3))
        found.append(Listing(
            title=f"{KINDS[kind]} {random.integers(9)}" if seen != "photo" else "",
            photos=(photo,) if seen != "text" else (),
            category=KINDS[kind],
        ))  # fmt: skip
    return found


def _targets(listings):
    kinds = [KINDS.index(listing.category) for listing in listings]
    return [Target("kind", "classes", 3, np.array(kinds, float))]


@pytest.fixture(scope="module")
def fitted():
    plan = EnsembleSpec([Eye()], (), _targets, MEMBERS)
    fitted = fit_head(plan, _shop(300, 0), _shop(120, 1), ignore_progress)
    return fitted.head, fitted.validation


def _answer(head, listings):
    inputs = head.features.transform(listings)
    found = head.probabilities("kind", head.scores(inputs)["kind"], inputs).probabilities
    return found, used_fields(listings, inputs, head.features.fields)


def test_it_answers_from_text_from_a_photo_and_from_both(fitted):
    asked = [
        Listing("hat 3"),
        Listing(photos=(Photo(path="1"),)),
        Listing("hat 3", photos=(Photo(path="1"),)),
    ]
    found, used = _answer(fitted[0], asked)
    assert found.argmax(axis=1).tolist() == [1, 1, 1]
    assert (found[:, 1] > 0.8).all()
    assert used == [("text",), ("photo",), ("text", "photo")]


def test_a_photo_that_shows_nothing_is_not_used(fitted):
    found, used = _answer(
        fitted[0], [Listing("hat 3", photos=(Photo(path="3"),)), Listing("hat 3")]
    )
    np.testing.assert_allclose(found[0], found[1], atol=1e-6)
    assert used == [("text",), ("text",)]


def test_there_is_a_pool_for_every_way_to_see_a_listing(fitted):
    head, held = fitted
    assert head.features.modes == MODES
    assert [(part.mode, part.is_full) for part in held] == [
        (mode, is_full) for mode in MODES for is_full in (True, False)
    ]
    assert all(len(pools) == 3 for pools in (head.blends["kind"].early, head.blends["kind"].full))


def test_validation_rows_are_held_only_as_they_can_be_seen(fitted):
    for part in fitted[1]:
        assert part.listings
        assert all(bool(each.title) == (part.mode != "photo") for each in part.listings)
        assert all(bool(each.photos) == (part.mode != "text") for each in part.listings)


def test_without_a_photo_encoder_no_net_waits_for_photos():
    plan = EnsembleSpec([], (), _targets, MEMBERS)
    head = fit_head(plan, _shop(60, 0), _shop(30, 1), ignore_progress).head
    assert list(head.members) == ["ngrams"]
    assert head.features.modes == ("text",)


def test_in_training_some_rows_lose_the_vectors_of_text_or_of_photos(fitted):
    inputs = fitted[0].features.transform([Listing("hat", photos=(Photo(path="1"),))] * 400)
    both = {"text": np.ones((400, 2), np.float32), "photo": np.ones((400, 2), np.float32)}
    inputs = type(inputs)(inputs.text, inputs.fields, inputs.weights, both)
    settings = NetSettings(modality_dropout=0.5)
    kinds = Target("kind", "classes", 3, np.zeros(400))
    layers = NetModule(inputs, (kinds,), ("text_vectors", "photo_vectors"), settings)
    seen = layers._vectors(inputs, np.arange(400), np.random.default_rng(0))
    text, photo = (seen[name].any(axis=1) for name in ("text_vectors", "photo_vectors"))
    assert (text | photo).all()
    assert 0.18 < np.mean(~text) < 0.32
    assert 0.18 < np.mean(~photo) < 0.32


def test_members_are_trained_again_on_held_out_rows_and_weighed_as_before():
    rows, held_out = _shop(60, 0), _shop(30, 1)
    held_out += [replace(row, title=f"sombrero {number}", photos=(), category=KINDS[0])
                 for number, row in enumerate(held_out)]  # fmt: skip
    plan = EnsembleSpec([], (), _targets, MEMBERS)
    head = fit_head(plan, rows, held_out, ignore_progress).head
    again = refit_on_all_rows(plan, head, rows + held_out, ignore_progress)
    sombrero = [Listing("sombrero")]
    assert _answer(again, sombrero)[0][0, 0] > _answer(head, sombrero)[0][0, 0] + 0.1
    assert again.blends == head.blends
