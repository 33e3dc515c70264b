import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.category_trees.tree import NO_PARENT, CategoryTree
from common.errors import InputError

PATHS = ("Home/Lamps", "Home/Lamps/Desk Lamps", "Garden/Pots & Planters")

names = st.text(alphabet="abc &", min_size=1, max_size=3).filter(str.strip)
paths = st.lists(names, min_size=1, max_size=4).map("/".join)


def test_a_tree_has_the_levels_above_its_paths() -> None:
    tree = CategoryTree.from_paths(PATHS)
    assert tree.paths[0] == "Garden"
    assert set(tree.paths) == {"Garden", "Home", *PATHS}


def test_leaves_are_nodes_without_children() -> None:
    tree = CategoryTree.from_paths(PATHS)
    leaves = {tree.paths[leaf] for leaf in tree.leaves()}
    assert leaves == {"Home/Lamps/Desk Lamps", "Garden/Pots & Planters"}


def test_names_are_the_last_levels() -> None:
    tree = CategoryTree.from_paths(["Home/Lamps"])
    assert tree.names == ("Home", "Lamps")


@given(st.lists(paths, min_size=1))
def test_every_node_stands_behind_its_parent(given_paths: list[str]) -> None:
    tree = CategoryTree.from_paths(given_paths)
    for node, parent in enumerate(tree.parents):
        assert NO_PARENT <= parent < node
        above = "" if parent == NO_PARENT else tree.paths[parent]
        assert tree.paths[node].rpartition("/")[0] == above


@given(st.lists(paths, min_size=1), st.randoms())
def test_the_order_of_the_paths_does_not_matter(given_paths, random) -> None:
    tree = CategoryTree.from_paths(given_paths)
    random.shuffle(given_paths)
    assert CategoryTree.from_paths(given_paths) == tree


def test_an_empty_level_is_a_sentence() -> None:
    with pytest.raises(InputError, match="'Home//Lamps' has an empty level"):
        CategoryTree.from_paths(["Home//Lamps"])


def test_no_path_at_all_is_a_sentence() -> None:
    with pytest.raises(InputError, match="mine.txt has no categories"):
        CategoryTree.from_paths([], "mine.txt")
