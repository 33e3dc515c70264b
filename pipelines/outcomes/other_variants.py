"""Variants of experiments whose sellers get other answers than those of the champion."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from common.arrays import Bools
from common.errors import InputError
from common.experiments.definition import Experiment, Parameters
from common.experiments.published import Published
from models.layers import LAYERS

if TYPE_CHECKING:
    import pandas as pd

Variants = frozenset[tuple[str, str]]
"""Variants by the key of their experiment and their name."""


def find_other_variants(known: Published, layers: Collection[str] = LAYERS) -> Variants:
    """Return the variants that change answers in some layers, of all that is or was published."""
    return frozenset(
        (experiment.key, variant.name)
        for experiment in _experiments(known)
        if experiment.layer in layers
        for variant in experiment.variants
        if not variant.is_shadow
        and (variant.release or variant.parameters != Parameters())
    )


def saw_other_variant(experiments: pd.Series[Any], others: Variants) -> Bools:
    """Return for each row of ``OutcomeTables`` whether its seller was in one of some variants."""
    return np.array([not others.isdisjoint(each.items()) for each in experiments], bool)


def _experiments(known: Published) -> Iterator[Experiment]:
    for key in {**known.former, **known.files}:
        try:
            yield known.experiment(key, LAYERS)
        except InputError:
            continue  # A file of another version, which this one does not apply either.
