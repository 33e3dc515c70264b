"""The steps of a training run, from the snapshot to the registry; ``releasing.py`` has the rest.

A step is given a ``Context`` and small records; what is big goes through the store by its id.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import models
from common.errors import ArtifactError, InputError
from pipelines.evaluation.load import (
    encode_ahead,
    load_encoder,
    load_encoders,
    measure,
    open_snapshot,
)
from pipelines.reports import model_card
from pipelines.reports.data_card import describe_data
from pipelines.reports.details import describe
from pipelines.training import targets
from pipelines.training.gate import check_gate, format_threshold
from pipelines.training.process import Context
from pipelines.training.records import Challenger, numbers

if TYPE_CHECKING:
    from common.snapshot import Snapshot
    from common.store.release import ReleaseStore


def check_snapshot(context: Context, path: str) -> dict[str, str]:
    """Open the snapshot, see that it has rows to train and to test on; return its path and id."""
    snapshot = open_snapshot(path)
    for split in ("train", "test"):
        if not snapshot.count(split):
            raise InputError(f"snapshot {path} has no rows in its {split} split")
    return {"path": str(Path(path).absolute()), "id": snapshot.id}


def train_encoders(context: Context, data: Mapping[str, str], config: str) -> list[Challenger]:
    """Train the shared encoders on the snapshot's training rows, one after the other.

    An encoder of what no row of the snapshot has is left out, in a sentence.
    """
    from common.encoder_training import train
    from common.encoders.cached import prune_cache

    snapshot = open_snapshot(data["path"], data["id"])
    overrides = targets.parse_config(config).get(targets.ENCODERS, {})
    configs = targets.config(targets.ENCODERS, overrides)
    modalities = {name: train.modality_of(each) for name, each in configs.items()}
    cache, trained = context.settings.cache, list[Challenger]()
    prune_cache(cache, {*_served(context.store), *_newest(context.store)})
    for name in _possible(context, snapshot, modalities):
        started, progress = time.monotonic(), partial(_report, context, name)
        folder = train.train(snapshot, cache, configs[name], progress, name)
        trained.append(_trained(context, targets.encoder(name), folder, started))
        encode_ahead(load_encoder(folder, cache), snapshot, progress)
    return trained


def choose_encoders(context: Context, wanted: str) -> list[Challenger]:
    """Return the encoders to train models on: those wanted, the champion's, else the newest."""
    ids = wanted.split(",") if wanted else _served(context.store) or _newest(context.store)
    if not ids:
        raise ArtifactError(
            "no encoders have been trained yet: run 'listrec train encoders --snapshot DIR' first"
        )
    load_encoders(context.store, context.settings.cache, ids)
    names = [context.store.manifest(ref).name for ref in ids]
    found = zip(names, ids, strict=True)
    return [Challenger(target=targets.encoder(name), artifact=ref) for name, ref in found]


def train_model(
    context: Context,
    name: str,
    data: Mapping[str, str],
    chosen: Sequence[Challenger],
    config: str,
) -> list[Challenger]:
    """Train one model on the snapshot's training rows and the chosen encoders."""
    overrides = targets.parse_config(config).get(name, {})
    cache = context.settings.cache
    started = time.monotonic()
    folder = models.train(
        name,
        open_snapshot(data["path"], data["id"]),
        load_encoders(context.store, cache, [each["artifact"] for each in chosen]),
        cache,
        models.config(name, overrides),
        context.progress,
    )
    return [_trained(context, name, folder, started)]


def evaluate(
    context: Context, challengers: Sequence[Challenger], data: Mapping[str, str]
) -> list[Challenger]:
    """Measure them on the test split, a model through the predictor that will serve."""
    snapshot = open_snapshot(data["path"], data["id"])
    measured: list[Challenger] = []
    for challenger in challengers:
        target, artifact = challenger["target"], challenger["artifact"]
        context.progress(target, len(measured) / len(challengers))
        asked = (context.store, context.settings.cache, target, artifact, snapshot)
        # Kubeflow passes on neither NaN nor None; the gate says of what is left out that it was
        # not measured.
        metrics = {k: v for k, v in measure(*asked).items() if not math.isnan(v)}
        measured.append({**challenger, "metrics": {**metrics}, "detail": describe(*asked)})
    return measured


def judge_challengers(
    context: Context, challengers: Sequence[Challenger], before: Sequence[Challenger]
) -> list[Challenger]:
    """Put each one's metrics before its gate; return them after those judged ``before``."""
    return [*before, *map(_judge, challengers)]


def _judge(challenger: Challenger) -> Challenger:
    demands = targets.gate(challenger["target"])
    verdict = check_gate(numbers(challenger), demands)
    return {
        **challenger,
        "demands": {threshold.metric: format_threshold(threshold) for threshold in demands},
        "passed": verdict.passed,
        "reasons": list(verdict.reasons),
    }


def register(
    context: Context, challengers: Sequence[Challenger], data: Mapping[str, str], force: bool
) -> list[Challenger]:
    """Write model cards, log runs and register a version of what passed or is forced.

    One step does it for all, because importing mlflow costs more than everything it does here.
    """
    from pipelines.tracking import runs

    lines = describe_data(open_snapshot(data["path"]))
    registered: list[Challenger] = []
    for number, challenger in enumerate(challengers):
        target, artifact = challenger["target"], challenger["artifact"]
        context.progress(target, number / len(challengers))
        manifest = context.store.manifest(artifact)
        text = model_card.write(challenger, manifest, lines)
        context.store.write_card(artifact, text)
        accepted = challenger["passed"] or force
        version = runs.log_run(context.settings, challenger, manifest, text, register=accepted)
        if accepted and target in models.NAMES:
            context.store.set_newest(target, artifact)
        registered.append({**challenger, "version": version})
    made = [each for each in registered if each["target"] not in models.NAMES]
    if made and all(each["passed"] or force for each in made):
        context.store.set_newest(targets.ENCODERS, "\n".join(each["artifact"] for each in made))
    return registered


def _trained(context: Context, target: str, folder: Path, started: float) -> Challenger:
    seconds = round(time.monotonic() - started, 2)
    artifact = context.store.publish_artifact(folder)
    return Challenger(target=target, artifact=artifact, seconds=seconds)


def _possible(context: Context, snapshot: Snapshot, modalities: Mapping[str, str]) -> list[str]:
    """Name the encoders that find what they read in a snapshot; say which do not."""
    fields = {"text": ("title", "description"), "photo": ("photos",)}
    possible = []
    for name, modality in modalities.items():
        if any(snapshot.manifest.coverage.get(field) for field in fields[modality]):
            possible.append(name)
        else:
            thing = {"text": "text", "photo": "a photo"}[modality]
            context.note(f"encoder {name} is left out: no row of the snapshot has {thing}")
    if not possible:
        raise InputError("there is no encoder left to train: see encoders in the configuration")
    return possible


def _served(store: ReleaseStore) -> list[str]:
    """Ids of the champion's encoders."""
    return list(store.read().encoders) if store.champion() else []


def _newest(store: ReleaseStore) -> list[str]:
    """Ids of the encoders that the last run trained, if all of them passed."""
    return (store.newest(targets.ENCODERS) or "").split()


def _report(context: Context, name: str, doing: str, fraction: float) -> None:
    context.progress(f"{name}: {doing}", fraction)
