"""Labels to class numbers and back, the same way in every model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from common import calibration, kernels
from common.arrays import Floats, Ints
from common.listing import CATEGORY_SEPARATOR, Candidate


def fit_classes(labels: Iterable[str | None], min_rows: int = 1) -> list[str]:
    """Return the labels of at least ``min_rows`` rows, by falling frequency, then by name."""
    counts = Counter(label for label in labels if label is not None)
    frequent = [label for label, count in counts.items() if count >= min_rows]
    return sorted(frequent, key=lambda label: (-counts[label], label))


def encode(
    labels: Sequence[str | None], classes: Sequence[str], other: float | None = None
) -> NDArray[np.float64]:
    """Return the class number of each label, NaN for a missing label.

    A label that is no class becomes ``other``, by default ``len(classes)``: one beyond the last.
    """
    unknown = other
    if unknown is None:
        unknown = float(len(classes))

    numbers: dict[str | None, float] = {None: np.nan}
    for number, label in enumerate(classes):
        numbers[label] = float(number)

    encoded = [numbers.get(label, unknown) for label in labels]
    return np.array(encoded, dtype=np.float64)


def ancestor_matrix(categories: Sequence[str]) -> Floats:
    """Return ``[categories, groups]``: 1 where a category lies below an inner node of the tree."""
    columns: dict[str, int] = {}
    cells = []
    for row, category in enumerate(categories):
        names = category.split(CATEGORY_SEPARATOR)
        for depth in range(1, len(names)):
            ancestor = CATEGORY_SEPARATOR.join(names[:depth])
            column = columns.setdefault(ancestor, len(columns))
            cells.append((row, column))

    shape = (len(categories), len(columns))
    groups = np.zeros(shape, dtype=np.float32)
    for row, column in cells:
        groups[row, column] = 1
    return groups


def rank_candidates(
    probabilities: Floats, betas: Floats, classes: Sequence[str], count: int = 5
) -> list[tuple[Candidate, ...]]:
    """Return the ``count`` most probable classes of each row, best first, calibrated.

    ``probabilities`` are ``[rows, classes]``, the calibrations ``betas`` are ``[rows, 3]``. Stated
    probabilities may sum to less than 1, since the truth may be none of the classes.
    """
    n_candidates = min(count, len(classes))
    indices, highest = top_k(probabilities, n_candidates)

    ranked = []
    rows = zip(indices.tolist(), highest.tolist(), betas.tolist(), strict=True)
    for row_indices, row_highest, beta in rows:
        stated = calibration.state_probabilities(row_highest, beta)
        names = [classes[index] for index in row_indices]
        ranked.append(tuple(map(Candidate, names, stated)))
    return ranked


def top_k(probabilities: Floats, count: int) -> tuple[Ints, Floats]:
    """Return indices and values ``[rows, count]`` of the largest probabilities; first of equals.

    Taking a few maxima in turn is faster than a partial sort of many classes.
    """
    if kernels.native:
        return kernels.native.top_k(np.ascontiguousarray(probabilities), count)
    n_rows = len(probabilities)
    rows = np.arange(n_rows)
    remaining = probabilities.copy()
    indices = np.empty((n_rows, count), np.int64)

    for rank in range(count):
        best = remaining.argmax(axis=1)
        indices[:, rank] = best
        remaining[rows, best] = -1
    return indices, probabilities[rows[:, None], indices]
