"""Trains the ``ngram`` encoder on every label a snapshot has, and exports it to arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from common.encoder_training.tasks import encoder_targets
from common.encoders import ngram
from common.encoders.config import NgramConfig
from common.errors import InputError
from common.nets.feature_extractor import FeatureExtractor
from common.nets.settings import NetSettings
from common.nets.training.net import train_net
from common.store import artifacts

if TYPE_CHECKING:
    from common.snapshot import Snapshot


def modality(config: NgramConfig) -> str:
    """Titles and descriptions."""
    return "text"


def train(
    snapshot: Snapshot,
    out: Path,
    config: NgramConfig,
    progress: Callable[[str, float], None],
    name: str = "",
) -> Path:
    """Train on the training rows only; return the artifact's folder in ``out``.

    One linear layer over n-grams is shared by a task a label: category at every depth, brand,
    price, condition, payer, method and parcel size, as far as rows have them.
    """
    progress("reading", 0.0)
    rows = snapshot.read("train")
    features = FeatureExtractor(())
    inputs = features.fit_transform(rows)
    vocabulary = features.vocabulary
    settings = NetSettings(
        width=config.dimensions,
        epochs=config.epochs,
        batch_size=config.batch_size,
        learning_rate=config.learning_rate,
        dropout=config.dropout,
        ngram_dropout=config.ngram_dropout,
        seed=config.seed,
    )
    tasks = encoder_targets(rows)
    if not tasks:
        raise InputError("this snapshot has no label at all to train an encoder on")
    net = train_net(inputs, tasks, ("text",), settings, lambda done: progress("training", done))
    return artifacts.write(
        out,
        role="encoder",
        name=name or "text",
        kind=ngram.KIND,
        save=lambda folder: ngram.save(folder, vocabulary, net.arrays["text"], net.arrays["bias"]),
        snapshot=snapshot.id,
        config=asdict(config),
        summary={"rows": len(rows), "ngrams": vocabulary.size, "tasks": [t.name for t in tasks]},
    )
