"""Linear members of many classes, and the choice of penalties."""

import numpy as np
import pytest

from common.listing import Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.inputs import EARLY_SLOTS, keep_early_fields
from common.nets.targets import MISSING, Target
from models.ensemble.training import many_classes
from models.ensemble.training.linear import SCORE_SCALE, LinearChoice, train_linear
from models.ensemble.training.many_classes import can_fit, train_sparse_linear

WORDS = [f"word{number}" for number in range(30)]
ROWS = [
    Listing(f"{WORDS[number % 30]} {WORDS[number * 7 % 30]} {number % 5}")
    for number in range(300)
]


class Frozen:
    """Encodes to one of three vectors; learned nothing from labels."""

    id, modality, dimensions, frozen = "frozen", "text", 3, True

    def encode(self, listings):
        numbers = [sum(map(ord, listing.title)) % 3 for listing in listings]
        return np.eye(3, dtype=np.float32)[numbers]


def _target(size, n_present=None):
    classes = np.arange(len(ROWS)) % 30 % (n_present or size)
    return Target("kind", "classes", size, classes.astype(float))


@pytest.fixture(scope="module")
def inputs():
    return FeatureExtractor(()).fit_transform(ROWS)


def _train(inputs, target):
    return train_sparse_linear(inputs, target, LinearChoice(1.0, with_characters=True))


def _dense_evidence(inputs, target):
    """Return the evidence by the weights of all classes."""
    dense = train_linear(inputs, target, 1.0, EARLY_SLOTS)
    scores = dense.forward(inputs)["kind"] - dense.arrays["bias"]
    return scores / SCORE_SCALE


@pytest.mark.parametrize("size", [2, 5, 16])
def test_up_to_16_classes_evidence_is_the_dense_one(inputs, size):
    evidence = _train(inputs, _target(size)).evidence(inputs)
    dense = _dense_evidence(inputs, _target(size))
    np.testing.assert_allclose(evidence, dense, atol=0.01)


def test_more_classes_are_ranked_first_as_by_all_weights(inputs):
    scores = _train(inputs, _target(30)).forward(inputs)["kind"]
    dense = _dense_evidence(inputs, _target(30))
    assert np.mean(scores.argmax(axis=1) == dense.argmax(axis=1)) > 0.99


def test_it_learns_what_can_be_learned(inputs):
    target = _target(30)
    scores = _train(inputs, target).forward(inputs)["kind"]
    assert np.mean(scores.argmax(axis=1) == target.values) > 0.98


@pytest.mark.parametrize(("size", "n_present"), [(3, 2), (16, 8), (30, 12), (30, 29)])
def test_an_absent_class_is_never_first_and_improbable(inputs, size, n_present):
    scores = _train(inputs, _target(size, n_present)).forward(inputs)["kind"]
    absent, present = scores[:, n_present:], scores[:, :n_present]
    assert (absent.max(axis=1) < present.max(axis=1)).all()
    assert absent.max() < np.log(0.02)


def test_one_class_alone_is_scored_first(inputs):
    scores = _train(inputs, _target(4, 1)).forward(inputs)["kind"]
    assert (scores.argmax(axis=1) == 0).all()


def test_rows_without_a_label_teach_nothing(inputs):
    values = _target(30).values.copy()
    values[150:] = MISSING
    half = _train(inputs.take(np.arange(150)), _target(30).take(np.arange(150)))
    marked = _train(inputs, Target("kind", "classes", 30, values))
    np.testing.assert_allclose(
        half.words.weigh(inputs.text), marked.words.weigh(inputs.text), atol=1e-5
    )


def test_frozen_vectors_are_read_as_they_are_served():
    inputs = FeatureExtractor((), [Frozen()]).fit_transform(ROWS)
    classes = inputs.vectors["text"].argmax(axis=1).astype(float)
    model = _train(inputs, Target("kind", "classes", 3, classes))
    assert model.vectors.shape == (3, 3)
    assert (model.forward(inputs)["kind"].argmax(axis=1) == classes).all()


def test_more_rows_than_a_kernel_holds_are_fitted_while_there_is_time(
    inputs, monkeypatch
):
    monkeypatch.setattr(many_classes, "MAX_DIRECT_ROWS", 100)
    assert can_fit(inputs, _target(30))
    monkeypatch.setattr(many_classes, "MAX_WORK", inputs.text.nnz * 30 - 1)
    assert not can_fit(inputs, _target(30))
    assert can_fit(inputs, _target(5))


def test_more_rows_than_a_kernel_holds_are_learned_as_well(inputs, monkeypatch):
    monkeypatch.setattr(many_classes, "MAX_DIRECT_ROWS", 100)
    target = _target(30, n_present=29)
    scores = _train(inputs, target).forward(inputs)["kind"]
    assert np.mean(scores.argmax(axis=1) == target.values) > 0.98
    assert (scores[:, 29] < scores[:, :29].max(axis=1)).all()


def test_late_fields_explain_what_words_do_not():
    random = np.random.default_rng(0)
    leaves = random.choice(["Bags", "Shoes", "Toys"], 300)
    rows = [Listing(random.choice(WORDS), category=leaf) for leaf in leaves]
    inputs = FeatureExtractor(("category",)).fit_transform(rows)
    classes = np.unique(leaves, return_inverse=True)[1].astype(float)
    model = _train(inputs, Target("kind", "classes", 12, classes))

    full = model.forward(inputs)["kind"].argmax(axis=1)
    early = model.forward(keep_early_fields(inputs))["kind"].argmax(axis=1)
    assert (full == classes).all()
    assert np.mean(early == classes) < 0.6
