"""The steps of a training run, from the snapshot to the registry; ``releasing.py`` has the rest.

A step is given a ``Context`` and small values; what is big goes through the store by its id. The
record that travels from step to step is a ``Challenger``.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import models
from common import artifacts, encoders
from common.encoders import Encoder
from common.errors import ArtifactError, InputError
from pipelines import card, targets
from pipelines.gate import Verdict, judge
from pipelines.process import Context

if TYPE_CHECKING:
    from common.snapshot import Snapshot


class Challenger(TypedDict, total=False):
    """What is known of a trained target so far; each step adds its part.

    ``artifact`` is an id (of chosen encoders: ids joined by commas), ``seconds`` is what training
    took, a metric that is not a number is ``None``.
    """

    target: str
    artifact: str
    seconds: float
    metrics: dict[str, float | None]
    passed: bool
    reasons: list[str]
    version: str


def check_snapshot(context: Context, path: str) -> dict[str, str]:
    """Open the snapshot, see that it has rows to train and to test on; return its path and id."""
    snapshot = _open(path)
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
        _open(data["path"], data["id"]),
        context.settings.cache,
        train.Config(**overrides),
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
    load_encoders(context, ids)
    return Challenger(target=targets.ENCODERS, artifact=",".join(ids))


def train_model(
    context: Context, name: str, data: Mapping[str, str], chosen: Challenger, config: str
) -> Challenger:
    """Train one model on the snapshot's training rows and the chosen encoders."""
    overrides = targets.parse_config(config).get(name, {})
    started = time.monotonic()
    folder = models.train(
        name,
        _open(data["path"], data["id"]),
        load_encoders(context, chosen["artifact"].split(",")),
        context.settings.cache,
        models.config(name, overrides),
        context.progress,
    )
    return _trained(context, name, folder, started)


def evaluate(context: Context, challenger: Challenger, data: Mapping[str, str]) -> Challenger:
    """Measure it on the test split, through the predictor that will serve."""
    snapshot = _open(data["path"], data["id"])
    measured = measure(context, challenger["target"], challenger["artifact"], snapshot)
    metrics = {name: None if math.isnan(value) else value for name, value in measured.items()}
    return Challenger(**{**challenger, "metrics": metrics})


def judge_challenger(context: Context, challenger: Challenger) -> Challenger:
    """Put its metrics before the gate of its target."""
    verdict = judge(numbers(challenger), targets.gate(challenger["target"]))
    return Challenger(**{**challenger, "passed": verdict.passed, "reasons": list(verdict.reasons)})


def register(
    context: Context, challenger: Challenger, data: Mapping[str, str], force: bool
) -> Challenger:
    """Write its model card, log its run and, if it passed or is forced, register a version."""
    from pipelines import tracking  # mlflow takes seconds to import

    target, artifact = challenger["target"], challenger["artifact"]
    manifest = artifacts.Manifest(**json.loads(context.store.manifest(artifact)))
    verdict = Verdict(challenger["passed"], tuple(challenger["reasons"]))
    text = card.write(target, manifest, _open(data["path"]), numbers(challenger), verdict)
    context.store.write_card(artifact, text)
    accepted = verdict.passed or force
    version = tracking.log_run(context.settings, challenger, manifest, text, register=accepted)
    if accepted:
        context.store.set_newest(target, artifact)
    return Challenger(**{**challenger, "version": version})


def measure(context: Context, target: str, artifact: str, snapshot: Snapshot) -> dict[str, float]:
    """Metrics of an artifact in the store on the snapshot's test split."""
    if target != targets.ENCODERS:
        predictor = load_predictor(context, target, artifact)
        return models.evaluate(target, predictor, snapshot.read("test"))
    from common.encoders.evaluate import evaluate

    metrics: dict[str, float] = evaluate(load_encoders(context, [artifact])[0], snapshot)
    return metrics


def load_predictor(context: Context, name: str, artifact: str) -> models.Predictor:
    """Load a model from the store the way a server does."""
    folder = context.store.fetch_artifact(artifact, context.settings.cache)
    needed = load_encoders(context, artifacts.read(folder, verify=False).encoders)
    return models.load(name, folder, needed)


def load_encoders(context: Context, ids: Sequence[str]) -> list[Encoder]:
    """Load encoders from the store by their ids."""
    cache = context.settings.cache
    return [encoders.load(context.store.fetch_artifact(name, cache)) for name in ids]


def numbers(challenger: Challenger) -> dict[str, float]:
    """Metrics of a challenger as numbers again: what could not be measured is NaN."""
    return {k: math.nan if v is None else v for k, v in challenger["metrics"].items()}


def _trained(context: Context, target: str, folder: Path, started: float) -> Challenger:
    seconds = round(time.monotonic() - started, 2)
    artifact = context.store.publish_artifact(folder)
    return Challenger(target=target, artifact=artifact, seconds=seconds)


def _open(path: str, expected: str = "") -> Any:
    """Open a snapshot; an id that differs from the expected one means other data."""
    from common.snapshot import Snapshot  # reads Parquet: only the steps that need rows

    snapshot = Snapshot.open(Path(path))
    if expected and snapshot.id != expected:
        raise InputError(f"snapshot {path} was exchanged while the run was going on: start again")
    return snapshot
