"""Training of a model that is then asked as a server would ask it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import models
from common.encoders import Encoder
from common.snapshot import Snapshot


def train_and_load(
    name: str,
    snapshot: Snapshot,
    folder: Path,
    shared: Sequence[Encoder] = (),
    config: Any = None,
) -> models.Predictor:
    """Train a model, by default settings without ``config``, and load it from its artifact.

    Args:
        name: The model.
        snapshot: The rows.
        folder: The artifact is written below it.
        shared: Encoders whose vectors it reads.
        config: Settings, of the model's own class.
    """
    artifact = models.train(
        name, snapshot, shared, folder, config or models.config(name)
    )
    return models.load(name, artifact, shared)
