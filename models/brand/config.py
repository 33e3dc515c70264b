"""Settings of the brand model."""

from __future__ import annotations

from dataclasses import dataclass, field

from common.metrics import Threshold
from common.nets.settings import NetSettings
from models.ensemble.settings import LdaSettings

OUTPUTS = ("brand",)
"""Fields of a listing that the model answers."""

INPUT_FIELDS = ("category", "condition", "size", "colour", "price", "shipping_payer", "language")
"""Confirmed fields it may look at."""

GATE = (Threshold("lift", minimum=1.05), Threshold("calibration_error", maximum=0.15))
"""Top-1 accuracy must beat always answering the most frequent value, which may be "no brand"."""


@dataclass(frozen=True, slots=True)
class Config:
    """How the model is trained; ``sure`` is the probability below which it abstains."""

    seed: int = 0
    sure: float = 0.3
    ngrams: NetSettings = field(default_factory=lambda: NetSettings(epochs=12.0, seeds=2))
    vectors: NetSettings = field(default_factory=lambda: NetSettings(epochs=6.0))
    photos: NetSettings = field(default_factory=lambda: NetSettings(epochs=6.0))
    discriminants: LdaSettings = field(default_factory=LdaSettings)
