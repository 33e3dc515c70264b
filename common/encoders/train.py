"""Trains the shared text encoder on every label a snapshot has, and exports it to arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from common import artifacts
from common.encoders import ngram
from common.encoders.config import Config
from common.errors import InputError
from common.features import hash_fields, hash_text
from common.heads.head import make_inputs
from common.heads.labels import classes, numbers
from common.heads.settings import NetSettings
from common.heads.train import MISSING, Target, train_net
from common.listing import CATEGORY_SEPARATOR, Listing
from common.vocabulary import fit_vocabulary

if TYPE_CHECKING:
    from common.snapshot import Snapshot

PRICE_BINS = 32


def train(
    snapshot: Snapshot,
    out: Path,
    config: Config,
    progress: Callable[[str, float], None] = lambda doing, fraction: None,
) -> Path:
    """Train on the training rows only; return the artifact's folder in ``out``.

    One linear layer over n-grams is shared by a task a label: category at every depth, brand,
    price, condition, payer, method and parcel size, as far as rows have them.
    """
    if config.kind != ngram.KIND:
        raise InputError(f"encoders of kind {config.kind!r} cannot be trained; 'ngram' can")
    progress("reading", 0.0)
    rows = snapshot.read("train")
    vocabulary = fit_vocabulary(hash_text(rows), None, len(rows))
    inputs = make_inputs(rows, hash_fields(rows, ()), vocabulary, ())
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
        name="text",
        kind=ngram.KIND,
        save=lambda folder: ngram.save(folder, vocabulary, net.arrays["text"], net.arrays["bias"]),
        snapshot=snapshot.id,
        config=asdict(config),
        facts={"rows": len(rows), "ngrams": vocabulary.size, "tasks": [t.name for t in tasks]},
    )


def targets(rows: Sequence[Listing]) -> list[Target]:
    """Return a task for every label that at least two classes of rows have."""
    labels = {
        f"category{depth}": [_cut(row.category, depth) for row in rows] for depth in (1, 2, 9)
    }
    for field in ("brand", "condition", "shipping_payer", "shipping_method", "parcel_size"):
        labels[field] = [getattr(row, field) for row in rows]
    tasks = []
    for name, values in labels.items():
        known = classes(values, min_rows=2)
        if len(known) > 1:
            tasks.append(Target(name, "classes", len(known), numbers(values, known, other=MISSING)))
    prices = np.array([np.nan if row.price is None else row.price for row in rows], np.float64)
    if np.isfinite(prices).sum() > 1:
        tasks.append(Target("price", "bins", PRICE_BINS, _positions(np.log1p(prices))))
    return tasks


def _positions(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = np.nanquantile(logs, [0.005, 0.995])
    positions: NDArray[np.float64] = np.clip((logs - low) / max(high - low, 1e-9), 0, 1)
    return positions * (PRICE_BINS - 1)


def _cut(path: str | None, depth: int) -> str | None:
    if path is None:
        return None
    return CATEGORY_SEPARATOR.join(path.split(CATEGORY_SEPARATOR)[:depth])
