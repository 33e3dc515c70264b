"""Our models on a fold: trained afresh with their encoder, and asked through what serves."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

import models
from benchmarks.peers.protocol import time_batches, unreached
from benchmarks.quality.calibration import Confidence, confidence_of
from benchmarks.quality.intervals import state
from benchmarks.shared.folds import Fold
from common import encoders
from common.encoder_training import train as encoder_training
from common.encoders.config import NgramConfig, StaticConfig
from common.listing import Listing
from models.evaluation.views import early_context, full_context
from models.suggester import Suggester

ARTIFACTS = "artifacts.json"
"""Names the artifacts that were trained in a folder, for ``load``."""


def measure_ours(fold: Fold, folder: Path, names: Sequence[str], text: str = "") -> dict[str, Any]:
    """Train the named models in ``folder``; return metrics, price intervals, and how sure it was.

    ``text`` is the folder of a pretrained model, whose words are read where it is given.
    """
    start = time.perf_counter()
    trained = train_encoders(fold, folder, text)
    shared = [encoders.load(each) for each in trained]
    made: dict[str, Any] = {}
    found: dict[str, float] = {"encoder seconds to train": time.perf_counter() - start}
    found["learned rows"] = float(fold.snapshot.count("train") + fold.snapshot.count("validation"))
    intervals: dict[str, Any] = {}
    sure: dict[str, Confidence] = {}
    for name in names:
        start = time.perf_counter()
        artifact = models.train(name, fold.snapshot, shared, folder, models.config(name))
        found[f"{name} seconds to train"] = time.perf_counter() - start
        predictor, made[name] = models.load(name, artifact, shared), artifact.name
        measured = unreached(models.evaluate(name, predictor, fold.test))
        found |= {f"{name} {metric}": value for metric, value in measured.items()}
        cold = early_context(fold.test)
        found[f"{name} microseconds a listing"] = time_batches(predictor.predict, cold)
        sure |= dict(confidence_of(name, predictor, fold.test))
        if name == "price":
            intervals = _intervals(predictor, fold.test)
    if list(names) == list(models.NAMES):
        whole = [*(folder / ref for ref in made.values()), *trained]
        found["all artifacts, MB"] = sum(map(_size, whole)) / 1e6
    made["encoders"] = [each.name for each in trained]
    (folder / ARTIFACTS).write_text(json.dumps(made), encoding="utf-8")
    return {"figures": found, "intervals": intervals, "sure": sure}


def train_encoders(fold: Fold, folder: Path, text: str) -> list[Path]:
    """Train the encoder of n-grams, and that of the words of a pretrained model at ``text``."""
    configs = [NgramConfig(), *([StaticConfig(model=text)] if text else [])]
    return [encoder_training.train(fold.snapshot, folder, config) for config in configs]


def load_ours(folder: Path) -> Suggester:
    """Load what ``measure_ours`` trained in a folder, in one process as a release is."""
    made = json.loads((folder / ARTIFACTS).read_text(encoding="utf-8"))
    shared = [encoders.load(folder / ref) for ref in made.pop("encoders")]
    trained = {name: models.load(name, folder / ref, shared) for name, ref in made.items()}
    return Suggester("benchmark", trained, {each.id: each for each in shared})


def _intervals(predictor: models.Predictor, test: Sequence[Listing]) -> dict[str, Any]:
    rows = [row for row in test if row.price is not None]
    shown = {"cold": early_context(rows), "warm": full_context(rows, "price")}
    told = {kind: asdict(state(predictor, each, rows)) for kind, each in shown.items()}
    return {
        kind: {name: np.asarray(values).tolist() for name, values in each.items()}
        for kind, each in told.items()
    }


def _size(artifact: Path) -> int:
    return sum(path.stat().st_size for path in artifact.rglob("*") if path.is_file())
