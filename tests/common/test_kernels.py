"""The compiled inner loops give what numpy gives, and refuse what it refuses."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from common import kernels
from common.calibration import state_probabilities
from common.features import hashing
from common.features.vocabulary import fit_columns
from common.nets.inputs import Inputs
from common.nets.label_encoding import top_k
from common.nets.net import Net, join, weighted_sums
from common.nets.sparse_linear import keep_largest
from common.nets.tables import QuantisedTable, multiply
from models.ensemble.boosted_trees import BoostedTrees

pytestmark = pytest.mark.skipif(
    kernels.native is None,
    reason="listrec-native is not installed: pip install ./native",
)

SIZES = st.integers(0, 12)
SEEDS = st.integers(0, 2**32 - 1)
TEXTS = st.lists(
    st.tuples(
        st.text(max_size=30),
        st.text(st.sampled_from("ab 1&-.漢字かなカナ🙂\ud800"), max_size=30),
    ),
    max_size=5,
)
CLOSE = 1e-6


def _both(function):
    """Return what a function gives with the compiled loops and without."""
    compiled = function()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "native", None)
        return compiled, function()


def _ngrams(random, n_rows, n_columns):
    counts = sparse.random(
        n_rows, n_columns, 0.3, "csr", np.float32, random_state=random
    )
    counts.indices = counts.indices.astype(np.int32)
    counts.indptr = counts.indptr.astype(np.int32)
    return counts


def _assert_same_view(compiled, wanted):
    np.testing.assert_array_equal(compiled.rows, wanted.rows)
    np.testing.assert_array_equal(compiled.buckets, wanted.buckets)
    np.testing.assert_array_equal(compiled.weights, wanted.weights)


@given(TEXTS)
@settings(deadline=None)
def test_texts_have_the_same_hashes(texts):
    compiled, wanted = _both(lambda: hashing._hash_texts(texts))
    for view, wanted_view in zip(compiled, wanted, strict=True):
        _assert_same_view(view, wanted_view)

    documents = [" ".join(pair).strip() for pair in texts]
    _assert_same_view(*_both(lambda: hashing._hash_characters(documents)))


@given(TEXTS, TEXTS)
@settings(deadline=None)
def test_tf_idf_is_the_same(texts, others):
    columns = fit_columns([hashing._hash_texts(texts)], len(texts), min_rows=1)
    views = hashing._hash_texts(texts + others)
    n_rows = len(texts + others)

    compiled, wanted = _both(lambda: columns.tfidf(views, n_rows))

    np.testing.assert_array_equal(compiled.indptr, wanted.indptr)
    np.testing.assert_array_equal(compiled.indices, wanted.indices)
    np.testing.assert_allclose(compiled.data, wanted.data, rtol=CLOSE, atol=CLOSE)


@given(SIZES, SEEDS)
@settings(deadline=None)
def test_largest_values_are_the_same_and_the_first_of_equals(n_rows, seed):
    random = np.random.default_rng(seed)
    values = random.integers(0, 6, (n_rows, 9)).astype(np.float32) / 8

    (indices, highest), (wanted, wanted_highest) = _both(lambda: top_k(values, 5))

    np.testing.assert_array_equal(indices, wanted)
    np.testing.assert_array_equal(highest, wanted_highest)


@given(
    st.lists(st.floats(0, 1), max_size=5),
    st.tuples(st.floats(0.001, 5), st.floats(0.001, 5), st.floats(-9, 9)),
)
@settings(deadline=None)
def test_probabilities_are_calibrated_alike(probabilities, beta):
    compiled, wanted = _both(lambda: state_probabilities(probabilities, beta))

    np.testing.assert_allclose(compiled, wanted, rtol=CLOSE, atol=CLOSE)


@given(SIZES, SEEDS)
@settings(deadline=None)
def test_ngrams_weigh_the_same(n_rows, seed):
    random = np.random.default_rng(seed)
    weights = _stored_weights(random)
    ngrams = _ngrams(random, n_rows, 30)

    compiled, wanted = _both(lambda: weights.weigh(ngrams))

    np.testing.assert_allclose(compiled, wanted, rtol=CLOSE, atol=CLOSE)


@given(SIZES, SEEDS)
@settings(deadline=None, max_examples=30)
def test_joined_nets_give_the_same_scores(n_rows, seed):
    random = np.random.default_rng(seed)
    inputs = Inputs(
        text=_ngrams(random, n_rows, 20),
        fields=random.integers(0, 7, (n_rows, len(hashing.FIELD_SLOTS))),
        weights=random.integers(0, 2, (n_rows, len(hashing.FIELD_SLOTS))).astype(
            np.float32
        ),
        vectors={},
        characters=_ngrams(random, n_rows, 25),
    )
    joined = join({"one": _net(random, "text"), "two": _net(random, "characters")})

    compiled, wanted = _both(lambda: joined.forward(inputs))

    for name in ("one", "two"):
        np.testing.assert_allclose(
            compiled[name]["value"], wanted[name]["value"], rtol=1e-5, atol=1e-6
        )


def _stored_weights(random):
    weights = keep_largest(random.normal(size=(30, 11)).astype(np.float32), 4)
    return replace(
        weights,
        classes=weights.classes.astype(np.uint16),
        weights=weights.weights.astype(np.float16),
    )


@given(SIZES, SEEDS)
@settings(deadline=None)
def test_products_with_tables_are_the_same(n_rows, seed):
    random = np.random.default_rng(seed)
    ngrams = _ngrams(random, n_rows, 30)
    numbers = random.integers(-127, 128, (30, 9)).astype(np.int8)
    scale = random.random(30).astype(np.float32) / 127
    stored = QuantisedTable(numbers, scale)

    for table in (stored, numbers * scale[:, None]):
        compiled, wanted = _both(partial(multiply, ngrams, table))
        np.testing.assert_allclose(compiled, wanted, rtol=1e-5, atol=CLOSE)


def _net(random, table):
    shapes = {"text": (20, 8), "characters": (25, 8)}
    arrays = {
        table: random.normal(size=shapes[table]),
        "fields": random.normal(size=(7, 8)),
        "bias": random.normal(size=8),
        "value.weight": random.normal(size=(8, 3)),
        "value.bias": random.normal(size=3),
    }
    small = {name: array.astype(np.float32) / 8 for name, array in arrays.items()}
    return Net(small, ("value",))


def _trees(random, n_trees=19, depth=3, n_columns=4):
    """Complete trees of one depth, for two outputs, one of which has a single tree."""
    column, threshold, left_child, value = [], [], [], []
    starts = []
    for _ in range(n_trees):
        first = len(column)
        starts.append(first)
        n_inner = 2**depth - 1
        for node in range(2 * n_inner + 1):
            is_leaf = node >= n_inner
            column.append(0 if is_leaf else int(random.integers(n_columns)))
            threshold.append(np.inf if is_leaf else random.normal())
            left_child.append(first + (node if is_leaf else 2 * node + 1))
            value.append(random.normal() if is_leaf else 0)
    return BoostedTrees(
        np.array(column, np.intp),
        np.array(threshold, np.float32),
        np.array(left_child, np.intp),
        np.array(value, np.float32),
        np.array(starts, np.intp),
        np.array([1, n_trees], np.int32),
        np.array(depth, np.int32),
    )


@given(SIZES, SEEDS)
@settings(deadline=None)
def test_trees_predict_the_same(n_rows, seed):
    random = np.random.default_rng(seed)
    trees = _trees(random)
    table = random.normal(size=(n_rows, 4)).astype(np.float32)

    compiled, wanted = _both(lambda: trees.predict(table))

    np.testing.assert_allclose(compiled, wanted, rtol=CLOSE, atol=CLOSE)


def test_what_lies_outside_of_an_array_is_an_error():
    random = np.random.default_rng(0)
    weights = _stored_weights(random)
    with pytest.raises(IndexError):
        weights.weigh(_ngrams(random, 3, 60))

    trees = _trees(random)
    with pytest.raises(IndexError):
        trees.predict(np.zeros((1, 2), np.float32))

    table = np.zeros((7, 8), np.float32)
    with pytest.raises(IndexError):
        multiply(_ngrams(random, 3, 60), table)
    stored = QuantisedTable(table.astype(np.int8), np.ones(7, np.float32))
    with pytest.raises(IndexError):
        multiply(_ngrams(random, 3, 60), stored)
    outside = Inputs(
        text=_ngrams(random, 2, 20),
        fields=np.full((2, 1), 7),
        weights=np.ones((2, 1), np.float32),
        vectors={},
    )
    with pytest.raises(IndexError):
        dict(weighted_sums({"fields": table}, outside))
