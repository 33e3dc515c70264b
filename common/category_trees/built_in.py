"""The tree of categories that this package brings: Shopify's product taxonomy of 2024-07.

It has 10,281 nodes with English and Japanese names, under the MIT licence, whose text stands beside
the file. Source: https://github.com/Shopify/product-taxonomy.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from common.category_trees.tree import NO_PARENT, CategoryTree
from common.errors import InputError
from common.listing import CATEGORY_SEPARATOR

SHOPIFY = "shopify"
"""Name of the tree wherever the file of a tree may be named."""

VERSION = "2024-07"
"""Version of Shopify's taxonomy."""

LANGUAGES = ("en", "ja")
"""Languages of its names; ``shopify:ja`` is the tree in Japanese."""

FILE = Path(__file__).parents[1] / "data" / "shopify_taxonomy.tsv.gz"


def is_built_in(name: str) -> bool:
    """Return whether ``name`` is that of a tree of this package, such as ``shopify:ja``."""
    return name.partition(":")[0] == SHOPIFY


def built_in_tree(name: str, language: str = "") -> CategoryTree:
    """Return the tree called ``shopify``, ``shopify:en`` or ``shopify:ja``.

    ``language`` is that of a name without one; English by default. Raises ``InputError`` for
    another name.
    """
    tree, _, named_language = name.partition(":")
    chosen = named_language or language or LANGUAGES[0]
    if tree != SHOPIFY or chosen not in LANGUAGES:
        raise InputError(
            f"there is no built-in tree {name[:40]!r}: it is {SHOPIFY!r}, in one of the languages"
            f" {', '.join(LANGUAGES)}, such as '{SHOPIFY}:{LANGUAGES[1]}'"
        )
    return _load(chosen)


@lru_cache(maxsize=len(LANGUAGES))
def _load(language: str) -> CategoryTree:
    text = gzip.decompress(FILE.read_bytes()).decode("utf-8")
    ids: list[str] = []
    paths: list[str] = []
    parents: list[int] = []
    index: dict[str, int] = {}

    # A line is the id and a name in each language; the parent's id is the id up to its last "-".
    for line in text.splitlines():
        node_id, *names = line.split("\t")
        name = names[LANGUAGES.index(language)]
        parent = index.get(node_id.rpartition("-")[0], NO_PARENT)
        prefix = "" if parent == NO_PARENT else paths[parent] + CATEGORY_SEPARATOR

        index[node_id] = len(ids)
        ids.append(node_id)
        paths.append(prefix + name)
        parents.append(parent)
    return CategoryTree(
        f"{SHOPIFY}:{language}", language, tuple(ids), tuple(paths), tuple(parents)
    )
