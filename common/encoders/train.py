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

__all__ = ["Config", "train"]

TRAINERS = {
    "ngram": "common.encoders.train_ngram",
    "convnet": "common.encoders.train_convnet",
    "transformer": "common.encoders.train_transformer",
}
"""Where each kind is trained."""


def train(
    snapshot: Snapshot,
    out: Path,
    config: Any,
    progress: Callable[[str, float], None] = lambda doing, fraction: None,
    name: str = "",
) -> Path:
    """Train on the training rows only; return the artifact's folder in ``out``.

    ``config`` is of the kind's class in ``common.encoders.config``; ``name`` is the encoder's
    among those of a shop, by default what it reads (``text``, ``photo``).
    """
    if config.kind not in TRAINERS:
        known = ", ".join(TRAINERS)
        raise InputError(f"encoders of kind {config.kind!r} cannot be trained; there are {known}")
    run = import_module(TRAINERS[config.kind]).train
    return cast(Path, run(snapshot, out, config, progress, name))
