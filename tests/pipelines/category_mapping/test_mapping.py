from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.category_trees.tree import CategoryTree
from pipelines.category_mapping.categories import Categories
from pipelines.category_mapping.mapping import (
    COMMIT_PROBABILITY,
    MappedCategory,
    at_or_below,
    counterpart_probabilities,
    map_categories,
)

TARGET = CategoryTree.from_paths(
    [
        "Clothing/Shirts/Blouses",
        "Clothing/Shirts/Polo Shirts",
        "Clothing/Shoes/Boots",
        "Clothing/Shoes/Sneakers",
        "Clothing/Jewelry/Necklaces",
        "Home/Kitchen/Kettles",
        "Home/Kitchen/Kettle Accessories/Kettle Lids",
        "Home/Garden/Lawn Mowers",
        "Home/Garden/Lawn Mower Parts/Mower Blades",
        "Toys/Board Games",
        "Toys/Dolls/Doll Shoes",
    ]
)

leaves = [TARGET.paths[leaf] for leaf in TARGET.leaves()]
subsets = st.lists(st.sampled_from(leaves), min_size=1, unique=True)


def _best(
    paths: list[str], titles: dict[str, list[str]] | None = None
) -> dict[str, str]:
    mapped = map_categories(_source(paths, titles), TARGET)
    return {each.path: each.counterparts[0].path for each in mapped}


def _source(paths: list[str], titles: dict[str, list[str]] | None = None) -> Categories:
    rows = dict.fromkeys(paths, 5)
    return Categories(CategoryTree.from_paths(paths), rows, titles or {})


def _by_path(mapped: list[MappedCategory]) -> dict[str, MappedCategory]:
    return {each.path: each for each in mapped}


def test_identical_trees_map_to_themselves_nearly_surely() -> None:
    for each in map_categories(Categories(TARGET), TARGET):
        best = each.counterparts[0]
        assert best.path == each.path
        assert best.probability > 0.95


@pytest.mark.parametrize(
    ("path", "counterpart"),
    [
        ("Apparel/Footwear/Sneaker", "Clothing/Shoes/Sneakers"),  # singular
        ("Apparel/Footwear/Trainers", "Clothing/Shoes/Sneakers"),  # another word
        ("Shoes/Clothing/Boots", "Clothing/Shoes/Boots"),  # another order
        ("Jewellery/Necklaces", "Clothing/Jewelry/Necklaces"),  # British
        ("Garden/Lawnmowers", "Home/Garden/Lawn Mowers"),  # one word
        ("Kitchen > Kettles", "Home/Kitchen/Kettles"),
        ("Kitchen/Kettles/Other", "Home/Kitchen/Kettles"),
    ],
)
def test_other_names_of_the_same_thing_are_found(path: str, counterpart: str) -> None:
    path = path.replace(" > ", "/")
    assert _best([path]) == {path: counterpart}


def test_listings_tell_what_a_name_does_not() -> None:
    titles = {"Bargains": ["Leather ankle boots", "Brown boots size 9", "Rain boots"]}
    assert _best(["Bargains"], titles) == {"Bargains": "Clothing/Shoes/Boots"}


def test_siblings_tell_where_a_category_belongs() -> None:
    below_toys = ["Play/Board Games", "Play/Dolls", "Play/Shoes"]
    below_clothes = ["Wear/Blouses", "Wear/Boots", "Wear/Shoes"]
    mapped = _by_path(map_categories(_source(below_toys + below_clothes), TARGET, 30))

    def _share_of_toys(path: str) -> float:
        counterparts = mapped[path].counterparts
        return sum(each.probability for each in counterparts if each.path[:4] == "Toys")

    assert _share_of_toys("Play/Shoes") > _share_of_toys("Wear/Shoes")


def test_a_category_unlike_everything_is_not_mapped_surely() -> None:
    [mapped] = map_categories(_source(["Xylophones"]), TARGET)
    assert mapped.counterparts[0].probability < 0.5


def test_a_category_between_two_leaves_is_committed_to_their_parent() -> None:
    [mapped] = map_categories(_source(["Clothing/Shoes"]), TARGET)
    assert mapped.committed is not None
    assert mapped.committed.path == "Clothing/Shoes"
    assert mapped.committed.probability >= COMMIT_PROBABILITY


def test_as_many_counterparts_are_given_as_are_asked_for() -> None:
    [mapped] = map_categories(_source(["Boots"]), TARGET, top=3)
    probabilities = [each.probability for each in mapped.counterparts]
    assert len(probabilities) == 3
    assert probabilities == sorted(probabilities, reverse=True)


@settings(deadline=None, max_examples=20)
@given(subsets, st.integers(1, 40))
def test_probabilities_sum_to_one_at_most(paths: list[str], top: int) -> None:
    for each in map_categories(_source(paths), TARGET, top):
        probabilities = [one.probability for one in each.counterparts]
        assert all(0 <= one <= 1 for one in probabilities)
        assert sum(probabilities) <= 1 + 1e-5


@settings(deadline=None, max_examples=20)
@given(subsets, st.randoms())
def test_the_order_of_paths_does_not_matter(paths: list[str], random: Random) -> None:
    before = map_categories(_source(paths), TARGET)
    random.shuffle(paths)
    assert map_categories(_source(paths), TARGET) == before


@settings(deadline=None, max_examples=20)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_any_names_can_be_mapped(names: list[str]) -> None:
    paths = [name.replace("/", " ").strip() or "name" for name in names]
    probabilities = counterpart_probabilities(_source(paths), TARGET)
    assert np.isfinite(probabilities).all()
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-4)


def test_a_node_is_below_its_ancestors() -> None:
    below = at_or_below(TARGET)
    node, department = (
        TARGET.paths.index("Toys/Board Games"),
        TARGET.paths.index("Toys"),
    )
    assert below[node, department] == 1
    assert below[department, node] == 0


def test_names_that_no_listing_mentions_say_nothing() -> None:
    paths = ["Beds/Private", "Beds/Business", "Sofas/Private", "Sofas/Corner Sofas"]
    titles = {path: ["Large corner sofa", "Sofa bed"] for path in paths}
    assert _source(paths, titles).unspecific_names() == {"Private"}
