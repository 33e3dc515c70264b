"""The figures of one method for the labelled categories of one shop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.taxonomy.labels import LabelledCategory, node_numbers
from common.category_trees.tree import CategoryTree
from pipelines.category_mapping.mapping import at_or_below, commit
from pipelines.category_mapping.siblings import ancestors_at

TOPS = (1, 3, 5)
PRECISION = 0.9
BINS = 10

TOP, EXACT, DEPARTMENT = "right among the first", "exact", "right department"
ECE, COVERAGE = "ECE", "coverage at 90 % precision"
COMMITTED, COMMIT_PRECISION = "committed", "precision of committed nodes"

Floats = NDArray[np.floating]


def measure(
    labelled: Sequence[LabelledCategory],
    scores: Floats,
    tree: CategoryTree,
    is_calibrated: bool,
) -> dict[str, float]:
    """Return the figures by metric; ``scores [labelled, nodes]`` are in that order."""
    right = _node_sets(tree, [sorted(each.right) for each in labelled])
    exact = _node_sets(tree, [each.exact for each in labelled])
    order = np.argsort(-scores, axis=1, kind="stable")
    first = order[:, 0]

    # A score of 0 is no answer.
    confidences = scores.max(axis=1)
    has_answer = confidences > 0
    is_exact = has_answer & _is_one_of(first, exact)
    is_in_department = has_answer & _has_department(first, right, tree)
    figures = _figures_of_first(order, right, has_answer)
    figures[EXACT] = _share(is_exact)
    figures[DEPARTMENT] = _share(is_in_department)

    is_right = has_answer & _is_one_of(first, right)
    figures |= _figures_of_confidence(confidences, is_right, is_calibrated)
    if is_calibrated:
        figures |= _commitments(scores, right, tree)
    return figures


def _figures_of_confidence(
    confidences: Floats, is_right: NDArray[np.bool_], is_calibrated: bool
) -> dict[str, float]:
    figures = {COVERAGE: coverage_at_precision(confidences, is_right)}
    if is_calibrated:
        figures[ECE] = calibration_error(confidences, is_right)
    return figures


def _node_sets(tree: CategoryTree, ids: Iterable[Sequence[str]]) -> list[set[int]]:
    """Return the nodes of each category, from their ids."""
    return [set(node_numbers(tree, of_category)) for of_category in ids]


def _figures_of_first(
    order: NDArray[np.int64], right: Sequence[set[int]], has_answer: NDArray[np.bool_]
) -> dict[str, float]:
    """Return the shares of categories with a right node among the first ones."""
    figures = {}
    for top in TOPS:
        best = order[:, :top]
        is_among = has_answer & _has_one_of(best, right)
        figures[f"{TOP} {top}"] = _share(is_among)
    return figures


def _is_one_of(first: NDArray[np.int64], sets: Sequence[set[int]]) -> NDArray[np.bool_]:
    return _has_one_of(first[:, None], sets)


def coverage_at_precision(
    confidences: Floats, is_right: NDArray[np.bool_], precision: float = PRECISION
) -> float:
    """Return the largest share of answers, the most confident first, with this precision."""
    order = np.argsort(-confidences, kind="stable")
    n_right = np.cumsum(is_right[order])
    n_answers = np.arange(1, len(order) + 1)
    precisions = n_right / n_answers

    reached = np.flatnonzero(precisions >= precision)
    if not len(reached):
        return 0.0
    return float(n_answers[reached[-1]] / len(order))


def calibration_error(probabilities: Floats, is_right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error in bins of equal width (Guo et al., 2017)."""
    numbers = (probabilities * BINS).astype(int)
    # A probability of 1 belongs to the last bin.
    bins = np.minimum(numbers, BINS - 1)

    error = 0.0
    for number in range(BINS):
        members = bins == number
        if not members.any():
            continue

        confidence = probabilities[members].mean()
        accuracy = is_right[members].mean()
        gap = abs(float(confidence - accuracy))
        error += gap * float(members.mean())
    return error


def _commitments(
    probabilities: Floats, right: Sequence[set[int]], tree: CategoryTree
) -> dict[str, float]:
    """How many categories are committed to a node, and how often a right node is not outside."""
    totals = np.asarray(probabilities @ at_or_below(tree))
    outcomes = []
    for of_category, nodes in zip(totals, right, strict=True):
        committed = commit(tree, of_category)
        if committed is not None:
            outcomes.append(committed in _around(tree, nodes))

    share = len(outcomes) / len(right)
    precision = float(np.mean(outcomes)) if outcomes else 0.0
    return {COMMITTED: share, COMMIT_PRECISION: precision}


def _around(tree: CategoryTree, nodes: Iterable[int]) -> set[int]:
    """Return the nodes and all that are above them."""
    around: set[int] = set()
    for node in nodes:
        around.update(tree.lineage(node))
    return around


def _has_department(
    first: NDArray[np.int64], right: Sequence[set[int]], tree: CategoryTree
) -> NDArray[np.bool_]:
    departments = ancestors_at(tree, 0)
    outcomes = []
    for node, nodes in zip(first, right, strict=True):
        of_right = departments[sorted(nodes)]
        outcomes.append(departments[node] in of_right)
    return np.array(outcomes, bool)


def _has_one_of(best: NDArray[np.int64], sets: Sequence[set[int]]) -> NDArray[np.bool_]:
    """Return whether the best nodes ``[categories, top]`` of each category have one of a set."""
    outcomes = []
    for nodes, of_category in zip(best.tolist(), sets, strict=True):
        outcomes.append(not of_category.isdisjoint(nodes))
    return np.array(outcomes, bool)


def _share(outcomes: NDArray[np.bool_]) -> float:
    return float(outcomes.mean())
