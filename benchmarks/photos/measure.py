"""Trains encoders and models on a fold of the photo benchmark and measures their accuracy."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

import models
from benchmarks.quality.photo_goals import CONVNET, PROBE
from benchmarks.shared.folds import Fold
from common import encoders, metrics
from common.encoder_training import train as encoder_training
from common.encoders import Encoder
from common.encoders.cached import cached
from common.encoders.config import Config, ConvnetConfig, NgramConfig, TransformerConfig
from common.listing import MODES, Listing
from common.progress import Progress
from models.evaluation.views import predict_in_batches

INVERSE_PENALTY = 0.01
"""Inverse penalty of the probe, as in the figures published for these vectors."""

Figure = tuple[str, str, float]
"""Encoder, metric and value."""


def measure_fold(
    fold: Fold, pretrained: str | None, folder: Path, report_progress: Progress
) -> Iterator[Figure]:
    """Train on each kind of photo encoder; yield the figures of each.

    ``pretrained`` is the name or the folder of a photo model.
    """
    text_encoders: list[Encoder] = []
    if any(row.title for row in fold.train):
        report_progress("training on titles", 0.0)
        path = encoder_training.train(fold.snapshot, folder, NgramConfig())
        text_encoders = [encoders.load(path)]

    configs = _encoder_configs(pretrained)
    for index, (name, config) in enumerate(configs.items()):
        report_progress(f"training on {name}", (index + 0.2) / len(configs))
        for metric, value in _measure_encoder(fold, config, text_encoders, folder):
            yield name, metric, value


def _encoder_configs(pretrained: str | None) -> dict[str, Config]:
    configs: dict[str, Config] = {CONVNET: ConvnetConfig()}
    if pretrained:
        name = Path(pretrained).name
        configs[name] = TransformerConfig(model=pretrained)
        configs[f"{name}, not tuned"] = TransformerConfig(model=pretrained, finetune_epochs=0)
    return configs


def _measure_encoder(
    fold: Fold, config: Config, text_encoders: Sequence[Encoder], folder: Path
) -> Iterator[tuple[str, float]]:
    start = time.perf_counter()
    encoder = encoders.load(encoder_training.train(fold.snapshot, folder, config))
    yield "seconds to train the encoder", time.perf_counter() - start

    start = time.perf_counter()
    encoder.encode(fold.test)
    seconds = time.perf_counter() - start
    yield "ms a photo", seconds / len(fold.test) * 1e3

    photo_encoder = cached(encoder, folder)
    fields = ("category", "brand") if text_encoders else ("category",)
    for field in fields:
        yield from _measure_model(field, fold, [*text_encoders, photo_encoder], folder)
    yield PROBE, _probe(photo_encoder, fold)


def _measure_model(
    field: str, fold: Fold, shared: Sequence[Encoder], folder: Path
) -> Iterator[tuple[str, float]]:
    """Train a model on the encoders; yield its accuracy by what is shown of a listing."""
    has_text = len(shared) > 1
    artifact = models.train(field, fold.snapshot, shared, folder, models.config(field))
    predictor = models.load(field, artifact, shared)
    accuracies: dict[str, float] = {}

    for mode in MODES if has_text else ("photo",):
        accuracies[mode] = _accuracy(predictor, fold.test, field, mode)
        name = mode if mode == "both" else f"{mode} alone"
        yield f"{field}, {name}", accuracies[mode]

    if has_text:
        for mode in ("text", "photo"):
            yield f"{field}, both less {mode} alone", accuracies["both"] - accuracies[mode]


def _accuracy(predictor: models.Predictor, rows: Sequence[Listing], field: str, mode: str) -> float:
    inputs = [row.only().showing(mode) for row in rows]
    truth = [str(getattr(row, field)) for row in rows]
    answers = []
    for suggestion in predict_in_batches(predictor, inputs):
        answers.append([candidate.value for candidate in suggestion.candidates[field]])
    return float(metrics.top_k_accuracy(truth, answers, 1))


def _probe(photo_encoder: Encoder, fold: Fold) -> float:
    """Accuracy of a logistic regression on the vectors; validation rows are fitted on too."""
    rows = fold.train + fold.validation
    probe = LogisticRegression(C=INVERSE_PENALTY, max_iter=300)
    probe.fit(photo_encoder.encode(rows), [row.category for row in rows])

    truth = np.array([row.category for row in fold.test])
    predicted = probe.predict(photo_encoder.encode(fold.test))
    return float(np.mean(predicted == truth))
