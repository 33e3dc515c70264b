"""The steps of a training run, from the snapshot to the registry; ``releasing.py`` has the rest.

A step is given a ``Context`` and small records; what is big goes through the store by its id.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import models
from common.artifacts import Manifest
from common.errors import ArtifactError, InputError
from pipelines import card, targets
from pipelines.gate import judge, limits
from pipelines.measuring import defined, load_encoders, measure, open_snapshot
from pipelines.process import Context
from pipelines.records import Challenger, numbers


def check_snapshot(context: Context, path: str) -> dict[str, str]:
    """Open the snapshot, see that it has rows to train and to test on; return its path and id."""
    snapshot = open_snapshot(path)
    for split in ("train", "test"):
        if not snapshot.count(split):
            raise InputError(f"snapshot {path} has no rows in its {split} split")
    return {"path": str(Path(path).absolute()), "id": snapshot.id}


def train_encoder(context: Context, data: Mapping[str, str], config: str) -> Challenger:
    """Train the shared text encoder on the snapshot's training rows."""
    from common.encoders import train

    overrides = targets.parse_config(config).get(targets.ENCODERS, {})
    started = time.monotonic()
    folder = train.train(
        open_snapshot(data["path"], data["id"]),
        context.settings.cache,
        targets.config(targets.ENCODERS, overrides),
        context.progress,
    )
    return _trained(context, targets.ENCODERS, folder, started)


def choose_encoders(context: Context, wanted: str) -> Challenger:
    """Return the encoders to train models on: those wanted, the champion's, else the newest."""
    champion = context.store.champion()
    if wanted:
        ids = tuple(wanted.split(","))
    elif champion:
        ids = context.store.read(champion).encoders
    else:
        ids = tuple(filter(None, [context.store.newest(targets.ENCODERS)]))
    if not ids:
        raise ArtifactError(
            "no encoders have been trained yet: run 'listrec train encoders --snapshot DIR' first"
        )
    load_encoders(context.store, context.settings.cache, ids)
    return Challenger(target=targets.ENCODERS, artifact=",".join(ids))


def train_model(
    context: Context, name: str, data: Mapping[str, str], chosen: Challenger, config: str
) -> Challenger:
    """Train one model on the snapshot's training rows and the chosen encoders."""
    overrides = targets.parse_config(config).get(name, {})
    cache = context.settings.cache
    started = time.monotonic()
    folder = models.train(
        name,
        open_snapshot(data["path"], data["id"]),
        load_encoders(context.store, cache, chosen["artifact"].split(",")),
        cache,
        models.config(name, overrides),
        context.progress,
    )
    return _trained(context, name, folder, started)


def evaluate(context: Context, challenger: Challenger, data: Mapping[str, str]) -> Challenger:
    """Measure it on the test split, through the predictor that will serve."""
    snapshot = open_snapshot(data["path"], data["id"])
    target, artifact = challenger["target"], challenger["artifact"]
    metrics = measure(context.store, context.settings.cache, target, artifact, snapshot)
    return {**challenger, "metrics": defined(metrics)}


def judge_challenger(
    context: Context, challenger: Challenger, before: Sequence[Challenger]
) -> list[Challenger]:
    """Put its metrics before the gate of its target; return it after those judged ``before``."""
    thresholds = targets.gate(challenger["target"])
    verdict = judge(numbers(challenger), thresholds)
    judged: Challenger = {
        **challenger,
        "demands": {threshold.metric: limits(threshold) for threshold in thresholds},
        "passed": verdict.passed,
        "reasons": list(verdict.reasons),
    }
    return [*before, judged]


def register(
    context: Context, challengers: Sequence[Challenger], data: Mapping[str, str], force: bool
) -> list[Challenger]:
    """Write model cards, log runs and register a version of what passed or is forced.

    One step does it for all, because importing mlflow costs more than everything it does here.
    """
    from pipelines import tracking

    snapshot = open_snapshot(data["path"])
    registered: list[Challenger] = []
    for number, challenger in enumerate(challengers):
        target, artifact = challenger["target"], challenger["artifact"]
        context.progress(target, number / len(challengers))
        manifest = Manifest(**json.loads(context.store.manifest(artifact)))
        text = card.write(challenger, manifest, snapshot)
        context.store.write_card(artifact, text)
        accepted = challenger["passed"] or force
        version = tracking.log_run(context.settings, challenger, manifest, text, register=accepted)
        if accepted:
            context.store.set_newest(target, artifact)
        registered.append({**challenger, "version": version})
    return registered


def _trained(context: Context, target: str, folder: Path, started: float) -> Challenger:
    seconds = round(time.monotonic() - started, 2)
    artifact = context.store.publish_artifact(folder)
    return Challenger(target=target, artifact=artifact, seconds=seconds)
