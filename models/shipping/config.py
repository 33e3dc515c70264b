"""Settings of the shipping model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from common.metrics import Threshold
from common.nets.settings import NetSettings
from models.ensemble.settings import BoostedTreesSettings, LinearSettings

OUTPUTS = ("shipping_payer", "shipping_method", "parcel_size", "shipping_fee")
"""Fields of a listing that the model suggests, as far as the snapshot has labels for them."""

RANKED_OUTPUTS = OUTPUTS[:3]
"""Those with ranked candidates; a fee is an amount with an interval."""

INPUT_FIELDS = (
    "category", "brand", "condition", "size", "colour", "price", "language",
    "weight", "dimensions",
)  # fmt: skip
"""Confirmed fields that the model reads."""

GATE = (Threshold("auc", minimum=0.55), Threshold("calibration_error", maximum=0.15))
"""The payer must be ranked better than by chance, with calibrated probabilities."""


def _net_settings() -> NetSettings:
    return NetSettings(
        width=64,
        epochs=3.0,
        dropout=0.5,
        learning_rate=2e-3,
    )


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of training.

    Attributes:
        seed: Added to the seed of every member.
        taxonomy: Path of a taxonomy file with the shop's rate card, which the artifact copies;
            empty for the default one.
        abstain_below: Minimum probability of the first payer; below it the model abstains.
        ngrams: The net over n-grams and confirmed fields.
        photos: The net over photo vectors and confirmed fields.
        linear: Penalties of the linear members.
        boosted_trees: The trees that are stacked on the members.
    """

    seed: int = 0
    taxonomy: str = ""
    abstain_below: float = 0.55
    ngrams: NetSettings = field(default_factory=_net_settings)
    photos: NetSettings = field(default_factory=_net_settings)
    linear: LinearSettings = field(default_factory=LinearSettings)
    boosted_trees: BoostedTreesSettings = field(
        default_factory=lambda: BoostedTreesSettings(
            n_estimators=300,
            learning_rate=0.05,
            num_leaves=31,
            min_child_samples=15,
            feature_fraction=0.3,
            n_ngrams=1500,
        )
    )

    RENAMED: ClassVar[Mapping[str, str]] = {
        "sure": "abstain_below",
        "forest": "boosted_trees",
    }
