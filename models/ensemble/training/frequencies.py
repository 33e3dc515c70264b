"""Frequencies of classes by category, as a net without training."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from common.arrays import Ints
from common.features.hashing import FIELD_SLOTS
from common.nets.inputs import Inputs
from common.nets.net import Net
from common.nets.targets import Target

PRIOR_ROWS = 8.0
"""Weight of the parent category's frequencies, in rows."""

_CATEGORY_SLOTS = [slot for slot, field in enumerate(FIELD_SLOTS) if field == "category"]


def train_frequencies(inputs: Inputs, target: Target) -> Net:
    """Return log frequencies of classes for each category, level by level.

    The frequencies of a level are shrunk towards those of the level above, and those of the first
    level towards those of all rows (the m-estimate; Cestnik, 1990), so that an unseen category
    gets the frequencies of its parent. The net adds up levels: a category's table row is its log
    ratio to the parent.
    """
    labelled = np.flatnonzero(target.has_label)
    classes = target.values[labelled].astype(np.int64)
    counts = np.bincount(classes, minlength=target.size) + 1.0
    base = counts / counts.sum()

    # The frequencies at the deepest level that each row has reached so far.
    row_frequencies = np.tile(base, (len(labelled), 1))
    log_ratios = np.zeros((inputs.n_field_values, target.size), np.float32)
    for slot in _CATEGORY_SLOTS:
        rows = np.flatnonzero(inputs.weights[labelled, slot] > 0)
        values = inputs.fields[labelled[rows], slot]
        categories, index = np.unique(values, return_inverse=True)
        parent = _parent_frequencies(row_frequencies[rows], index, len(categories))

        frequencies = _shrunk_frequencies(index, classes[rows], parent)
        log_ratios[categories] = np.log(frequencies / parent)
        row_frequencies[rows] = frequencies[index]

    bias = np.log(base).astype(np.float32)
    return Net({"bias": bias, "fields": log_ratios}, (target.name,))


def _parent_frequencies(
    row_frequencies: NDArray[np.float64], categories: Ints, n_categories: int
) -> NDArray[np.float64]:
    """Return the frequencies of the parent of each category, ``[categories, classes]``."""
    # All rows of a category have the same parent: any of them writes its frequencies.
    parent = np.zeros((n_categories, row_frequencies.shape[1]))
    parent[categories] = row_frequencies
    return parent


def _shrunk_frequencies(
    categories: Ints, classes: Ints, parent: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return frequencies ``[categories, classes]`` of rows, shrunk towards those of the parent."""
    counts = np.zeros_like(parent)
    np.add.at(counts, (categories, classes), 1)
    n_rows = counts.sum(axis=1, keepdims=True)
    frequencies: NDArray[np.float64] = (counts + PRIOR_ROWS * parent) / (n_rows + PRIOR_ROWS)
    return frequencies
