"""Trains the ``ngram`` encoder on every label a snapshot has, and exports it to arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.encoder_training.tasks import encoder_targets
from common.encoders import ngram
from common.encoders.config import NgramConfig
from common.errors import CannotTrain
from common.listing import Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.settings import NetSettings
from common.nets.targets import Target
from common.nets.training.net import train_net
from common.progress import Progress, step_of
from common.store import artifacts

if TYPE_CHECKING:
    from common.snapshot import Snapshot


def modality(config: NgramConfig) -> str:
    """Return ``text``."""
    return "text"


def train(
    snapshot: Snapshot,
    out: Path,
    config: NgramConfig,
    progress: Progress,
    name: str = "",
) -> Path:
    """Train on the training rows only; return the artifact's folder in ``out``.

    One linear layer over n-grams is shared by a task per label: category at several depths, brand,
    price, condition, payer, method and parcel size, as far as rows have them.
    """
    progress("reading", 0.0)
    rows = snapshot.read("train")
    # No encoder: this one is made from the text alone.
    features = FeatureExtractor(())
    inputs = features.fit_transform(rows)
    tasks = _targets(rows)

    report = step_of(progress, "training")
    net = train_net(inputs, tasks, ("text",), _net_settings(config), report)
    save = partial(
        ngram.save,
        vocabulary=features.vocabulary,
        table=net.arrays["text"],
        bias=net.arrays["bias"],
    )
    return artifacts.write(
        out,
        role="encoder",
        name=name or "text",
        kind=ngram.KIND,
        save=save,
        snapshot=snapshot.id,
        config=asdict(config),
        summary=_summary(rows, features, tasks),
    )


def _targets(rows: Sequence[Listing]) -> list[Target]:
    tasks = encoder_targets(rows)
    if not tasks:
        raise CannotTrain("this snapshot has no label at all to train an encoder on")
    return tasks


def _summary(
    rows: Sequence[Listing], features: FeatureExtractor, tasks: Sequence[Target]
) -> dict[str, Any]:
    return {
        "rows": len(rows),
        "ngrams": features.vocabulary.size,
        "tasks": [task.name for task in tasks],
    }


def _net_settings(config: NgramConfig) -> NetSettings:
    return NetSettings(
        width=config.dimensions,
        epochs=config.epochs,
        batch_size=config.batch_size,
        learning_rate=config.learning_rate,
        dropout=config.dropout,
        ngram_dropout=config.ngram_dropout,
        seed=config.seed,
    )
