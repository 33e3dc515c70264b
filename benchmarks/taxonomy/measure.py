"""The figures of one method for the labelled categories of one shop."""

from __future__ import annotations

from collections.abc import Sequence

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
    right = [set(node_numbers(tree, sorted(each.right))) for each in labelled]
    exact = [set(node_numbers(tree, each.exact)) for each in labelled]
    best = np.argsort(-scores, axis=1, kind="stable")[:, : max(TOPS)]
    confidences = scores.max(axis=1)

    # A score of 0 is no answer.
    has_answer = confidences > 0
    is_right = has_answer & _has_one_of(best[:, :1], right)
    figures = {
        f"{TOP} {top}": _share(has_answer & _has_one_of(best[:, :top], right))
        for top in TOPS
    }
    figures[EXACT] = _share(has_answer & _has_one_of(best[:, :1], exact))
    figures[DEPARTMENT] = _share(has_answer & _has_department(best[:, 0], right, tree))
    figures[COVERAGE] = coverage_at_precision(confidences, is_right)
    if is_calibrated:
        figures[ECE] = calibration_error(confidences, is_right)
        figures |= _commitments(scores, right, tree)
    return figures


def coverage_at_precision(
    confidences: Floats, is_right: NDArray[np.bool_], precision: float = PRECISION
) -> float:
    """Return the largest share of answers, the most confident first, with this precision."""
    order = np.argsort(-confidences, kind="stable")
    precisions = np.cumsum(is_right[order]) / np.arange(1, len(order) + 1)
    reached = np.flatnonzero(precisions >= precision)
    return float((reached[-1] + 1) / len(order)) if len(reached) else 0.0


def calibration_error(probabilities: Floats, is_right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error in bins of equal width (Guo et al., 2017)."""
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    error = 0.0
    for number in range(BINS):
        members = bins == number
        if members.any():
            gap = probabilities[members].mean() - is_right[members].mean()
            error += abs(float(gap)) * float(members.mean())
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
            around = {above for each in nodes for above in tree.lineage(each)}
            outcomes.append(committed in around)

    precision = float(np.mean(outcomes)) if outcomes else 0.0
    return {COMMITTED: len(outcomes) / len(right), COMMIT_PRECISION: precision}


def _has_department(
    first: NDArray[np.int64], right: Sequence[set[int]], tree: CategoryTree
) -> NDArray[np.bool_]:
    departments = ancestors_at(tree, 0)
    outcomes = []
    for node, nodes in zip(first, right, strict=True):
        outcomes.append(departments[node] in departments[sorted(nodes)])
    return np.array(outcomes, bool)


def _has_one_of(best: NDArray[np.int64], sets: Sequence[set[int]]) -> NDArray[np.bool_]:
    """Return whether the best nodes ``[categories, top]`` of each category have one of a set."""
    outcomes = []
    for nodes, of_category in zip(best.tolist(), sets, strict=True):
        outcomes.append(not of_category.isdisjoint(nodes))
    return np.array(outcomes, bool)


def _share(outcomes: NDArray[np.bool_]) -> float:
    return float(outcomes.mean())
