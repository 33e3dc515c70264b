"""How much likelier a category makes each class, as a net without training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats, Ints
from common.features.hashing import FIELD_SLOTS
from common.nets.inputs import Inputs
from common.nets.net import Net
from common.nets.targets import Target

PRIOR_ROWS = 8.0
"""Weight of the parent category's frequencies, in rows."""

_CATEGORY_SLOTS = [
    slot for slot, field in enumerate(FIELD_SLOTS) if field == "category"
]


MAX_CELLS = 50_000_000
"""Maximum number of rows times classes: every row has the frequencies of its category."""


def can_count(target: Target) -> bool:
    """Tell whether there are classes to count, and memory for them."""
    return target.is_multiclass and len(target.values) * target.size <= MAX_CELLS


def train_frequencies(inputs: Inputs, target: Target) -> Net:
    """Return the pointwise mutual information of classes and categories, level by level.

    It is the logarithm of the frequency within a category over that of all rows.

    The frequencies of a level are shrunk towards those of the level above, and those of the first
    level towards those of all rows (the m-estimate; Cestnik, 1990), so that an unseen category
    gets the frequencies of its parent. The net adds up levels: a category's table row is its log
    ratio to the parent.
    """
    labelled = np.flatnonzero(target.has_label)
    classes = target.values[labelled].astype(np.int64)
    counts = np.bincount(classes, minlength=target.size) + 1.0
    base = counts / counts.sum()

    # How frequent a class is at all would count twice: the other members know it.
    arrays = {
        "bias": np.zeros(target.size, np.float32),
        "fields": _log_ratios(inputs, labelled, classes, base),
    }
    return Net(arrays, (target.name,))


def _log_ratios(
    inputs: Inputs, labelled: Ints, classes: Ints, base: NDArray[np.float64]
) -> Floats:
    """Return log ratios to the parent category, ``[field values, classes]``; 0 for other fields.

    ``labelled`` are the rows of the inputs with the labels ``classes``.
    """
    # The frequencies at the deepest level that each row has reached so far.
    row_frequencies = np.tile(base, (len(labelled), 1))
    log_ratios = np.zeros((inputs.n_field_values, len(base)), np.float32)
    for slot in _CATEGORY_SLOTS:
        weights = inputs.weights[labelled, slot]
        values = inputs.fields[labelled, slot]
        rows = np.flatnonzero(weights > 0)

        level = _fit_level(values[rows], classes[rows], row_frequencies[rows])
        log_ratios[level.categories] = level.log_ratios
        row_frequencies[rows] = level.row_frequencies
    return log_ratios


@dataclass(frozen=True, slots=True)
class _Level:
    """Frequencies of classes by the categories of one level.

    Attributes:
        categories: Numbers of the categories that occur, ``[categories]``.
        log_ratios: Logarithms of their frequencies over the parents', ``[categories, classes]``.
        row_frequencies: Frequencies of the category of each row, ``[rows, classes]``.
    """

    categories: Ints
    log_ratios: NDArray[np.float64]
    row_frequencies: NDArray[np.float64]


def _fit_level(
    values: Ints, classes: Ints, parent_of_rows: NDArray[np.float64]
) -> _Level:
    """Fit one level to the categories ``values`` of rows with the frequencies of their parents."""
    categories, index = np.unique(values, return_inverse=True)
    parent = _parent_frequencies(parent_of_rows, index, len(categories))
    frequencies = _shrunk_frequencies(index, classes, parent)
    return _Level(
        categories=categories,
        log_ratios=np.log(frequencies / parent),
        row_frequencies=frequencies[index],
    )


def _parent_frequencies(
    row_frequencies: NDArray[np.float64], categories: Ints, n_categories: int
) -> NDArray[np.float64]:
    """Return the frequencies of the parent of each category, ``[categories, classes]``."""
    # All rows of a category have the same parent: any of them writes its frequencies.
    n_classes = row_frequencies.shape[1]
    parent = np.zeros((n_categories, n_classes))
    parent[categories] = row_frequencies
    return parent


def _shrunk_frequencies(
    categories: Ints, classes: Ints, parent: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return frequencies ``[categories, classes]`` of rows, shrunk towards those of the parent."""
    counts = np.zeros_like(parent)
    np.add.at(counts, (categories, classes), 1)
    n_rows = counts.sum(axis=1, keepdims=True)

    # PRIOR_ROWS imagined rows have the frequencies of the parent.
    prior_counts = PRIOR_ROWS * parent
    frequencies: NDArray[np.float64] = (counts + prior_counts) / (n_rows + PRIOR_ROWS)
    return frequencies
