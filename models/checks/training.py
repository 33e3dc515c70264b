"""Checks of a model's settings, model card, artifact, training and evaluation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import models
from common.errors import ArtifactError, InputError
from common.listing import CONFIRMABLE, Listing
from common.store import artifacts
from models.checks.trained_model import ContractError, TrainedModel, require

CARD_HEADINGS = (
    "Predicts",
    "Inputs",
    "Method",
    "Training",
    "Calibration",
    "Abstention",
    "Metrics and gate",
    "Limits",
)


def check_outputs(model: TrainedModel) -> None:
    """It predicts fields that a seller can confirm."""
    outputs = models.outputs(model.name)
    require(bool(outputs), "it predicts no field")
    unknown = sorted(set(outputs) - set(CONFIRMABLE))
    require(not unknown, f"it predicts fields that cannot be confirmed: {unknown}")


def check_settings(model: TrainedModel) -> None:
    """Its settings have a seed, can be overridden, and refuse unknown names."""
    require(models.config(model.name).seed == 0, "the default of its seed is not 0")
    require(
        models.config(model.name, {"seed": 5}).seed == 5,
        "its seed cannot be overridden",
    )
    try:
        models.config(model.name, {"sede": 1})
    except InputError as error:
        expected = f"{model.name} has no setting 'sede'; it has seed"
        require(
            expected in str(error),
            "its refusal of an unknown setting does not list the known",
        )
    else:
        raise ContractError("it takes a setting that does not exist")


def check_card(model: TrainedModel) -> None:
    """Its model card has every heading and names every metric of its gate."""
    path = Path(models.__file__).parent / model.name / "README.md"
    card = path.read_text(encoding="utf-8")

    lacking = [heading for heading in CARD_HEADINGS if f"\n## {heading}\n" not in card]
    require(not lacking, f"its model card lacks the headings {lacking}")

    metrics = [threshold.metric for threshold in models.gate(model.name)]
    unnamed = [metric for metric in metrics if f"`{metric}`" not in card]
    require(not unnamed, f"its model card does not name the metrics {unnamed}")


def check_name_and_version(model: TrainedModel) -> None:
    """Its name, version and encoders are those of its artifact."""
    manifest = artifacts.read(model.artifact)
    predictor = model.predictor

    require(
        predictor.name == model.name,
        f"its name is {predictor.name!r}, not {model.name!r}",
    )
    require(
        predictor.version == manifest.id,
        f"its version is {predictor.version!r}, not the artifact's id {manifest.id!r}",
    )
    require(
        predictor.encoder_ids == manifest.encoders,
        f"its encoders are {predictor.encoder_ids}, and its manifest names {manifest.encoders}",
    )


def check_files(model: TrainedModel) -> None:
    """The artifact is arrays and text, without a pickle."""
    for path in model.artifact.iterdir():
        require(
            path.suffix in {".npz", ".json", ".txt"},
            f"its artifact has a file {path.name}",
        )
        if path.suffix == ".npz":
            _check_arrays(path)


def _check_arrays(path: Path) -> None:
    # numpy refuses arrays of objects here, which would be pickles.
    with np.load(path, allow_pickle=False) as arrays:
        kinds = {arrays[key].dtype for key in arrays.files}

    has_objects = np.dtype(object) in kinds
    require(not has_objects, f"{path.name} has an array of objects")


def check_encoders_required(model: TrainedModel) -> None:
    """It does not load without the encoders that it was trained on."""
    if not model.predictor.encoder_ids:
        return
    try:
        models.load(model.name, model.artifact, [])
    except ArtifactError as error:
        expected = "was trained on encoder"
        require(
            expected in str(error),
            f"its refusal to load does not say that it {expected} ...",
        )
    else:
        raise ContractError("it loads without the encoders that it was trained on")


def check_labels_required(model: TrainedModel) -> None:
    """Rows without labels cannot train it, and leave no files."""
    unlabelled: Any = _Unlabelled()
    with TemporaryDirectory() as out:
        try:
            models.train(
                model.name, unlabelled, [], Path(out), models.config(model.name)
            )
        except InputError as error:
            expected = f"the {model.name} model needs"
            require(
                expected in str(error),
                f"its refusal to train does not say what {expected}",
            )
        else:
            raise ContractError("it trains on rows without labels")
        require(not list(Path(out).iterdir()), "a training that failed leaves files")


def check_reproducible(model: TrainedModel) -> None:
    """The same rows, settings and seed give the same artifact."""
    config = models.config(model.name, artifacts.read(model.artifact).config)
    encoders = [
        model.encoders[encoder_id] for encoder_id in model.predictor.encoder_ids
    ]
    with TemporaryDirectory() as out:
        # An artifact's folder is named after its content.
        retrained = models.train(
            model.name, model.snapshot, encoders, Path(out), config
        )
        require(
            retrained.name == model.predictor.version,
            "training on the same rows with the same settings gives another artifact",
        )


def check_metrics(model: TrainedModel) -> None:
    """Its metrics are finite and include every metric of its gate."""
    metrics = models.evaluate(model.name, model.predictor, model.snapshot.read("test"))
    _require_finite(metrics)

    # A gate that misses a metric fails every release: better to know it before the first training.
    required = {threshold.metric for threshold in models.gate(model.name)}
    require(bool(required), "its gate has no threshold")
    lacking = sorted(required - metrics.keys())
    require(
        not lacking,
        f"its gate has thresholds for metrics that it does not measure: {lacking}",
    )


def check_metrics_without_labels(model: TrainedModel) -> None:
    """Listings without labels are evaluated without failing."""
    listings = [Listing("shoes"), Listing("hats")]
    _require_finite(models.evaluate(model.name, model.predictor, listings))


class _Unlabelled:
    """Stands in for a snapshot whose rows have a title and nothing else."""

    id = "unlabelled"

    def read(self, split: str) -> list[Listing]:
        """Return two listings, whatever the split."""
        return [Listing("shoes"), Listing("hats")]


def _require_finite(metrics: Mapping[str, float]) -> None:
    infinite = sorted(
        name for name, value in metrics.items() if not math.isfinite(value)
    )
    require(not infinite, f"its metrics {infinite} are not finite")
