"""Trains a shared encoder of any kind on a snapshot, and exports it to what servers load."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from common.encoders.config import Config
from common.errors import InputError
from common.progress import Progress, ignore_progress

if TYPE_CHECKING:
    from common.encoder_training.checkpoints import Place
    from common.snapshot import Snapshot

TRAINERS = {
    "convnet": "common.encoder_training.train_convnet",
    "transformer": "common.encoder_training.train_transformer",
    "static": "common.encoder_training.train_static",
}
"""The module that trains a kind."""


def train(
    snapshot: Snapshot,
    out: Path,
    config: Config,
    progress: Progress = ignore_progress,
    name: str = "",
    place: Place | None = None,
) -> Path:
    """Train on the training rows only; return the artifact's folder in ``out``.

    ``name`` is the encoder's among those of a shop, by default its modality. ``place`` keeps the
    state of a training that has epochs after each of them; one that was killed goes on from there.

    Raises ``InputError`` when the snapshot or the pretrained model does not serve.
    """
    trainer = _trainer(config)
    return cast(Path, trainer.train(snapshot, out, config, progress, name, place))


def modality_of(config: Config) -> str:
    """Return the modality of encoders of these settings, ``text`` or ``photo``.

    Raises ``InputError`` when a pretrained model cannot be loaded or is not supported.
    """
    return cast(str, _trainer(config).modality(config))


def _trainer(config: Config) -> Any:
    if config.kind not in TRAINERS:
        known = ", ".join(TRAINERS)
        raise InputError(
            f"encoders of kind {config.kind!r} cannot be trained; there are {known}"
        )
    return import_module(TRAINERS[config.kind])
