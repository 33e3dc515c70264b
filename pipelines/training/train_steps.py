"""The steps that train and choose encoders and train models; ``evaluate_steps.py`` follows."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import models
from common.errors import CannotTrain
from pipelines.evaluation.load import (
    encode_ahead,
    load_encoder,
    load_encoders,
)
from pipelines.records import Challenger, split_trained
from pipelines.training import encoder_choice, targets
from pipelines.training.checkpoints import Checkpoint
from pipelines.training.process import Context
from pipelines.training.retrain import choose_settings, leave_out
from pipelines.training.run_snapshot import open_run_snapshot

if TYPE_CHECKING:
    from common.encoders.config import Config as EncoderConfig
    from common.snapshot import Snapshot


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


def _publish(context: Context, target: str, folder: Path, started: float) -> Challenger:
    """Put a trained artifact into the store; return the record that later steps add to."""
    seconds = round(time.monotonic() - started, 2)
    artifact = context.store.publish_artifact(folder)
    return Challenger(target=target, artifact=artifact, seconds=seconds)


def _report(context: Context, name: str, message: str, fraction: float) -> None:
    context.progress(f"{name}: {message}", fraction)
