"""Paths of the category tree by level, and thresholds for committing to the deepest sure one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from common import calibration
from common.arrays import Bools, Floats, Ints
from common.listing import CATEGORY_SEPARATOR

MARGIN = 0.02
"""Added to the required precision, but at most half of what may be wrong: the members were weighed
on the same few rows, which therefore look a little better than others."""

NEVER = 2.0
"""A threshold that no probability reaches."""


_DIGITS = 9
"""Decimals of the probability of a path; sums of many leaves in 64 bits differ far behind them."""

Confidences = NDArray[np.float64]
"""Probabilities of paths, ``[rows]``."""


@dataclass(frozen=True, slots=True)
class Tree:
    """All paths of a category tree by level: leaves first, then inner nodes from the deepest up.

    Attributes:
        paths: The paths, level by level.
        starts: Index of the first path of each level, and at the end the number of paths.
        membership: 1 where a leaf is a path or lies below it, ``[paths, leaves]``.
    """

    paths: tuple[str, ...]
    starts: tuple[int, ...]
    membership: sparse.csr_matrix

    def best_by_level(
        self, probabilities: Floats
    ) -> Iterator[tuple[Ints, Confidences]]:
        """Yield for each level the most probable path of each row, and its probability.

        ``probabilities`` are those of leaves, ``[rows, leaves]``.
        """
        # The probability of a path is the sum over its leaves, which 32 bits would round too far.
        leaf_probabilities = probabilities.astype(np.float64)
        leaf_probabilities /= leaf_probabilities.sum(axis=1, keepdims=True)
        path_probabilities = np.asarray((self.membership @ leaf_probabilities.T).T)
        rows = np.arange(len(path_probabilities))

        for start, end in pairwise(self.starts):
            level = path_probabilities[:, start:end]
            best = level.argmax(axis=1) + start
            # Rounded, so that the path above all leaves has exactly 1, in whatever order they lie.
            confidence = path_probabilities[rows, best].round(_DIGITS)
            yield best, np.minimum(confidence, 1)

    def commit(
        self, probabilities: Floats, thresholds: Sequence[float]
    ) -> tuple[Ints, Confidences]:
        """Return the deepest path of each row above its level's threshold, and its probability.

        The path is -1 and the probability 0 where no level reaches its threshold.
        """
        n_rows = len(probabilities)
        committed = np.full(n_rows, -1, np.int64)
        confidence = np.zeros(n_rows)

        # The first level that reaches its threshold is the deepest one.
        levels = zip(self.best_by_level(probabilities), thresholds, strict=True)
        for (best, best_probabilities), threshold in levels:
            is_new = (committed < 0) & (best_probabilities >= threshold)
            committed[is_new] = best[is_new]
            confidence[is_new] = best_probabilities[is_new]
        return committed, confidence

    def fit_thresholds(
        self, probabilities: Floats, truth: Sequence[str | None], precision: float
    ) -> list[float]:
        """Return a threshold for each level, so that a share ``precision`` of commitments is true.

        Levels are fitted from the leaves up, each on the rows that are not committed deeper. Its
        threshold is the lowest at which the mean calibrated probability, ``MARGIN`` above
        ``precision``, holds. Probabilities are averaged rather than hits, since a count of hits is
        too noisy on the few confident rows.
        """
        # With the whole margin a high precision would be out of reach: at most half of the way.
        required = precision + min(MARGIN, (1 - precision) / 2)
        labels = [path for path in truth if path is not None]
        labelled = np.flatnonzero([path is not None for path in truth])

        is_open = np.ones(len(labels), bool)
        thresholds = []
        for paths, confidence in self.best_by_level(probabilities[labelled]):
            calibrated = self._calibrated(paths, confidence, labels)
            threshold = _lowest_threshold(
                confidence[is_open], calibrated[is_open], required
            )
            thresholds.append(threshold)
            is_open &= confidence < threshold
        return thresholds

    def _calibrated(
        self, paths: Ints, confidence: Confidences, labels: Sequence[str]
    ) -> Confidences:
        """Return the confidence, calibrated by how often it comes true on the same rows."""
        beta = calibration.fit_beta(confidence, self._hits(paths, labels))
        return calibration.apply_beta(confidence, beta)

    def _hits(self, paths: Ints, labels: Sequence[str]) -> Bools:
        """Return whether each row's label is its path or lies below it."""
        hits = [
            _is_within(label, self.paths[path])
            for path, label in zip(paths.tolist(), labels, strict=True)
        ]
        return np.array(hits, bool)


def build_tree(leaves: Sequence[str]) -> Tree:
    """Return the tree of the leaves and every path above them."""
    leaves_below = _leaves_below(leaves)
    levels = _inner_levels(leaves_below)
    inner_paths = [path for level in levels for path in level]
    sizes = [len(leaves), *map(len, levels)]
    starts = np.cumsum([0, *sizes])

    # A leaf may be an inner path of other leaves too: it is listed as both.
    members = [[index] for index in range(len(leaves))]
    members += [leaves_below[path] for path in inner_paths]
    membership = _indicator_matrix(members, len(leaves))
    return Tree((*leaves, *inner_paths), tuple(starts.tolist()), membership)


def _leaves_below(leaves: Sequence[str]) -> dict[str, list[int]]:
    """Return for every inner path the indices of the leaves below it."""
    leaves_below: dict[str, list[int]] = {}
    for index, leaf in enumerate(leaves):
        for ancestor in _ancestors(leaf):
            leaves_below.setdefault(ancestor, []).append(index)
    return leaves_below


def _ancestors(path: str) -> Iterator[str]:
    """Yield every path above a path, from the root down."""
    names = path.split(CATEGORY_SEPARATOR)
    for depth in range(1, len(names)):
        yield CATEGORY_SEPARATOR.join(names[:depth])


def _inner_levels(leaves_below: dict[str, list[int]]) -> list[list[str]]:
    """Return the inner paths of each depth, the deepest first, in alphabetical order."""
    by_depth: dict[int, list[str]] = {}
    for path in sorted(leaves_below):
        by_depth.setdefault(path.count(CATEGORY_SEPARATOR), []).append(path)
    return [by_depth[depth] for depth in sorted(by_depth, reverse=True)]


def _indicator_matrix(
    members: Sequence[Sequence[int]], n_columns: int
) -> sparse.csr_matrix:
    """Return ``[len(members), n_columns]``: 1 in the columns that each row lists."""
    sizes = [len(indices) for indices in members]
    rows = np.repeat(np.arange(len(members)), sizes)
    columns = np.concatenate([np.asarray(indices, np.int64) for indices in members])

    ones = np.ones(len(rows))
    shape = (len(members), n_columns)
    return sparse.csr_matrix((ones, (rows, columns)), shape)


def _lowest_threshold(
    probabilities: Confidences, calibrated: Confidences, precision: float
) -> float:
    """Return the lowest threshold above which calibrated probabilities average ``precision``."""
    order = np.argsort(-probabilities, kind="stable")
    counts = np.arange(1, len(order) + 1)
    means = np.cumsum(calibrated[order], dtype=np.float64) / counts

    precise = np.flatnonzero(means >= precision)
    if not len(precise):
        return NEVER
    last = order[precise[-1]]
    return float(probabilities[last])


def _is_within(path: str, parent: str) -> bool:
    return path == parent or path.startswith(parent + CATEGORY_SEPARATOR)
