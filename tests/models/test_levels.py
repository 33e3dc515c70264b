"""Commitment to a level of the tree of categories."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.category.levels import NEVER, build_tree
from models.ensemble.blend import log_linear_pool

LEAVES = ["A/B/x", "A/B/y", "A/C/z", "D/E/w"]


def test_levels_go_from_the_leaves_up():
    tree = build_tree(LEAVES)

    assert tree.paths == (*LEAVES, "A/B", "A/C", "D/E", "A", "D")
    assert tree.starts == (0, 4, 7, 9)


def test_a_path_is_as_probable_as_all_below_it():
    odds = np.array([[0.4, 0.3, 0.2, 0.1]], np.float32)
    best = [
        (int(paths[0]), float(total[0]))
        for paths, total in build_tree(LEAVES).best_by_level(odds)
    ]

    assert [paths for paths, _ in best] == [0, 4, 7]
    np.testing.assert_allclose([total for _, total in best], [0.4, 0.7, 0.9], rtol=1e-6)


def _draw(rows, seed=0):
    """True probabilities of leaves, and a leaf of each row drawn by them."""
    random = np.random.default_rng(seed)
    odds = random.dirichlet([0.3] * 4, rows).astype(np.float32)
    return odds, [
        LEAVES[random.choice(4, p=row / row.sum())] for row in odds.astype(float)
    ]


def _commit(tree, stated, truth, thresholds):
    """The share of rows with a path, and the precision of these paths."""
    chosen, _ = tree.commit(stated, thresholds)
    rows = zip(chosen.tolist(), truth, strict=True)
    committed = [(tree.paths[index], leaf) for index, leaf in rows if index >= 0]
    right = [f"{leaf}/".startswith(f"{path}/") for path, leaf in committed]
    return len(committed) / len(truth), np.mean(right)


@pytest.mark.parametrize("sharpened", [1, 3])
def test_thresholds_leave_as_much_right_as_is_asked_for(sharpened):
    odds, truth = _draw(4000)
    stated = odds**sharpened / (odds**sharpened).sum(axis=1, keepdims=True)
    tree = build_tree(LEAVES)
    thresholds = tree.fit_thresholds(stated[:2000], truth[:2000], 0.9)
    share, right = _commit(tree, stated[2000:], truth[2000:], thresholds)

    assert share > 0.5
    assert 0.89 < right < 0.95


def test_a_few_hundred_rows_are_enough_to_find_them():
    tree, (odds, truth) = build_tree(LEAVES), _draw(3000, seed=1)
    commitments = []
    for seed in range(8):
        few_odds, few_truth = _draw(300, seed=2 + seed)
        thresholds = tree.fit_thresholds(few_odds, few_truth, 0.9)
        commitments.append(_commit(tree, odds, truth, thresholds))
    shares, right = np.array(commitments).T

    assert shares.std() < 0.05
    assert right.min() > 0.85


def test_a_tree_of_roots_alone_has_one_level():
    tree = build_tree(["A", "B"])
    chosen, probabilities = tree.commit(
        np.array([[0.9, 0.1], [0.5, 0.5]], np.float32), [0.8]
    )

    assert (tree.starts, chosen.tolist()) == ((0, 2), [0, -1])
    np.testing.assert_allclose(probabilities, [0.9, 0.0], rtol=1e-6)


def test_nothing_is_said_where_nothing_was_held_out():
    assert (
        build_tree(LEAVES).fit_thresholds(np.zeros((0, 4), np.float32), [], 0.95)
        == [NEVER] * 3
    )


def _chain(n_levels):
    return ["/".join("abcdefghij"[:depth]) for depth in range(1, n_levels + 1)]


_SHAPES = {
    "one department": [f"Women/{n % 40}/{n}" for n in range(400)],
    "one leaf": ["Women/Shoes"],
    "one chain of ten levels": ["/".join("abcdefghij")],
    "every level of a chain": _chain(10),
    "a thousand leaves": [f"leaf {n}" for n in range(1000)],
    "a leaf above another": ["A", "A/B", "A/B/C", "D"],
}


@pytest.mark.parametrize("shape", _SHAPES)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), sharpness=st.sampled_from([0.01, 1.0, 30.0]))
def test_probabilities_of_paths_are_legal_in_trees_of_every_shape(
    shape, seed, sharpness
):
    leaves = _SHAPES[shape]
    scores = np.random.default_rng(seed).normal(0, sharpness, (20, len(leaves)))
    pooled = log_linear_pool([scores.astype(np.float32)], np.ones(1, np.float32))
    tree = build_tree(leaves)
    paths, confidence = tree.commit(pooled, [0.0] * (len(tree.starts) - 1))
    assert (paths >= 0).all()
    assert ((confidence >= 0) & (confidence <= 1)).all()

    *_, (_, of_roots) = tree.best_by_level(pooled)
    if all(leaf.startswith("Women/") for leaf in leaves):
        assert (of_roots == 1).all()


def test_a_shop_of_one_department_commits_to_it_whatever_the_batch():
    tree = build_tree(_SHAPES["one department"])
    scores = np.random.default_rng(0).normal(size=(300, 400)).astype(np.float32)
    pooled = log_linear_pool([scores], np.ones(1, np.float32))
    thresholds = tree.fit_thresholds(pooled, ["Women/0/0"] * 300, 0.95)
    paths, confidence = tree.commit(pooled, thresholds)
    assert {tree.paths[path] for path in paths} == {"Women"}
    assert (confidence == 1).all()
