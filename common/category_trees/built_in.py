"""The tree of categories that this package brings: Shopify's product taxonomy of 2024-07.

It has 10,281 nodes with English and Japanese names, under the MIT licence, whose text stands beside
the file. Source: https://github.com/Shopify/product-taxonomy.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
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
    paths: dict[str, str] = {}
    parents: list[int] = []
    index: dict[str, int] = {}

    for node_id, name in _read_names(language):
        # The parent's id is the id up to its last "-"; a parent stands before its children.
        parent_id, _, _ = node_id.rpartition("-")
        levels = [paths[parent_id], name] if parent_id in paths else [name]
        paths[node_id] = CATEGORY_SEPARATOR.join(levels)
        parents.append(index.get(parent_id, NO_PARENT))
        index[node_id] = len(index)

    return CategoryTree(
        name=f"{SHOPIFY}:{language}",
        language=language,
        ids=tuple(paths),
        paths=tuple(paths.values()),
        parents=tuple(parents),
    )


def _read_names(language: str) -> Iterator[tuple[str, str]]:
    """Yield the id and the name of each node; a line is the id and a name in each language."""
    column = LANGUAGES.index(language)
    compressed = FILE.read_bytes()
    text = gzip.decompress(compressed).decode("utf-8")
    for line in text.splitlines():
        node_id, *names = line.split("\t")
        yield node_id, names[column]
