"""The categories of one side of a mapping: a tree, and the listings of its nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from common.category_trees.tree import CategoryTree
from common.listing import CATEGORY_SEPARATOR
from pipelines.category_mapping.words import fold_text, words_of

MAX_TITLES = 200
"""Titles of a category that are read; more do not change what its words are."""

MAX_MENTIONS = 0.02
"""Share of the titles that may mention a name that says nothing of them."""


@dataclass(frozen=True, slots=True)
class Categories:
    """A tree of categories with its listings, as far as there are any.

    Attributes:
        tree: the tree.
        rows: number of listings by path; empty where only the tree is known.
        titles: titles of listings by path, at most ``MAX_TITLES`` each.
    """

    tree: CategoryTree
    rows: Mapping[str, int] = field(default_factory=dict)
    titles: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def mapped_paths(self) -> list[str]:
        """Return the paths to be mapped, sorted: those with listings, or else all leaves.

        A path may have listings of its own and children too.
        """
        if self.rows:
            return sorted(self.rows)
        return sorted(self.tree.paths[leaf] for leaf in self.tree.leaves())

    def unspecific_names(self) -> frozenset[str]:
        """Return names of levels that say nothing of what is in them, such as ``Private``.

        They are below several parents, and no title has any of their words.
        """
        parents: defaultdict[str, set[str]] = defaultdict(set)
        titles: defaultdict[str, list[str]] = defaultdict(list)
        for path in self.rows:
            levels = path.split(CATEGORY_SEPARATOR)
            of_path = self.titles.get(path, ())
            for parent, name in pairwise(levels):
                parents[name].add(parent)
                titles[name].extend(of_path)

        return frozenset(
            name
            for name, of_name in parents.items()
            if len(of_name) > 1 and _is_never_mentioned(name, titles[name])
        )


def _is_never_mentioned(name: str, titles: Sequence[str]) -> bool:
    """Return whether next to no title has a word of a name; not so where there are no titles."""
    if not titles:
        return False

    words = words_of(name)
    n_mentions = 0
    for title in titles:
        text = fold_text(title)
        # Parts of words count: a Japanese title has no blanks, and an English one has plurals.
        n_mentions += any(word in text for word in words)
    return n_mentions <= MAX_MENTIONS * len(titles)
