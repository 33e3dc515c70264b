"""The steps of a training run up to the gates; ``register_steps.py`` follows.

A step takes a ``Context`` and small records. Whatever is large goes through the store by its id.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import models
from common.errors import ArtifactError, CannotTrain, InputError
from pipelines.evaluation.evidence import weigh
from pipelines.evaluation.load import (
    encode_ahead,
    load_encoder,
    load_encoders,
    open_snapshot,
)
from pipelines.evaluation.measure import measure
from pipelines.records import Challenger, metric_values, split_trained
from pipelines.reports.details import describe
from pipelines.training import targets
from pipelines.training.gate import attainable, check_gate, format_threshold
from pipelines.training.process import Context
from pipelines.training.unused_rows import describe_unused_rows

if TYPE_CHECKING:
    from common.encoders.config import Config as EncoderConfig
    from common.snapshot import Snapshot
    from common.store.release import ReleaseStore


FIELDS_OF_MODALITY = {"text": ("title", "description"), "photo": ("photos",)}
"""Fields of a listing that an encoder of each modality reads."""


def check_snapshot(
    context: Context, path: str, wanted: Sequence[str]
) -> dict[str, str]:
    """Check that a snapshot has rows to train and to test on; return its path and id.

    Notes which rows the targets ``wanted`` will not learn from. mlflow is asked too, before
    anything is trained that it would have to take.
    """
    from pipelines.tracking import connection

    snapshot = open_snapshot(path)
    for split in ("train", "test"):
        if not snapshot.count(split):
            raise InputError(
                f"snapshot {path} has no rows in its {split} split: ingest its table again, with"
                " more rows or with another --seed"
            )
    for sentence in describe_unused_rows(snapshot, wanted):
        context.note(sentence)
    connection.check_answers(context.settings)
    return {"path": str(Path(path).absolute()), "id": snapshot.id}


def train_encoders(
    context: Context, data: Mapping[str, str], config: str
) -> list[Challenger]:
    """Train the shared encoders on the snapshot's training rows, one after the other.

    An encoder whose modality no row of the snapshot has is left out, with a note.
    """
    from common.encoder_training import train
    from common.encoders.cached import prune_cache

    snapshot = open_snapshot(data["path"], data["id"])
    overrides = targets.parse_config(config).get(targets.ENCODERS, {})
    configs = targets.config(targets.ENCODERS, overrides)
    modalities = {
        name: train.modality_of(settings) for name, settings in configs.items()
    }

    prune_cache(context.settings.cache, _encoders_in_use(context.store))
    names = _trainable_encoders(context, snapshot, modalities)
    records: list[Challenger] = []
    for name in names:
        with _left_out(context, targets.encoder(name), records):
            records.append(_train_encoder(context, name, configs[name], snapshot))

    trained, without = split_trained(records)
    if not trained:
        raise CannotTrain("; ".join(record["left_out"] for record in without))
    return trained


def _train_encoder(
    context: Context, name: str, config: EncoderConfig, snapshot: Snapshot
) -> Challenger:
    from common.encoder_training import train

    started = time.monotonic()
    cache = context.settings.cache
    progress = partial(_report, context, name)
    folder = train.train(snapshot, cache, config, progress, name)
    challenger = _publish(context, targets.encoder(name), folder, started)

    # The steps that train models find the vectors of every row in the cache.
    encode_ahead(load_encoder(folder, cache), snapshot, progress)
    return challenger


def choose_encoders(context: Context, wanted: str) -> list[Challenger]:
    """Return the encoders to train models on: those wanted, the champion's, else the newest.

    ``wanted`` holds ids joined by commas, or is empty. Raises ``ArtifactError`` where there are no
    encoders at all.
    """
    if wanted:
        ids = wanted.split(",")
    else:
        ids = _champion_encoders(context.store) or _newest_encoders(context.store)
    if not ids:
        raise ArtifactError(
            "no encoders have been trained yet: run 'listrec train encoders --snapshot DIR' first"
        )

    # Raises for what is no encoder.
    load_encoders(context.store, context.settings.cache, ids)

    chosen = []
    for artifact in ids:
        name = context.store.manifest(artifact).name
        chosen.append(Challenger(target=targets.encoder(name), artifact=artifact))
    return chosen


def train_model(
    context: Context,
    name: str,
    data: Mapping[str, str],
    chosen: Sequence[Challenger],
    config: str,
) -> list[Challenger]:
    """Train one model on the snapshot's training rows and the chosen encoders.

    A model that the rows have nothing to learn for is left out with a note; others still train.
    """
    records: list[Challenger] = []
    with _left_out(context, name, records):
        records.append(_train_model(context, name, data, chosen, config))
    return records


def _train_model(
    context: Context,
    name: str,
    data: Mapping[str, str],
    chosen: Sequence[Challenger],
    config: str,
) -> Challenger:
    started = time.monotonic()
    overrides = targets.parse_config(config).get(name, {})
    cache = context.settings.cache
    ids = [encoder["artifact"] for encoder in chosen]

    folder = models.train(
        name,
        open_snapshot(data["path"], data["id"]),
        load_encoders(context.store, cache, ids),
        cache,
        models.config(name, overrides),
        context.progress,
    )
    return _publish(context, name, folder, started)


@contextmanager
def _left_out(
    context: Context, target: str, records: list[Challenger]
) -> Iterator[None]:
    """Note a target that cannot be trained, and record why."""
    try:
        yield
    except CannotTrain as error:
        context.note(f"{target} is left out: {error}")
        records.append(Challenger(target=target, left_out=str(error)))


def evaluate(
    context: Context, challengers: Sequence[Challenger], data: Mapping[str, str]
) -> list[Challenger]:
    """Measure them on the test split, a model through the predictor that will serve."""
    trained, evaluated = split_trained(challengers)
    if not trained:
        return evaluated

    snapshot = open_snapshot(data["path"], data["id"])
    for challenger in trained:
        target, artifact = challenger["target"], challenger["artifact"]
        context.progress(target, len(evaluated) / len(challengers))
        measured = measure(
            context.store, context.settings.cache, target, artifact, snapshot
        )

        metrics = _without_nan(measured.metrics)
        result = Challenger(
            metrics=metrics,
            detail=describe(measured, snapshot),
            evidence=weigh(measured, target),
        )
        evaluated.append({**challenger, **result})
    return evaluated


def _without_nan(metrics: Mapping[str, float]) -> dict[str, float | None]:
    """Leave out NaN, which Kubeflow does not pass on; a gate says that it was not measured."""
    return {name: value for name, value in metrics.items() if not math.isnan(value)}


def check_gates(
    context: Context, challengers: Sequence[Challenger], before: Sequence[Challenger]
) -> list[Challenger]:
    """Check the metrics of each challenger against its gate.

    Returns the challengers after those ``before``, whose gates earlier steps checked.
    """
    trained, left_out = split_trained(challengers)
    checked = [*before, *left_out]
    for challenger in trained:
        checked.append({**challenger, **_check_gate(context, challenger)})
    return checked


def _check_gate(context: Context, challenger: Challenger) -> Challenger:
    """Return the part of a record that its gate adds; note what few rows cannot decide."""
    evidence = challenger.get("evidence")
    thresholds = [
        attainable(threshold, evidence)
        for threshold in targets.gate(challenger["target"])
    ]
    verdict = check_gate(metric_values(challenger), thresholds, evidence)
    for clause in verdict.undecided:
        context.note(f"{challenger['target']}: {clause}")

    return Challenger(
        thresholds={item.metric: format_threshold(item) for item in thresholds},
        passed=verdict.passed,
        reasons=list(verdict.reasons),
        undecided=list(verdict.undecided),
    )


def _publish(context: Context, target: str, folder: Path, started: float) -> Challenger:
    """Put a trained artifact into the store; return the record that later steps add to."""
    seconds = round(time.monotonic() - started, 2)
    artifact = context.store.publish_artifact(folder)
    return Challenger(target=target, artifact=artifact, seconds=seconds)


def _trainable_encoders(
    context: Context, snapshot: Snapshot, modalities: Mapping[str, str]
) -> list[str]:
    """Name the encoders whose modality some row of the snapshot has; note the others."""
    coverage = snapshot.manifest.coverage
    trainable = []
    for name, modality in modalities.items():
        if any(coverage.get(field) for field in FIELDS_OF_MODALITY[modality]):
            trainable.append(name)
        else:
            noun = "a photo" if modality == "photo" else "text"
            context.note(
                f"encoder {name} is left out: no row of the snapshot has {noun}"
            )

    if not trainable:
        raise InputError(
            "there is no encoder left to train: see encoders in the configuration"
        )
    return trainable


def _encoders_in_use(store: ReleaseStore) -> set[str]:
    return {*_champion_encoders(store), *_newest_encoders(store)}


def _champion_encoders(store: ReleaseStore) -> list[str]:
    """Ids of the champion's encoders."""
    return list(store.read().encoders) if store.champion() else []


def _newest_encoders(store: ReleaseStore) -> list[str]:
    """Ids of the encoders that the last run trained, if all of them passed."""
    return (store.newest(targets.ENCODERS) or "").split()


def _report(context: Context, name: str, message: str, fraction: float) -> None:
    context.progress(f"{name}: {message}", fraction)
