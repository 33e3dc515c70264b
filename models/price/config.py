"""Settings of the price model."""

from __future__ import annotations

from dataclasses import dataclass, field

from common.metrics import Threshold
from common.nets.settings import NetSettings
from models.ensemble.settings import BoostedTreesSettings, LinearSettings

OUTPUTS = ("price",)
"""Fields of a listing that the model answers."""

INPUT_FIELDS = (
    "category", "brand", "condition", "size", "colour",
    "shipping_payer", "shipping_method", "parcel_size", "language",
)  # fmt: skip
"""Confirmed fields it may look at."""

GATE = (Threshold("lift", minimum=1.05), Threshold("coverage", minimum=0.65, maximum=0.95))
"""Its error must beat always answering the median, and the 80 % interval must hold."""

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Quantiles it states; 0.1 and 0.9 bound the 80 % interval."""


@dataclass(frozen=True, slots=True)
class Config:
    """How the model is trained.

    Above ``widest``, the quotient of the interval's ends, it abstains.
    """

    seed: int = 0
    widest: float = 20.0
    ngrams: NetSettings = field(
        default_factory=lambda: NetSettings(
            width=128, narrow=64, hidden=(64,), epochs=6.0, batch=64, dropout=0.3, ngram_dropout=0.5
        )
    )
    photos: NetSettings = field(
        default_factory=lambda: NetSettings(width=96, hidden=(64,), epochs=4.0, dropout=0.3)
    )
    linear: LinearSettings = field(default_factory=LinearSettings)
    forest: BoostedTreesSettings = field(default_factory=BoostedTreesSettings)
