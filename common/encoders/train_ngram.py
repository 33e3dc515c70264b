"""Trains the ``ngram`` encoder on every label a snapshot has, and exports it to arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from common import artifacts
from common.encoders import ngram
from common.encoders.config import NgramConfig
from common.encoders.train_targets import targets
from common.errors import InputError
from common.heads.reading import read_rows
from common.heads.settings import NetSettings
from common.heads.train import train_net

if TYPE_CHECKING:
    from common.snapshot import Snapshot


def reads(config: NgramConfig) -> str:
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
    vocabulary, inputs = read_rows(rows, ())
    settings = NetSettings(
        width=config.dimensions,
        epochs=config.epochs,
        batch=config.batch,
        learning_rate=config.learning_rate,
        dropout=config.dropout,
        ngram_dropout=config.ngram_dropout,
        seed=config.seed,
    )
    tasks = targets(rows)
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
        facts={"rows": len(rows), "ngrams": vocabulary.size, "tasks": [t.name for t in tasks]},
    )
