"""Counts how often each class comes with a category: what a table of frequencies would say."""

from __future__ import annotations

import numpy as np

from common.features.hashing import FIELD_SLOTS
from common.nets.inputs import Inputs
from common.nets.net import Net
from common.nets.targets import Target

PRIOR_ROWS = 8.0
"""What is said of the category above counts as much as so many rows."""


def train_frequencies(inputs: Inputs, target: Target) -> Net:
    """Return log frequencies of classes for each category, level by level.

    Those of a level are drawn towards those of the level above, and the first ones towards those of
    all rows (the m-estimate; Cestnik, 1990), so that a category nobody has seen says what the one
    above it does. The net adds up levels: each says by how much it differs from the one above.
    """
    known = np.flatnonzero(target.has_label)
    truth = target.values[known].astype(np.int64)
    base = np.bincount(truth, minlength=target.size) + 1.0
    said = np.tile(base / base.sum(), (len(known), 1))
    steps = np.zeros((inputs.n_field_values, target.size), np.float32)
    for slot in np.flatnonzero(np.array(FIELD_SLOTS) == "category"):
        there = inputs.weights[known, slot] > 0
        numbers, place = np.unique(inputs.fields[known[there], slot], return_inverse=True)
        counts = np.zeros((len(numbers), target.size))
        np.add.at(counts, (place, truth[there]), 1)
        above = np.zeros_like(counts)
        above[place] = said[there]
        found = (counts + PRIOR_ROWS * above) / (counts.sum(axis=1, keepdims=True) + PRIOR_ROWS)
        steps[numbers] = np.log(found / above)
        said[there] = found[place]
    bias = np.log(base / base.sum())
    return Net({"bias": bias.astype(np.float32), "fields": steps}, (target.name,))
