"""Settings of the category model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from common.metrics import Threshold
from common.nets.settings import NetSettings
from models.ensemble.settings import LinearSettings

OUTPUTS = ("category",)
"""Fields of a listing that the model suggests."""

INPUT_FIELDS = (
    "brand",
    "condition",
    "size",
    "colour",
    "price",
    "shipping_payer",
    "language",
)
"""Confirmed fields that the model reads."""

GATE = (Threshold("lift", minimum=1.5), Threshold("calibration_error", maximum=0.15))
"""Top-1 accuracy must be 1.5 times that of the most frequent category."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of training.

    Attributes:
        seed: Added to the seed of every member.
        abstain_below: Minimum probability of the first leaf; below it the model abstains.
        commit_precision: Share of committed paths that must be true.
        ngrams: The net over n-grams and confirmed fields.
        linear: Penalties of the linear member.
        photos: The net over photo vectors and confirmed fields.
    """

    seed: int = 0
    abstain_below: float = 0.3
    commit_precision: float = 0.95
    ngrams: NetSettings = field(
        default_factory=lambda: NetSettings(
            epochs=16.0,
            dropout=0.5,
            ngram_dropout=0.5,
        )
    )
    linear: LinearSettings = field(default_factory=LinearSettings)
    photos: NetSettings = field(default_factory=lambda: NetSettings(epochs=6.0))

    RENAMED: ClassVar[Mapping[str, str]] = {
        "sure": "abstain_below",
        "right": "commit_precision",
    }
