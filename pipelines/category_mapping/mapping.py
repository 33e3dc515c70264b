"""Proposes the counterparts of every category of one tree in another, with probabilities.

A log-linear model weighs how similar names, paths and listings are (``similarities``). A second
pass adds where the counterparts of a category's siblings are (``siblings``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from common.category_trees.tree import CategoryTree
from common.listing import CATEGORY_SEPARATOR
from common.progress import Progress, ignore_progress
from common.validation.folding import fold_label
from pipelines.category_mapping.categories import Categories
from pipelines.category_mapping.siblings import sibling_shares
from pipelines.category_mapping.similarities import Similarities
from pipelines.category_mapping.weights import MappingWeights, load_weights

COMMIT_PROBABILITY = 0.7
"""Probability that must lie at or below a node for a category to be committed to it."""

DEFAULT_TOP = 5

SAME_PATH_SCORE = 6.0
"""Added to the score of the node that has the very path of the category."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A node of the target: its path, its id, and its probability, 0 to 1."""

    path: str
    id: str
    probability: float


@dataclass(frozen=True, slots=True)
class MappedCategory:
    """A category with its counterparts.

    Attributes:
        path: path of the category.
        rows: number of its listings; 0 where only the tree is known.
        counterparts: the most probable nodes of the target, the best first.
        committed: the deepest node that the counterpart is at or below with at least
            ``COMMIT_PROBABILITY``; ``None`` where there is no such node.
    """

    path: str
    rows: int
    counterparts: tuple[Counterpart, ...]
    committed: Counterpart | None


def map_categories(
    source: Categories,
    target: CategoryTree,
    top: int = DEFAULT_TOP,
    progress: Progress = ignore_progress,
) -> list[MappedCategory]:
    """Return the mapped categories of ``source``, sorted by path, with ``top`` counterparts each.

    Every node of the target is a possible counterpart, so that a category without an exact one
    can be mapped to a parent. The order of the source's paths does not matter.
    """
    paths = source.mapped_paths()
    probabilities = counterpart_probabilities(source, target, progress=progress)

    totals = probabilities @ at_or_below(target)
    mapped = []
    for row, path in enumerate(paths):
        described = _describe(
            source,
            target,
            path,
            top,
            probabilities[row],
            totals[row],
        )
        mapped.append(described)
    return mapped


def counterpart_probabilities(
    source: Categories,
    target: CategoryTree,
    weights: MappingWeights | None = None,
    progress: Progress = ignore_progress,
) -> Floats:
    """Return the probabilities ``[mapped paths, nodes of the target]``; a row sums to 1."""
    weights = weights or load_weights()
    paths = source.mapped_paths()
    progress("reading the names of the target", 0.0)
    similarities = Similarities.fit(target)

    batches = []
    n_done = 0
    for values in similarities.batches(source):
        batches.append(values @ weights.matrix)
        n_done += len(values)
        progress("comparing categories", n_done / len(paths))

    scores = np.concatenate(batches)
    rows, nodes = _same_paths(paths, target)
    scores[rows, nodes] += SAME_PATH_SCORE
    return combine_passes(scores, paths, target, weights)


def combine_passes(
    scores: Floats, paths: Sequence[str], target: CategoryTree, weights: MappingWeights
) -> Floats:
    """Return the probabilities by the scores ``[paths, nodes, 2]`` of both passes."""
    first = softmax(scores[:, :, 0])
    second = scores[:, :, 1].copy()
    shares = sibling_shares(first, paths, target)
    for weight, share in zip(weights.siblings, shares, strict=True):
        second += np.float32(weight) * share
    return softmax(second / np.float32(weights.temperature))


def softmax(scores: Floats) -> Floats:
    """Return probabilities that are proportional to the exponentials of scores, row by row."""
    # Without the largest score, exponentials cannot overflow.
    largest = scores.max(axis=1, keepdims=True)
    exponentials = np.exp(scores - largest)
    totals = exponentials.sum(axis=1, keepdims=True)
    probabilities: Floats = exponentials / totals
    return probabilities


def at_or_below(tree: CategoryTree) -> sparse.csr_matrix:
    """Return a matrix ``[nodes, nodes]``: 1 where the first node is the second one or below it."""
    nodes: list[int] = []
    above: list[int] = []
    for node in range(len(tree)):
        for each in tree.lineage(node):
            nodes.append(node)
            above.append(each)

    ones = np.ones(len(nodes), np.float32)
    shape = (len(tree), len(tree))
    return sparse.csr_matrix((ones, (nodes, above)), shape)


def commit(target: CategoryTree, totals: NDArray[np.floating]) -> int | None:
    """Return the deepest node at or below which ``COMMIT_PROBABILITY`` lies, if there is one.

    ``totals`` is the probability at or below each node.
    """
    likely = np.flatnonzero(totals >= COMMIT_PROBABILITY)
    if not len(likely):
        return None
    # There is one at each level: two nodes beside each other cannot both have most of it.
    paths = [target.paths[node] for node in likely]
    depths = [path.count(CATEGORY_SEPARATOR) for path in paths]
    deepest = np.argmax(depths)
    return int(likely[deepest])


def _same_paths(
    paths: Sequence[str], target: CategoryTree
) -> tuple[list[int], list[int]]:
    """Return the rows and nodes of paths that the target has too, but for case and signs."""
    numbers = {fold_label(path): node for node, path in enumerate(target.paths)}
    rows: list[int] = []
    nodes: list[int] = []
    for row, path in enumerate(paths):
        node = numbers.get(fold_label(path))
        if node is not None:
            rows.append(row)
            nodes.append(node)
    return rows, nodes


def _describe(
    source: Categories,
    target: CategoryTree,
    path: str,
    top: int,
    probabilities: Floats,
    totals: NDArray[np.floating],
) -> MappedCategory:
    # Of equally probable nodes the first one of the target comes first.
    order = np.argsort(-probabilities, kind="stable")
    best = order[:top]
    counterparts = [_counterpart(target, node, probabilities) for node in best]

    committed = None
    node = commit(target, totals)
    if node is not None:
        committed = _counterpart(target, node, totals)
    return MappedCategory(
        path=path,
        rows=source.rows.get(path, 0),
        counterparts=tuple(counterparts),
        committed=committed,
    )


def _counterpart(
    target: CategoryTree, node: int, probabilities: NDArray[np.floating]
) -> Counterpart:
    # Rounding errors of sums must not make a probability of more than 1.
    probability = min(float(probabilities[node]), 1.0)
    return Counterpart(target.paths[node], target.ids[node], probability)
