"""Measures what the store holds, through the predictor that serves."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import models
from common import encoders
from common.encoders import Encoder
from common.encoders.cached import CachedEncoder, cached, warm_cache
from common.errors import ArtifactError, InputError
from common.settings import Settings
from common.store import artifacts
from common.store.release import ReleaseStore

if TYPE_CHECKING:
    from common.snapshot import Snapshot

CHEAP = ("ngram", "static")
"""Kinds of encoders that take less time than looking up what they said before."""


def measure_released(
    settings: Settings, name: str, path: Path, split: str, artifact: str | None = None
) -> dict[str, Any]:
    """Measure a model on a split; the champion's unless an artifact is named.

    Returns ``model``, ``artifact``, ``snapshot``, ``split``, ``rows`` and ``metrics``, where a
    metric that is not a number is ``None``.
    """
    from common.snapshot import SPLITS

    models.check_name(name)
    if split not in SPLITS:
        raise InputError(f"there is no split {split!r}; there are {', '.join(SPLITS)}")
    store = ReleaseStore(settings.store)
    chosen = artifact or store.read().models.get(name)
    if chosen is None:
        raise ArtifactError(f"the champion has no model {name}: train it first")
    snapshot = open_snapshot(str(path))
    metrics = measure(store, settings.cache, name, chosen, snapshot, split)
    return {
        "model": name,
        "artifact": chosen,
        "snapshot": snapshot.id,
        "split": split,
        "rows": snapshot.count(split),
        "metrics": defined(metrics),
    }


def measure(
    store: ReleaseStore,
    cache: Path,
    target: str,
    artifact: str,
    snapshot: Snapshot,
    split: str = "test",
) -> dict[str, float]:
    """Metrics of an artifact in the store; an encoder is always probed on the test split."""
    if target in models.NAMES:
        predictor = load_predictor(store, cache, target, artifact)
        return models.evaluate(target, predictor, snapshot.read(split))
    from common.encoder_training.probe import evaluate

    return evaluate(load_encoders(store, cache, [artifact])[0], snapshot)


def load_predictor(store: ReleaseStore, cache: Path, name: str, artifact: str) -> models.Predictor:
    """Load a model from the store the way a server does."""
    folder = store.fetch_artifact(artifact, cache)
    manifest = artifacts.read(folder, verify=False)
    if manifest.name != name:
        raise InputError(f"artifact {artifact} is {manifest.name}, not {name}")
    return models.load(name, folder, load_encoders(store, cache, manifest.encoders))


def load_encoders(store: ReleaseStore, cache: Path, ids: Sequence[str]) -> list[Encoder]:
    """Load encoders from the store by their ids."""
    return [load_encoder(store.fetch_artifact(name, cache), cache) for name in ids]


def load_encoder(folder: Path, cache: Path) -> Encoder:
    """Load an encoder; what takes long to encode is encoded once and kept in ``cache``."""
    encoder = encoders.load(folder)
    cheap = artifacts.read(folder, verify=False).kind in CHEAP
    return encoder if cheap else cached(encoder, cache)


def encode_ahead(
    encoder: Encoder, snapshot: Snapshot, progress: Callable[[str, float], None]
) -> None:
    """Have an encoder that remembers make all vectors of a snapshot, for the steps to come."""
    if isinstance(encoder, CachedEncoder):
        warm_cache(encoder, snapshot, progress)


def defined(metrics: Mapping[str, float]) -> dict[str, float | None]:
    """Metrics as JSON knows them: what is not a number becomes ``None``."""
    return {name: None if math.isnan(value) else value for name, value in metrics.items()}


def open_snapshot(path: str, expected: str = "") -> Snapshot:
    """Open a snapshot; an id that differs from the expected one means other data."""
    from common.snapshot import Snapshot  # reads Parquet: only the steps that need rows

    snapshot = Snapshot.open(Path(path))
    if expected and snapshot.id != expected:
        raise InputError(f"snapshot {path} was exchanged while the run was going on: start again")
    return snapshot
