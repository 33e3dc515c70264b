"""Trains encoders and models on a fold of the photo benchmark and measures them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

import models
from benchmarks.quality.photo_goals import CONVNET, PROBE
from benchmarks.shared.folds import Fold
from benchmarks.shared.training import train_and_load
from common import encoders, metrics
from common.encoder_training import train as encoder_training
from common.encoders import Encoder
from common.encoders.cached import cached
from common.encoders.config import Config, ConvnetConfig, TransformerConfig
from common.listing import MODES, Listing, Suggestion
from common.progress import Progress
from models.evaluation.views import predict_in_batches

INVERSE_PENALTY = 0.01
"""Inverse penalty of the probe, as in the figures published for these vectors."""

Figure = tuple[str, str, float]
"""Encoder, metric and value."""


def encoder_configs(pretrained: str | None, not_tuned: bool) -> dict[str, Config]:
    """The kinds of photo encoders by name.

    Args:
        pretrained: Name or folder of a photo model; without one there is the convnet alone.
        not_tuned: Whether it is used as it is alone.
    """
    configs: dict[str, Config] = {CONVNET: ConvnetConfig()}
    if pretrained:
        name = Path(pretrained).name
        if not not_tuned:
            configs[name] = TransformerConfig(model=pretrained)
        configs[f"{name}, not tuned"] = TransformerConfig(
            model=pretrained,
            finetune_epochs=0,
        )
    return configs


def measure_fold(
    fold: Fold,
    configs: Mapping[str, Config],
    folder: Path,
    report_progress: Progress,
) -> Iterator[Figure]:
    """Train on every kind of photo encoder and yield the figures."""
    for index, (name, config) in enumerate(configs.items()):
        fraction = (index + 0.2) / len(configs)
        report_progress(f"training on {name}", fraction)

        figures = _measure_encoder(fold, config, folder)
        for metric, value in figures:
            yield name, metric, value


def _measure_encoder(
    fold: Fold, config: Config, folder: Path
) -> Iterator[tuple[str, float]]:
    start = time.perf_counter()
    artifact = encoder_training.train(fold.snapshot, folder, config)
    encoder = encoders.load(artifact)
    seconds = time.perf_counter() - start
    yield "seconds to train the encoder", seconds
    yield "ms a photo", _milliseconds_a_photo(encoder, fold)

    # The models and the probe read the same photos. The time above is that without a cache.
    photo_encoder = cached(encoder, folder)
    yield from _measure_model("category", fold, [photo_encoder], folder)
    if _have(fold.train, "title") and _have(fold.train, "brand"):
        yield from _measure_model("brand", fold, [photo_encoder], folder)
    if _have(fold.train, "price"):
        yield from _measure_model("price", fold, [photo_encoder], folder)
    yield PROBE, _probe(photo_encoder, fold)


def _have(rows: Sequence[Listing], field: str) -> bool:
    """Tell whether any row has a field; without titles the photo is the only input."""
    return any(getattr(row, field) for row in rows)


def _milliseconds_a_photo(encoder: Encoder, fold: Fold) -> float:
    """Wall-clock time of an encoder without a cache, on the test rows."""
    start = time.perf_counter()
    encoder.encode(fold.test)
    seconds = time.perf_counter() - start
    seconds_a_photo = seconds / len(fold.test)
    return seconds_a_photo * 1e3


def _measure_model(
    field: str, fold: Fold, shared: Sequence[Encoder], folder: Path
) -> Iterator[tuple[str, float]]:
    """Train a model on the encoders; yield its accuracy from text, from a photo and from both."""
    predictor = train_and_load(field, fold.snapshot, folder, shared)

    modes = MODES if _have(fold.train, "title") else ("photo",)
    measure = _price_r2 if field == "price" else _accuracy
    scores = {mode: measure(predictor, fold.test, field, mode) for mode in modes}
    for metric, value in _compare_modes(scores).items():
        yield f"{field}, {metric}", value


def _compare_modes(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores by metric, with the gain of both inputs over either of them."""
    figures = {}
    for mode, score in scores.items():
        name = mode if mode == "both" else f"{mode} alone"
        figures[name] = score

    if "both" in scores:
        both = scores["both"]
        figures["both less text alone"] = both - scores["text"]
        figures["both less photo alone"] = both - scores["photo"]
    return figures


def _accuracy(
    predictor: models.Predictor, rows: Sequence[Listing], field: str, mode: str
) -> float:
    """Share of the labelled rows whose first candidate is right."""
    answers, truth = [], []
    for label, suggestion in _ask(predictor, rows, field, mode):
        ranked = [candidate.value for candidate in suggestion.candidates[field]]
        answers.append(ranked)
        truth.append(str(label))
    return float(metrics.top_k_accuracy(truth, answers, 1))


def _price_r2(
    predictor: models.Predictor, rows: Sequence[Listing], field: str, mode: str
) -> float:
    """R2 of the logarithm of the labelled prices."""
    medians, truth = [], []
    for price, suggestion in _ask(predictor, rows, field, mode):
        # A price model always has a median, even where it abstains.
        assert suggestion.price is not None
        medians.append(suggestion.price.median)
        truth.append(price)
    return float(metrics.r2_log1p(truth, medians))


def _ask(
    predictor: models.Predictor, rows: Sequence[Listing], field: str, mode: str
) -> Iterator[tuple[Any, Suggestion]]:
    """Yield the label and the suggestion of each labelled row, of which only a mode is shown."""
    labelled = [row for row in rows if getattr(row, field) is not None]
    # All confirmed fields are removed, the answer among them.
    inputs = [row.only().showing(mode) for row in labelled]
    suggestions = predict_in_batches(predictor, inputs)
    for row, suggestion in zip(labelled, suggestions, strict=True):
        yield getattr(row, field), suggestion


def _probe(photo_encoder: Encoder, fold: Fold) -> float:
    """Accuracy of a logistic regression on the vectors; validation rows are fitted on too."""
    rows = fold.train + fold.validation
    vectors = photo_encoder.encode(rows)
    labels = [row.category for row in rows]

    probe = LogisticRegression(C=INVERSE_PENALTY, max_iter=300)
    probe.fit(vectors, labels)

    test_vectors = photo_encoder.encode(fold.test)
    predicted = probe.predict(test_vectors)
    truth = np.array([row.category for row in fold.test])
    is_right = predicted == truth
    return float(np.mean(is_right))
