"""Labels to class numbers and back, the same way in every model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from common import calibration
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
    unknown = float(len(classes)) if other is None else other
    numbers = {label: float(number) for number, label in enumerate(classes)}
    encoded = [np.nan if label is None else numbers.get(label, unknown) for label in labels]
    return np.array(encoded, dtype=np.float64)


def ancestor_matrix(categories: Sequence[str]) -> Floats:
    """Return ``[categories, groups]``: 1 where a category lies below an inner node of the tree."""
    ancestors = []
    for category in categories:
        names = category.split(CATEGORY_SEPARATOR)
        ancestors.append([CATEGORY_SEPARATOR.join(names[:depth]) for depth in range(1, len(names))])

    columns = {path: column for column, path in enumerate(dict.fromkeys(chain(*ancestors)))}
    groups = np.zeros((len(categories), len(columns)), dtype=np.float32)
    for row, paths in enumerate(ancestors):
        groups[row, [columns[path] for path in paths]] = 1
    return groups


def rank_candidates(
    probabilities: Floats, betas: Floats, classes: Sequence[str], count: int = 5
) -> list[tuple[Candidate, ...]]:
    """Return the ``count`` most probable classes of each row, best first, calibrated.

    ``probabilities`` are ``[rows, classes]``, the calibrations ``betas`` are ``[rows, 3]``. Stated
    probabilities may sum to less than 1, since the truth may be none of the classes.
    """
    indices, highest = top_k(probabilities, min(count, len(classes)))
    stated = calibration.apply_beta(highest, betas[:, :, None].transpose(1, 0, 2))
    stated /= np.maximum(stated.sum(axis=1, keepdims=True), 1)
    return [
        tuple(Candidate(classes[index], value) for index, value in zip(*row, strict=True))
        for row in zip(indices.tolist(), stated.tolist(), strict=True)
    ]


def top_k(probabilities: Floats, count: int) -> tuple[Ints, Floats]:
    """Return indices and values ``[rows, count]`` of the largest probabilities; first of equals.

    Taking a few maxima in turn is faster than a partial sort of many classes.
    """
    remaining = probabilities.copy()
    rows = np.arange(len(probabilities))
    indices = np.zeros((len(remaining), count), np.int64)

    for rank in range(count):
        indices[:, rank] = remaining.argmax(axis=1)
        remaining[rows, indices[:, rank]] = -1
    return indices, np.take_along_axis(probabilities, indices, axis=1)
