"""Linear models of many classes with a few weights for each n-gram."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from common.features.hashing import FIELD_SLOTS
from common.nets.inputs import EARLY_SLOTS, Inputs
from common.nets.sparse_linear import (
    EVIDENCE_SCALE,
    SparseLinear,
    keep_largest,
    load_sparse_linear,
)


def _weights(n_ngrams, n_classes=40, seed=0):
    random = np.random.default_rng(seed)
    return random.normal(size=(n_ngrams, n_classes)).astype(np.float32)


def _model(n_ngrams=50, n_classes=40, dimensions=3, n_characters=0):
    random = np.random.default_rng(0)
    characters = None
    if n_characters:
        characters = keep_largest(_weights(n_characters, n_classes, seed=1))
    return SparseLinear(
        "kind",
        keep_largest(_weights(n_ngrams, n_classes)),
        characters,
        random.normal(size=(6, n_classes)).astype(np.float32),
        random.normal(size=n_classes).astype(np.float32),
        random.dirichlet(np.ones(n_classes)).astype(np.float32),
        random.normal(size=(dimensions, n_classes)).astype(np.float32),
    )


def _inputs(n_rows=20, n_ngrams=50, dimensions=3):
    return Inputs(
        text=sparse.random(n_rows, n_ngrams, 0.2, "csr", np.float32, 0),
        fields=np.tile(np.arange(len(FIELD_SLOTS)) % 6, (n_rows, 1)),
        weights=np.zeros((n_rows, len(FIELD_SLOTS)), np.float32),
        vectors={"text": np.ones((n_rows, dimensions), np.float32)},
    )


def _log_probabilities(model, evidence):
    """Return the scores, written another way."""
    evidence = (evidence + model.bias).astype(np.float64)
    total = model.frequencies.astype(np.float64)
    for part in (evidence, evidence + model.frequencies):
        total = total + part / 2 + np.hypot(part / 2, EVIDENCE_SCALE)
    return np.log(total / 2)


def test_a_model_comes_back_as_it_was_packed():
    stored = _model().as_stored()
    again = load_sparse_linear("kind", stored.packed())
    inputs = _inputs()
    np.testing.assert_array_equal(
        again.forward(inputs)["kind"], stored.forward(inputs)["kind"]
    )
    assert (again.outputs, again.label_free) == (("kind",), True)


def test_rounding_changes_scores_little():
    model, inputs = _model(), _inputs()
    scores, stored = (
        each.forward(inputs)["kind"] for each in (model, model.as_stored())
    )
    np.testing.assert_allclose(stored, scores, atol=5e-2)


def test_a_model_without_vectors_reads_none():
    model, inputs = _model(dimensions=0).as_stored(), _inputs(dimensions=7)
    wanted = _log_probabilities(model, model.words.weigh(inputs.text))
    np.testing.assert_allclose(model.forward(inputs)["kind"], wanted, atol=1e-4)


def test_confirmed_fields_add_to_the_evidence():
    model, inputs = _model(dimensions=0), _inputs()
    evidence = model.words.weigh(inputs.text)
    added = model.fields[inputs.fields[:, EARLY_SLOTS]].sum(axis=1)
    confirmed = replace(inputs, weights=inputs.weights + np.float32(EARLY_SLOTS))
    np.testing.assert_allclose(
        model.forward(confirmed)["kind"],
        _log_probabilities(model, evidence + added),
        atol=1e-4,
    )


def test_characters_add_to_the_evidence():
    model, inputs = _model(dimensions=0, n_characters=30).as_stored(), _inputs()
    characters = sparse.random(20, 30, 0.3, "csr", np.float32, 1)
    added = model.evidence(replace(inputs, characters=characters))
    added -= model.evidence(inputs)
    assert model.characters is not None
    np.testing.assert_allclose(added, model.characters.weigh(characters), atol=1e-4)


@pytest.mark.parametrize("n_rows", [1, 5, 9000])
def test_each_ngram_keeps_the_weights_far_from_its_median(n_rows):
    weights = np.random.default_rng(1).normal(size=(n_rows, 50)).astype(np.float32)
    kept = keep_largest(weights, 4)
    shifted = np.abs(weights - np.median(weights, axis=1, keepdims=True))
    assert kept.weights.shape == (n_rows, 4)
    np.testing.assert_allclose(
        np.abs(kept.weights).sum(axis=1),
        np.sort(shifted)[:, -4:].sum(axis=1),
        rtol=1e-5,
    )


@given(st.integers(1, 16), st.integers(0, 30), st.integers(0, 99))
def test_up_to_16_classes_lose_nothing(n_classes, n_rows, seed):
    random = np.random.default_rng(seed)
    weights = random.integers(-3, 4, (n_rows, n_classes)).astype(np.float32)
    kept = keep_largest(weights).weigh(sparse.eye(n_rows, format="csr"))
    np.testing.assert_allclose(kept, weights, atol=1e-6)


def test_no_ngrams_leave_bias_and_frequencies():
    model = _model(n_ngrams=0, dimensions=0).as_stored()
    scores = model.forward(_inputs(n_ngrams=0))["kind"]
    wanted = _log_probabilities(model, np.zeros((20, 40)))
    np.testing.assert_allclose(scores, wanted, atol=1e-4)
