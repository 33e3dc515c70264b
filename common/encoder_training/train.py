"""Trains a shared encoder on a snapshot and exports it to what servers load, whatever its kind."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from common.encoders.config import Config
from common.errors import InputError

if TYPE_CHECKING:
    from common.snapshot import Snapshot

TRAINERS = {
    "ngram": "common.encoder_training.train_ngram",
    "convnet": "common.encoder_training.train_convnet",
    "transformer": "common.encoder_training.train_transformer",
    "static": "common.encoder_training.train_static",
}
"""Where each kind is trained."""


def train(
    snapshot: Snapshot,
    out: Path,
    config: Config,
    progress: Callable[[str, float], None] = lambda doing, fraction: None,
    name: str = "",
) -> Path:
    """Train on the training rows only; return the artifact's folder in ``out``.

    ``name`` is the encoder's among those of a shop, by default what it reads.
    """
    return cast(Path, _trainer(config).train(snapshot, out, config, progress, name))


def modality_of(config: Config) -> str:
    """Tell what of a listing an encoder of these settings reads: ``text`` or ``photo``.

    Raises ``InputError`` when a pretrained model cannot be had, or is of no use here.
    """
    return cast(str, _trainer(config).modality(config))


def _trainer(config: Config) -> Any:
    if config.kind not in TRAINERS:
        known = ", ".join(TRAINERS)
        raise InputError(f"encoders of kind {config.kind!r} cannot be trained; there are {known}")
    return import_module(TRAINERS[config.kind])
