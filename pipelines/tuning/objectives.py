"""What a search of settings goes for, model by model."""

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
"""What the search of each model goes for; of any other, the first metric of its gate."""


def objective(name: str) -> tuple[str, Direction]:
    """Name the metric that a model's search goes for, and ``maximize`` or ``minimize``.

    Raises ``InputError`` for what cannot be tuned.
    """
    if name == ENCODERS:
        raise InputError(
            "the encoders cannot be tuned by themselves, since no one metric judges what serves"
            f" every model; tune one of {', '.join(models.NAMES)}"
        )
    models.check_name(name)
    if name in OBJECTIVES:
        return OBJECTIVES[name]
    first = models.gate(name)[0]
    return first.metric, MINIMISE if math.isinf(first.minimum) else MAXIMISE
