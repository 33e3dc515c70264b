"""Our models on a fold: trained with their encoders, and evaluated as they are served."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import models
from benchmarks.shared.calibration import Confidence, confidence_of
from benchmarks.shared.folds import Fold
from benchmarks.shared.intervals import predict_intervals
from benchmarks.shared.protocol import complete_precision, time_batches
from common import encoders
from common.encoder_training import train as encoder_training
from common.encoders import Encoder
from common.encoders.cached import cached
from common.encoders.config import Config, ConvnetConfig, StaticConfig
from common.listing import Listing
from models.evaluation.views import early_context, full_context
from models.suggester import Suggester

ARTIFACTS = "artifacts.json"
"""File that names the artifacts trained in a folder, for ``load_ours``."""


@dataclass(frozen=True, slots=True)
class OurMeasurement:
    """The measurements of our models on one fold.

    Attributes:
        figures: metrics by ``model metric``.
        intervals: price intervals in cold and warm context, as JSON.
        confidences: confidence of the first answers by calibration metric.
        artifacts: names of the models' artifacts.
    """

    figures: dict[str, float] = field(default_factory=dict)
    intervals: dict[str, Any] = field(default_factory=dict)
    confidences: dict[str, Confidence] = field(default_factory=dict)
    artifacts: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The attributes that are stored as results; the artifacts lie beside them."""
        return {
            "figures": self.figures,
            "intervals": self.intervals,
            "confidences": self.confidences,
        }


def measure_ours(
    fold: Fold, folder: Path, names: Sequence[str], text_model: str = ""
) -> dict[str, Any]:
    """Train the named models in ``folder``; returns figures, intervals and confidences as JSON.

    ``text_model`` is the folder of a pretrained model, whose word vectors are read if it is given.
    """
    start = time.perf_counter()
    encoder_paths = train_encoders(fold, folder, text_model)
    shared = [load_encoder(path, folder) for path in encoder_paths]
    seconds = time.perf_counter() - start

    figures = {
        "encoder seconds to train": seconds,
        "learned rows": _count_learned(fold),
    }
    measurement = OurMeasurement(figures)

    for name in names:
        _measure_model(name, fold, folder, shared, measurement)

    _write_names(folder, measurement.artifacts, encoder_paths)
    # The size is that of a release, which has all four models.
    if list(names) == list(models.NAMES):
        model_paths = [folder / name for name in measurement.artifacts.values()]
        paths = [*model_paths, *encoder_paths]
        figures["all artifacts, MB"] = _megabytes(paths)
    return measurement.to_json()


def train_encoders(fold: Fold, folder: Path, text_model: str = "") -> list[Path]:
    """Train the encoders of a pretrained ``text_model``, if given, and of photos, if there are."""
    configs: list[Config] = [StaticConfig(model=text_model)] if text_model else []
    if fold.snapshot.manifest.coverage.get("photos"):
        configs.append(ConvnetConfig())

    paths = []
    for config in configs:
        path = encoder_training.train(fold.snapshot, folder, config)
        paths.append(path)
    return paths


def load_encoder(path: Path, folder: Path) -> Encoder:
    """Load an encoder; vectors of photos, which are slow to encode, are kept in ``folder``."""
    encoder = encoders.load(path)
    return cached(encoder, folder) if encoder.modality == "photo" else encoder


def load_ours(folder: Path) -> Suggester:
    """Load the models that ``measure_ours`` trained in a folder, in one process like a release."""
    content = (folder / ARTIFACTS).read_text(encoding="utf-8")
    artifacts = json.loads(content)
    encoder_names = artifacts.pop("encoders")
    shared = [encoders.load(folder / name) for name in encoder_names]

    predictors = {}
    for name, artifact in artifacts.items():
        predictors[name] = models.load(name, folder / artifact, shared)
    encoders_by_id = {encoder.id: encoder for encoder in shared}
    return Suggester("benchmark", predictors, encoders_by_id)


def _measure_model(
    name: str,
    fold: Fold,
    folder: Path,
    shared: Sequence[Encoder],
    measurement: OurMeasurement,
) -> None:
    """Train and evaluate one model; the measurement is extended in place."""
    predictor = _train(name, fold, folder, shared, measurement)
    metrics = _evaluate(name, predictor, fold.test)
    for metric, value in metrics.items():
        measurement.figures[f"{name} {metric}"] = value

    # Raw confidences and intervals travel on, to be pooled over the folds.
    confidences = confidence_of(name, predictor, fold.test)
    measurement.confidences.update(confidences)
    if name == "price":
        intervals = _price_intervals(predictor, fold.test)
        measurement.intervals.update(intervals)


def _train(
    name: str,
    fold: Fold,
    folder: Path,
    shared: Sequence[Encoder],
    measurement: OurMeasurement,
) -> models.Predictor:
    """Train one model; its seconds and the name of its artifact are added to the measurement."""
    config = models.config(name)
    start = time.perf_counter()
    artifact = models.train(name, fold.snapshot, shared, folder, config)
    seconds = time.perf_counter() - start

    measurement.figures[f"{name} seconds to train"] = seconds
    measurement.artifacts[name] = artifact.name
    # The predictor is loaded from its artifact, as a server loads it.
    return models.load(name, artifact, shared)


def _evaluate(
    name: str, predictor: models.Predictor, test: Sequence[Listing]
) -> dict[str, float]:
    metrics = models.evaluate(name, predictor, test)
    figures = complete_precision(metrics)
    microseconds = time_batches(predictor.predict, early_context(test))
    return {**figures, "microseconds a listing": microseconds}


def _price_intervals(
    predictor: models.Predictor, test: Sequence[Listing]
) -> dict[str, Any]:
    rows = [row for row in test if row.price is not None]
    contexts = {
        "cold": early_context(rows),
        "warm": full_context(rows, "price"),
    }
    intervals = {}
    for context, inputs in contexts.items():
        predicted = predict_intervals(predictor, inputs, rows)
        intervals[context] = predicted.to_json()
    return intervals


def _count_learned(fold: Fold) -> float:
    n_train = fold.snapshot.count("train")
    n_validation = fold.snapshot.count("validation")
    return float(n_train + n_validation)


def _write_names(
    folder: Path, artifacts: dict[str, str], encoder_paths: Sequence[Path]
) -> None:
    encoder_names = [path.name for path in encoder_paths]
    content = json.dumps({**artifacts, "encoders": encoder_names})
    (folder / ARTIFACTS).write_text(content, encoding="utf-8")


def _megabytes(artifacts: Sequence[Path]) -> float:
    n_bytes = 0
    for artifact in artifacts:
        for path in artifact.rglob("*"):
            if path.is_file():
                n_bytes += path.stat().st_size
    return n_bytes / 1e6
