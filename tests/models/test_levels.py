"""How deep in the tree of categories an answer is sure."""

import numpy as np

from models.category.levels import NEVER, find_levels

LEAVES = ["A/B/x", "A/B/y", "A/C/z", "D/E/w"]


def test_levels_go_from_the_leaves_up():
    levels = find_levels(LEAVES)

    assert levels.paths == (*LEAVES, "A/B", "A/C", "D/E", "A", "D")
    assert levels.starts == (0, 4, 7, 9)


def test_a_path_is_as_probable_as_all_below_it():
    odds = np.array([[0.4, 0.3, 0.2, 0.1]], np.float32)
    best = [(int(place[0]), float(total[0])) for place, total in find_levels(LEAVES).best(odds)]

    assert [place for place, _ in best] == [0, 4, 7]
    np.testing.assert_allclose([total for _, total in best], [0.4, 0.7, 0.9], rtol=1e-6)


def test_thresholds_leave_as_much_right_as_is_asked_for():
    random = np.random.default_rng(0)
    odds = random.dirichlet([0.3] * 4, 4000).astype(np.float32)
    truth = [LEAVES[random.choice(4, p=row / row.sum())] for row in odds.astype(float)]
    levels = find_levels(LEAVES)
    thresholds = levels.fit(odds[:2000], truth[:2000], 0.9)
    chosen, _ = levels.commit(odds[2000:], thresholds)
    rows = zip(chosen.tolist(), truth[2000:], strict=True)
    said = [(levels.paths[place], leaf) for place, leaf in rows if place >= 0]
    right = np.mean([f"{leaf}/".startswith(f"{path}/") for path, leaf in said])

    assert len(said) > 1000
    assert right > 0.88


def test_a_tree_of_roots_alone_has_one_level():
    levels = find_levels(["A", "B"])
    chosen, sure = levels.commit(np.array([[0.9, 0.1], [0.5, 0.5]], np.float32), [0.8])

    assert (levels.starts, chosen.tolist()) == ((0, 2), [0, -1])
    np.testing.assert_allclose(sure, [0.9, 0.0], rtol=1e-6)


def test_nothing_is_said_where_nothing_was_held_out():
    assert find_levels(LEAVES).fit(np.zeros((0, 4), np.float32), [], 0.95) == [NEVER] * 3
