"""The trained model that checks get, and the error that they raise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import models
from common.encoders import Encoder
from common.listing import Listing
from common.snapshot import Snapshot
from models import Predictor

N_LISTINGS = 40
"""Listings of the test split that most checks use: enough to vary, few enough for seconds."""


class ContractError(AssertionError):
    """A model breaks the contract of models; the message says how."""


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A trained model with everything that its checks need.

    Attributes:
        name: one of ``models.NAMES``.
        artifact: folder of the trained model.
        encoders: the encoders that it was trained on, by id.
        snapshot: the snapshot that it was trained on.
        predictor: the loaded model.
        listings: finished listings of the test split.
        unseen: the same without the fields that the model predicts.
    """

    name: str
    artifact: Path
    encoders: Mapping[str, Encoder]
    snapshot: Snapshot
    predictor: Predictor
    listings: Sequence[Listing]
    unseen: Sequence[Listing]


def load_trained(
    name: str, artifact: Path, encoders: Sequence[Encoder], snapshot: Snapshot
) -> TrainedModel:
    """Load a trained model and the listings that it is checked with."""
    listings = snapshot.read("test")[:N_LISTINGS]
    return TrainedModel(
        name=name,
        artifact=artifact,
        encoders={encoder.id: encoder for encoder in encoders},
        snapshot=snapshot,
        predictor=models.load(name, artifact, encoders),
        listings=listings,
        unseen=[listing.without(*models.outputs(name)) for listing in listings],
    )


def require(condition: bool, sentence: str) -> None:
    """Raise ``ContractError`` with ``sentence`` unless ``condition`` holds."""
    if not condition:
        raise ContractError(sentence)
