"""What is compared: a method scores every node of a target for every category of a source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from common.category_trees.tree import CategoryTree
from pipelines.category_mapping.categories import Categories
from pipelines.category_mapping.mapping import counterpart_probabilities
from pipelines.category_mapping.weights import load_weights

Method = Callable[[Categories, CategoryTree], NDArray[np.float32]]
"""Returns scores ``[mapped paths, nodes]``; the highest one is the answer, and 0 is none."""


def ours(source: Categories, target: CategoryTree) -> NDArray[np.float32]:
    """Return the probabilities of ``listrec taxonomy map``."""
    return counterpart_probabilities(source, target)


def without_listings(source: Categories, target: CategoryTree) -> NDArray[np.float32]:
    """Return our probabilities where only the paths are known."""
    return counterpart_probabilities(replace(source, titles={}), target)


def without_siblings(source: Categories, target: CategoryTree) -> NDArray[np.float32]:
    """Return our probabilities after the first pass, which sees each category alone."""
    weights = load_weights()
    alone = replace(
        weights, second=weights.first, siblings=tuple(0.0 for _ in weights.siblings)
    )
    return counterpart_probabilities(source, target, alone)


REDUCED: Mapping[str, Method] = {
    "without listings": without_listings,
    "without siblings": without_siblings,
}
"""Our method without one of its parts."""
