"""Settings of the price model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from common.metrics import Threshold
from common.nets.settings import NetSettings
from models.ensemble.settings import BoostedTreesSettings, LinearSettings

OUTPUTS = ("price",)
"""Fields of a listing that the model suggests."""

INPUT_FIELDS = (
    "category", "brand", "condition", "size", "colour",
    "shipping_payer", "shipping_method", "parcel_size", "language",
)  # fmt: skip
"""Confirmed fields that the model reads."""

GATE = (
    Threshold("lift", minimum=1.05),
    Threshold("coverage", minimum=0.65, maximum=0.95),
)
"""The RMSLE must be lower than that of the median price, and the 80 % interval must cover."""

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Quantiles that the model states; 0.1 and 0.9 bound the 80 % interval."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of training.

    Attributes:
        seed: Added to the seed of every member.
        max_interval_ratio: Maximum ratio of the interval's ends; above it the model abstains.
        ngrams: The net over n-grams and confirmed fields.
        photos: The net over photo vectors and confirmed fields.
        linear: Penalties of the linear members.
        boosted_trees: The trees that are stacked on the members, and those of residual quantiles.
    """

    seed: int = 0
    max_interval_ratio: float = 20.0
    ngrams: NetSettings = field(
        default_factory=lambda: NetSettings(
            width=128,
            max_width_large_data=64,
            hidden_sizes=(64,),
            epochs=12.0,
            batch_size=64,
            dropout=0.3,
            ngram_dropout=0.5,
        )
    )
    photos: NetSettings = field(
        default_factory=lambda: NetSettings(
            width=96,
            hidden_sizes=(64,),
            epochs=4.0,
            dropout=0.3,
        )
    )
    linear: LinearSettings = field(default_factory=LinearSettings)
    boosted_trees: BoostedTreesSettings = field(default_factory=BoostedTreesSettings)

    RENAMED: ClassVar[Mapping[str, str]] = {
        "widest": "max_interval_ratio",
        "forest": "boosted_trees",
    }
