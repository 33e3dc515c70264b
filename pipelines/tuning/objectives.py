"""The metric that a search of settings optimises, by model."""

from __future__ import annotations

import math
from collections.abc import Mapping

import models
from common.errors import InputError
from pipelines.training.targets import ENCODERS
from pipelines.tuning.studies import MAXIMISE, MINIMISE, Direction

OBJECTIVES: Mapping[str, tuple[str, Direction]] = {
    "category": ("top1", MAXIMISE),
    "brand": ("top1", MAXIMISE),
    "price": ("rmsle", MINIMISE),
    "shipping": ("auc", MAXIMISE),
}
"""Metric and direction by model. Any other model is tuned for the first metric of its gate."""


def objective(name: str) -> tuple[str, Direction]:
    """Return the metric that the search of a model optimises, and the direction.

    Raises ``InputError`` for a target that cannot be tuned.
    """
    if name == ENCODERS:
        raise InputError(
            "the encoders cannot be tuned by themselves, since they serve every model and no one"
            f" metric covers that; tune one of {', '.join(models.NAMES)}"
        )
    models.check_name(name)

    if name in OBJECTIVES:
        return OBJECTIVES[name]
    first = models.gate(name)[0]
    direction = MINIMISE if math.isinf(first.minimum) else MAXIMISE
    return first.metric, direction
