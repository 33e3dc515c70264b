"""How much likelier a category makes each class, as a net without training."""

from __future__ import annotations

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
        rows = np.flatnonzero(inputs.weights[labelled, slot] > 0)
        values = inputs.fields[labelled[rows], slot]
        categories, index = np.unique(values, return_inverse=True)

        # All rows of a category have the same parent: any of them writes its frequencies.
        parent = np.zeros((len(categories), len(base)))
        parent[index] = row_frequencies[rows]
        counts = PRIOR_ROWS * parent
        np.add.at(counts, (index, classes[rows]), 1)
        frequencies = counts / counts.sum(axis=1, keepdims=True)

        log_ratios[categories] = np.log(frequencies / parent)
        row_frequencies[rows] = frequencies[index]
    return log_ratios
