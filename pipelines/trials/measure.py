"""Trains a model with some settings on the rows of trials, and measures it as it would serve."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import models
from common.progress import Progress
from pipelines.evaluation.load import LoadedModel
from pipelines.evaluation.measure import Measured
from pipelines.trials.trial_data import TrialData


def train_and_measure(
    name: str, config: Any, data: TrialData, progress: Progress
) -> Measured:
    """Return the metrics of a model with the settings ``config``; its artifact is not kept.

    It is measured on ``data.rows`` through the predictor that serves.
    """
    progress("reading", 0.0)
    with tempfile.TemporaryDirectory(prefix="trial-") as folder:
        artifact = models.train(
            name, data.snapshot, data.encoders, Path(folder), config, progress
        )
        predictor = models.load(name, artifact, data.encoders)
        progress("measuring", 1.0)
        evaluation = models.run_evaluation(name, predictor, data.rows)

    loaded = LoadedModel(predictor, tuple(data.encoders))
    return Measured(loaded, data.rows, evaluation.metrics, evaluation.outcomes)
