"""Settings of the brand model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from common.metrics import Threshold
from common.nets.settings import NetSettings
from models.ensemble.settings import LinearSettings

OUTPUTS = ("brand",)
"""Fields of a listing that the model suggests."""

INPUT_FIELDS = (
    "category",
    "condition",
    "size",
    "colour",
    "price",
    "shipping_payer",
    "language",
)
"""Confirmed fields that the model reads."""

GATE = (Threshold("lift", minimum=1.05), Threshold("calibration_error", maximum=0.15))
"""Top-1 accuracy must be higher than that of the most frequent value, which may be "no brand"."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of training.

    Attributes:
        seed: Added to the seed of every member.
        abstain_below: Minimum probability of the first brand; below it the model abstains.
        ngrams: The net over n-grams and confirmed fields.
        linear: Penalties of the linear member.
        photos: The net over photo vectors and confirmed fields.
    """

    seed: int = 0
    abstain_below: float = 0.3
    ngrams: NetSettings = field(default_factory=lambda: NetSettings(epochs=12.0))
    linear: LinearSettings = field(default_factory=LinearSettings)
    photos: NetSettings = field(default_factory=lambda: NetSettings(epochs=6.0))

    RENAMED: ClassVar[Mapping[str, str]] = {
        "sure": "abstain_below",
    }
