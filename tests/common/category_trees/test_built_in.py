from pathlib import Path

import pytest

from common.category_trees.built_in import FILE, built_in_tree, is_built_in
from common.category_trees.tree import NO_PARENT
from common.errors import InputError
from common.taxonomy import Taxonomy
from common.validation.categories import parse_category
from common.validation.texts import MAX_LABEL_CHARACTERS


def test_the_tree_has_the_same_ids_in_both_languages() -> None:
    english, japanese = built_in_tree("shopify"), built_in_tree("shopify:ja")
    assert len(english) == 10_281
    assert english.ids == japanese.ids
    assert english.paths[english.ids.index("aa-8-8")].endswith("/Shoes/Sneakers")
    assert japanese.paths[japanese.ids.index("aa-8-8")].endswith("/靴/スニーカー")


@pytest.mark.parametrize("name", ["shopify", "shopify:ja"])
def test_every_path_is_that_of_the_parent_and_a_name(name: str) -> None:
    tree = built_in_tree(name)
    for path, parent in zip(tree.paths, tree.parents, strict=True):
        above = "" if parent == NO_PARENT else tree.paths[parent]
        assert path.rpartition("/")[0] == above


def test_every_path_is_read_as_it_stands() -> None:
    # "Uncategorized" says that there is no category, and 13 paths are longer than a label may be.
    paths = built_in_tree("shopify").paths
    short = [path for path in paths if len(path) <= MAX_LABEL_CHARACTERS]
    assert len(paths) - len(short) == 13
    assert [parse_category(path) or "Uncategorized" for path in short] == short


def test_the_licence_stands_beside_the_file() -> None:
    licence = FILE.with_name("shopify_taxonomy.LICENSE.txt").read_text("utf-8")
    assert "MIT License" in licence
    assert "Copyright (c) Shopify Inc." in licence


def test_the_file_is_small() -> None:
    assert FILE.stat().st_size < 200_000


def test_another_language_is_a_sentence() -> None:
    with pytest.raises(InputError, match="no built-in tree 'shopify:fr'.*en, ja"):
        built_in_tree("shopify:fr")


def test_only_the_name_of_the_tree_is_built_in() -> None:
    assert is_built_in("shopify")
    assert is_built_in("shopify:ja")
    assert not is_built_in("shopify.csv")


def test_the_name_stands_for_the_categories_of_a_shop() -> None:
    taxonomy = Taxonomy.load(Path("shopify:ja"))
    assert taxonomy.categories == built_in_tree("shopify:ja").paths
    assert Taxonomy.parse(taxonomy.text) == taxonomy
    assert taxonomy.rates == Taxonomy.default().rates
