"""The steps of a training run up to the gates; ``register_steps.py`` follows.

A step takes a ``Context`` and small records. Whatever is large goes through the store by its id.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import models
from common.errors import CannotTrain, InputError
from pipelines.data_checks.check import check_data
from pipelines.evaluation.champion_comparison import compare_with_champion
from pipelines.evaluation.evidence import weigh
from pipelines.evaluation.load import (
    encode_ahead,
    load_encoder,
    load_encoders,
)
from pipelines.evaluation.measure import Measured, measure
from pipelines.evaluation.unseen_rows import keep_split
from pipelines.records import Challenger, metric_values, split_trained
from pipelines.reports.details import describe
from pipelines.training import encoder_choice, targets
from pipelines.training.champion_gate import check_against_champion
from pipelines.training.champions import (
    champions_artifact,
    config_of_run,
    note_comparison,
)
from pipelines.training.checkpoints import Checkpoint
from pipelines.training.gate import attainable, check_gate, format_threshold
from pipelines.training.process import Context
from pipelines.training.retrain import choose_settings, leave_out
from pipelines.training.run_snapshot import find_run_snapshot, open_run_snapshot
from pipelines.training.step_records import DATA_REPORT, Request
from pipelines.training.unused_rows import describe_unused_rows

if TYPE_CHECKING:
    from common.encoders.config import Config as EncoderConfig
    from common.snapshot import Snapshot


def check_snapshot(
    context: Context, path: str, wanted: Sequence[str], options: Mapping[str, Any]
) -> dict[str, str]:
    """Find the snapshot, or make it, and check that it has rows to train and to test on.

    Returns what later steps open it by. Keeps what the run is asked for: the targets ``wanted``,
    the snapshot, and the other ``options`` of the pipeline. Notes which rows the targets will not
    learn from. Raises ``InputError`` where the snapshot differs from that of the champion more than
    it may. mlflow is asked too, before anything is trained that it would have to take.
    """
    from pipelines.tracking import connection

    _keep_request(context, wanted, {"snapshot": path, **options})
    config = targets.parse_config(options["config"])
    snapshot, data = find_run_snapshot(context, path, config)
    for split in ("train", "test"):
        if not snapshot.count(split):
            raise InputError(
                f"snapshot {path or snapshot.id} has no rows in its {split} split: ingest its"
                " table again, with more rows or with another --seed"
            )
    keep_split(context.store.storage, snapshot.id, snapshot.manifest.split)
    for sentence in describe_unused_rows(snapshot, wanted):
        context.note(sentence)

    data_config = targets.config(targets.DATA, config.get(targets.DATA, {}))
    keep_report = partial(context.records.write_page, DATA_REPORT)
    check_data(context.store, snapshot, data_config, context.note, keep_report)
    connection.check_answers(context.settings)
    return data


def _keep_request(
    context: Context, wanted: Sequence[str], arguments: Mapping[str, Any]
) -> None:
    request = Request(
        run=context.run,
        targets=tuple(wanted),
        arguments=arguments,
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=context.settings.commit,
        image=context.settings.image,
    )
    context.records.write_request(request)


def train_encoders(
    context: Context, data: Mapping[str, str], config: str
) -> list[Challenger]:
    """Train the shared encoders on the snapshot's training rows, one after the other.

    An encoder whose modality no row of the snapshot has is left out, with a note.
    """
    from common.encoder_training import train
    from common.encoders.cached import prune_cache

    snapshot = open_run_snapshot(context, data)
    configs = _encoder_configs(config)
    modalities = {
        name: train.modality_of(settings) for name, settings in configs.items()
    }
    prune_cache(context.settings.cache, encoder_choice.in_use(context.store))

    records: list[Challenger] = []
    for name in encoder_choice.trainable(context, snapshot, modalities):
        with _left_out(context, targets.encoder(name), records):
            records.append(_train_encoder_once(context, name, configs[name], snapshot))
    return _require_trained(records)


def _encoder_configs(config: str) -> dict[str, EncoderConfig]:
    """Return the settings of each encoder: the defaults, with those of ``config``."""
    overrides = targets.parse_config(config).get(targets.ENCODERS, {})
    configs: dict[str, EncoderConfig] = targets.config(targets.ENCODERS, overrides)
    return configs


def _require_trained(records: Sequence[Challenger]) -> list[Challenger]:
    """Return what was trained; raise ``CannotTrain`` with the reasons where all were left out."""
    trained, left_out = split_trained(records)
    if left_out and not trained:
        raise CannotTrain("; ".join(record["left_out"] for record in left_out))
    return trained


def _train_encoder_once(
    context: Context, name: str, config: EncoderConfig, snapshot: Snapshot
) -> Challenger:
    inputs = {"name": name, "config": asdict(config), "snapshot": snapshot.id}
    checkpoint = context.checkpoint("train_encoder", inputs)
    train = partial(_train_encoder, context, name, config, snapshot, checkpoint)
    return context.once("train_encoder", inputs, train)


def _train_encoder(
    context: Context,
    name: str,
    config: EncoderConfig,
    snapshot: Snapshot,
    checkpoint: Checkpoint | None,
) -> Challenger:
    from common.encoder_training import train

    started = time.monotonic()
    cache = context.settings.cache
    progress = partial(_report, context, name)
    folder = train.train(snapshot, cache, config, progress, name, checkpoint)
    challenger = _publish(context, targets.encoder(name), folder, started)
    if checkpoint:
        checkpoint.remove()

    # The steps that train models find the vectors of every row in the cache.
    encode_ahead(load_encoder(folder, cache), snapshot, progress)
    return challenger


def choose_encoders(context: Context, wanted: str) -> list[Challenger]:
    """Return the encoders to train models on: those wanted, the champion's, else the newest.

    ``wanted`` holds ids joined by commas, or is empty. There may be none: a note says that photos
    are not read then.
    """
    ids = wanted.split(",") if wanted else encoder_choice.default_ids(context.store)
    if not ids:
        context.note(
            "no encoders have been trained, so photos are not read: run 'listrec train encoders"
            " --snapshot DIR' first if there are any"
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

    Where ``config`` has several settings for it, they are chosen on validation rows. A model that
    the rows have nothing to learn for is left out with a note, and so is one of which no settings
    reach the floors; others still train.
    """
    ids = [encoder["artifact"] for encoder in chosen]
    settings = targets.parse_config(config)

    records: list[Challenger] = []
    with _left_out(context, name, records):
        choice = choose_settings(context, name, data, ids, settings)
        if choice.config is None:
            records.append(leave_out(context, name, choice.trials))
        else:
            trained = _train_model_once(context, name, data, ids, choice.config)
            records.append(trained | choice.record)
    return records


