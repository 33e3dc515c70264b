import numpy as np
import pytest

from common.category_trees.tree import CategoryTree
from pipelines.category_mapping.siblings import ancestors_at, sibling_shares

TREE = CategoryTree.from_paths(["A/a", "A/b", "B/a"])
NODES = {path: node for node, path in enumerate(TREE.paths)}


def _probabilities(*counterparts: str) -> np.ndarray:
    probabilities = np.zeros((len(counterparts), len(TREE)), np.float32)
    for row, path in enumerate(counterparts):
        probabilities[row, NODES[path]] = 1
    return probabilities


def test_ancestors_are_those_of_a_level() -> None:
    departments = ancestors_at(TREE, 0)
    assert departments[NODES["A/a"]] == departments[NODES["A"]]
    assert departments[NODES["A/a"]] != departments[NODES["B/a"]]


def test_a_node_where_siblings_are_is_likelier() -> None:
    paths = ["X/1", "X/2", "Y/1"]
    [departments, *_] = sibling_shares(_probabilities("A/a", "A/b", "B/a"), paths, TREE)
    assert departments[0, NODES["A/a"]] > departments[0, NODES["B/a"]]


def test_a_category_counts_more_than_one_distant_sibling() -> None:
    paths = ["X/1/a", "X/2"]
    [departments, *_] = sibling_shares(_probabilities("A/a", "B/a"), paths, TREE)
    assert departments[0, NODES["A"]] > departments[0, NODES["B"]]


@pytest.mark.parametrize("paths", [["X"], ["X/1", "Y/1", "Y/1/a"]])
def test_shares_are_finite(paths: list[str]) -> None:
    probabilities = _probabilities(*["A/a"] * len(paths))
    for shares in sibling_shares(probabilities, paths, TREE):
        assert np.isfinite(shares).all()
