"""Support vector machines of many classes."""

import numpy as np
import pytest

from common.listing import Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.sparse_linear import keep_largest
from common.nets.targets import MISSING, Target
from models.ensemble.training import svm
from models.ensemble.training.svm import svm_fits, train_svm

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


def _dense_margins(inputs, target, monkeypatch):
    """Return the model, and the margins by the weights of all classes."""
    kept = []

    def remember(weights):
        kept.append(weights)
        return keep_largest(weights)

    monkeypatch.setattr(svm, "keep_largest", remember)
    model = train_svm(inputs, target, 1.0)
    return model, inputs.text @ kept[0] + model.bias


@pytest.mark.parametrize("size", [2, 5, 16])
def test_up_to_16_classes_margins_are_the_dense_ones(inputs, size, monkeypatch):
    model, dense = _dense_margins(inputs, _target(size), monkeypatch)
    np.testing.assert_allclose(model.margins(inputs), dense, atol=1e-5)


def test_more_classes_are_ranked_first_as_by_the_dense_margins(inputs, monkeypatch):
    model, dense = _dense_margins(inputs, _target(30), monkeypatch)
    scores = model.forward(inputs)["kind"]
    assert np.mean(scores.argmax(axis=1) == dense.argmax(axis=1)) > 0.99


def test_it_learns_what_can_be_learned(inputs):
    target = _target(30)
    scores = train_svm(inputs, target, 1.0).forward(inputs)["kind"]
    assert np.mean(scores.argmax(axis=1) == target.values) > 0.98


@pytest.mark.parametrize(("size", "n_present"), [(3, 2), (16, 8), (30, 12), (30, 29)])
def test_an_absent_class_scores_below_all_others(inputs, size, n_present):
    scores = train_svm(inputs, _target(size, n_present), 1.0).forward(inputs)["kind"]
    absent, present = scores[:, n_present:], scores[:, :n_present]
    assert (absent.max(axis=1) < present.max(axis=1)).all()
    assert np.mean(absent.max(axis=1) < np.median(present, axis=1)) > 0.9


def test_one_class_alone_is_scored_first(inputs):
    scores = train_svm(inputs, _target(4, 1), 1.0).forward(inputs)["kind"]
    assert (scores.argmax(axis=1) == 0).all()


def test_rows_without_a_label_teach_nothing(inputs):
    values = _target(30).values.copy()
    values[150:] = MISSING
    half = train_svm(inputs.take(np.arange(150)), _target(30).take(np.arange(150)), 1.0)
    marked = train_svm(inputs, Target("kind", "classes", 30, values), 1.0)
    assert abs(half.words.matrix - marked.words.matrix).max() < 1e-6


def test_frozen_vectors_are_read_as_they_are_served():
    inputs = FeatureExtractor((), [Frozen()]).fit_transform(ROWS)
    classes = inputs.vectors["text"].argmax(axis=1).astype(float)
    model = train_svm(inputs, Target("kind", "classes", 3, classes), 1.0)
    assert model.vectors.shape == (3, 3)
    assert (model.forward(inputs)["kind"].argmax(axis=1) == classes).all()


def test_too_many_weights_are_not_fitted(inputs, monkeypatch):
    assert svm_fits(inputs, _target(30))
    monkeypatch.setattr(svm, "MAX_WEIGHTS", inputs.text.shape[1] * 30 - 1)
    assert not svm_fits(inputs, _target(30))
