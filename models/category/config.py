"""Settings of the category model."""

from __future__ import annotations

from dataclasses import dataclass, field

from common.metrics import Threshold
from common.nets.settings import NetSettings
from models.ensemble.settings import LdaSettings

OUTPUTS = ("category",)
"""Fields of a listing that the model answers."""

INPUT_FIELDS = ("brand", "condition", "size", "colour", "price", "shipping_payer", "language")
"""Confirmed fields it may look at."""

GATE = (Threshold("lift", minimum=1.5), Threshold("calibration_error", maximum=0.15))
"""Top-1 accuracy must be 1.5 times that of always answering the most frequent category."""


@dataclass(frozen=True, slots=True)
class Config:
    """How the model is trained.

    ``sure`` is the probability below which a leaf is not quoted; it commits to as deep a path as
    is ``right`` that often.
    """

    seed: int = 0
    sure: float = 0.3
    right: float = 0.95
    ngrams: NetSettings = field(
        default_factory=lambda: NetSettings(epochs=16.0, dropout=0.5, ngram_dropout=0.5, seeds=2)
    )
    vectors: NetSettings = field(default_factory=lambda: NetSettings(epochs=6.0))
    photos: NetSettings = field(default_factory=lambda: NetSettings(epochs=6.0))
    discriminants: LdaSettings = field(default_factory=LdaSettings)
