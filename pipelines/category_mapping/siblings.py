"""What the counterparts of a category's siblings say about its own.

Categories below one parent tend to have counterparts below one parent. The more levels two
categories share, the more one says about the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from common.category_trees.tree import CategoryTree
from common.listing import CATEGORY_SEPARATOR

LEVELS = (0, 1, 2)
"""Levels of the target at which siblings are compared, 0 the departments."""

FLOORS = (0.02, 0.005, 0.001)
"""What is added to the share of an ancestor at each level: siblings may differ."""

SHARED_LEVEL = 4.0
"""How many times more a sibling counts for every level that it shares."""

Floats = NDArray[np.float32]


def sibling_shares(
    probabilities: NDArray[np.floating], paths: Sequence[str], tree: CategoryTree
) -> list[Floats]:
    """Return the log share of each node's ancestor among the siblings' counterparts.

    ``probabilities [paths, nodes]`` are those of the first pass. The result has an array
    ``[paths, nodes]`` for each of ``LEVELS``.
    """
    if len(paths) < 2:
        # Its own names must not count twice.
        return [np.zeros(probabilities.shape, np.float32) for _ in LEVELS]

    weights = _sibling_weights(paths)
    shares = []
    for level, floor in zip(LEVELS, FLOORS, strict=True):
        ancestors = ancestors_at(tree, level)
        by_ancestor = probabilities @ _members(ancestors)

        # A category is one of its siblings: with few others its own names count for more.
        of_siblings = np.asarray(weights @ by_ancestor)
        totals = of_siblings.sum(axis=1, keepdims=True)
        log_shares = np.log(of_siblings / totals + floor)
        of_nodes = log_shares[:, ancestors]
        shares.append(of_nodes.astype(np.float32))
    return shares


def ancestors_at(tree: CategoryTree, level: int) -> NDArray[np.int64]:
    """Return a number for the ancestor of each node at ``level``; one above it is its own."""
    ancestors = np.empty(len(tree), np.int64)
    for node in range(len(tree)):
        lineage = list(tree.lineage(node))
        from_top = lineage[::-1]
        ancestors[node] = from_top[min(level, len(lineage) - 1)]

    _, numbers = np.unique(ancestors, return_inverse=True)
    return numbers


def _members(ancestors: NDArray[np.int64]) -> sparse.csr_matrix:
    """Return a matrix ``[nodes, ancestors]``: 1 where the node has the ancestor."""
    n_nodes = len(ancestors)
    ones = np.ones(n_nodes)
    cells = (np.arange(n_nodes), ancestors)
    n_ancestors = int(ancestors.max()) + 1
    return sparse.csr_matrix((ones, cells), shape=(n_nodes, n_ancestors))


def _sibling_weights(paths: Sequence[str]) -> sparse.csr_matrix:
    """Return the weights ``[paths, paths]`` of all pairs, those of paths with themselves too.

    They are a product of thin matrices: paths that share k levels are below k + 1 common prefixes,
    the empty one among them, whose steps sum to ``SHARED_LEVEL**k``.
    """
    numbers: dict[str, int] = {}
    cells: list[tuple[int, int]] = []
    steps: list[float] = []
    for row, path in enumerate(paths):
        for depth, prefix in enumerate(_prefixes(path)):
            column = numbers.setdefault(prefix, len(numbers))
            cells.append((row, column))
            steps.append(_step(depth))

    shape = (len(paths), len(numbers))
    positions = np.array(cells).T
    weighted = sparse.csr_matrix((steps, positions), shape)
    below = weighted.sign()
    return weighted @ below.T


def _step(depth: int) -> float:
    """Return how much more two paths weigh for sharing a prefix of this depth too."""
    if not depth:
        return 1.0
    return SHARED_LEVEL**depth - SHARED_LEVEL ** (depth - 1)


def _prefixes(path: str) -> Iterator[str]:
    """Yield the empty prefix, the department, and so on up to the parent."""
    levels = path.split(CATEGORY_SEPARATOR)
    for depth in range(len(levels)):
        yield CATEGORY_SEPARATOR.join(levels[:depth])
