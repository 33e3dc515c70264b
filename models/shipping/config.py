"""Settings of the shipping model."""

from __future__ import annotations

from dataclasses import dataclass, field

from common.metrics import Threshold
from common.nets.settings import NetSettings
from models.ensemble.settings import BoostedTreesSettings, LinearSettings

OUTPUTS = ("shipping_payer", "shipping_method", "parcel_size")
"""Fields of a listing that the model answers, as far as the snapshot has labels for them."""

INPUT_FIELDS = ("category", "brand", "condition", "size", "colour", "price", "language")
"""Confirmed fields it may look at."""

GATE = (Threshold("auc", minimum=0.55), Threshold("calibration_error", maximum=0.15))
"""It must tell who pays better than chance, and mean what it says."""


@dataclass(frozen=True, slots=True)
class Config:
    """How the model is trained.

    ``taxonomy`` is the path of a taxonomy file with the shop's rate card, empty for the default;
    the artifact keeps a copy. Below ``sure`` the payer is not quoted.
    """

    seed: int = 0
    taxonomy: str = ""
    sure: float = 0.55
    vectors: NetSettings = field(
        default_factory=lambda: NetSettings(width=64, epochs=3.0, dropout=0.5, learning_rate=2e-3)
    )
    photos: NetSettings = field(
        default_factory=lambda: NetSettings(width=64, epochs=3.0, dropout=0.5, learning_rate=2e-3)
    )
    linear: LinearSettings = field(default_factory=LinearSettings)
    forest: BoostedTreesSettings = field(
        default_factory=lambda: BoostedTreesSettings(
            from_rows=4000,
            trees=300,
            learning_rate=0.05,
            leaves=31,
            least_rows=15,
            columns=0.3,
            words=1500,
        )
    )
