"""Frequencies of classes by category, as a net without training."""

from __future__ import annotations

import numpy as np

from common.features.hashing import FIELD_SLOTS
from common.nets.inputs import Inputs
from common.nets.net import Net
from common.nets.targets import Target

PRIOR_ROWS = 8.0
"""Weight of the parent category's frequencies, in rows."""


def train_frequencies(inputs: Inputs, target: Target) -> Net:
    """Return log frequencies of classes for each category, level by level.

    The frequencies of a level are shrunk towards those of the level above, and those of the first
    level towards those of all rows (the m-estimate; Cestnik, 1990), so that an unseen category
    gets the frequencies of its parent. The net adds up levels: a category's table row is its log
    ratio to the parent.
    """
    labelled = np.flatnonzero(target.has_label)
    classes = target.values[labelled].astype(np.int64)
    base_counts = np.bincount(classes, minlength=target.size) + 1.0
    base = base_counts / base_counts.sum()

    # The frequencies at the deepest level that each row has reached so far.
    row_frequencies = np.tile(base, (len(labelled), 1))
    log_ratios = np.zeros((inputs.n_field_values, target.size), np.float32)

    for slot in np.flatnonzero(np.array(FIELD_SLOTS) == "category"):
        has_level = inputs.weights[labelled, slot] > 0
        categories, index = np.unique(inputs.fields[labelled[has_level], slot], return_inverse=True)
        counts = np.zeros((len(categories), target.size))
        np.add.at(counts, (index, classes[has_level]), 1)

        # All rows of a category have the same parent: any of them writes its frequencies.
        parent = np.zeros_like(counts)
        parent[index] = row_frequencies[has_level]

        n_rows = counts.sum(axis=1, keepdims=True)
        frequencies = (counts + PRIOR_ROWS * parent) / (n_rows + PRIOR_ROWS)
        log_ratios[categories] = np.log(frequencies / parent)
        row_frequencies[has_level] = frequencies[index]

    bias = np.log(base)
    return Net({"bias": bias.astype(np.float32), "fields": log_ratios}, (target.name,))