def _train_model_once(
    context: Context,
    name: str,
    data: Mapping[str, str],
    encoder_ids: Sequence[str],
    config: Any,
) -> Challenger:
    inputs = {
        "name": name,
        "config": asdict(config),
        "snapshot": data["id"],
        "encoders": encoder_ids,
    }
    train = partial(_train_model, context, name, data, encoder_ids, config)
    return context.once("train_model", inputs, train)


def _train_model(
    context: Context,
    name: str,
    data: Mapping[str, str],
    encoder_ids: Sequence[str],
    config: Any,
) -> Challenger:
    started = time.monotonic()
    cache = context.settings.cache
    folder = models.train(
        name,
        open_run_snapshot(context, data),
        load_encoders(context.store, cache, encoder_ids),
        cache,
        config,
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

    snapshot = open_run_snapshot(context, data)
    for challenger in trained:
        context.progress(challenger["target"], len(evaluated) / len(challengers))
        measured = _evaluate_once(context, challenger, snapshot)
        note_comparison(context, challenger, measured, snapshot.id)
        evaluated.append({**challenger, **measured})
    return evaluated


def _evaluate_once(
    context: Context, challenger: Challenger, snapshot: Snapshot
) -> Challenger:
    """Return the part of a record that its evaluation and its comparison add."""
    target, artifact = challenger["target"], challenger["artifact"]
    store, vectors = context.store, context.settings.cache
    # Predicting takes long: both look at the same answers, and often neither has to.
    measure_it = cache(partial(measure, store, vectors, target, artifact, snapshot))

    inputs = {"artifact": artifact, "snapshot": snapshot.id}
    evaluate_it = partial(_evaluate, target, measure_it, snapshot)
    evaluated = context.once("evaluate", inputs, evaluate_it)

    champion = champions_artifact(context, challenger)
    if not champion:
        return evaluated
    days = config_of_run(context).recent_days
    inputs |= {"champion": champion, "recent_days": str(days)}
    compare_it = partial(
        _compare, context, champion, artifact, measure_it, snapshot, days
    )
    return {**evaluated, **context.once("compare", inputs, compare_it)}


def _evaluate(
    target: str, measure_it: Callable[[], Measured], snapshot: Snapshot
) -> Challenger:
    measured = measure_it()
    return Challenger(
        metrics=_without_nan(measured.metrics),
        detail=describe(measured, snapshot),
        evidence=weigh(measured, target),
    )


def _compare(
    context: Context,
    champion: str,
    artifact: str,
    measure_it: Callable[[], Measured],
    snapshot: Snapshot,
    recent_days: int,
) -> Challenger:
    comparison = compare_with_champion(
        context.store,
        context.settings.cache,
        champion,
        artifact,
        measure_it(),
        snapshot,
        recent_days,
    )
    return Challenger(comparison=comparison)


def _without_nan(metrics: Mapping[str, float]) -> dict[str, float | None]:
    """Leave out NaN, which Kubeflow does not pass on; a gate says that it was not measured."""
    return {name: value for name, value in metrics.items() if not math.isnan(value)}


def check_gates(
    context: Context, challengers: Sequence[Challenger], before: Sequence[Challenger]
) -> list[Challenger]:
    """Check the metrics of each challenger against its gate, and its gain over the champion.

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
    if "comparison" in challenger:
        config = config_of_run(context)
        verdict += check_against_champion(challenger["comparison"], config)
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


def _report(context: Context, name: str, message: str, fraction: float) -> None:
    context.progress(f"{name}: {message}", fraction)
