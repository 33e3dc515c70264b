"""Measures artifacts of the store on a split, a model through the predictor that serves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import models
from common.errors import InputError
from common.listing import Listing
from common.settings import Settings
from common.store.release import ReleaseStore
from models.evaluation.outcomes import Outcome
from pipelines.evaluation.load import (
    LoadedEncoder,
    LoadedModel,
    load_model,
    load_timed_encoder,
    open_snapshot,
)
from pipelines.evaluation.versions import basis_note, champions_model, check_measured

if TYPE_CHECKING:
    from common.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Measured:
    """An artifact and how it did on the listings of a split.

    Attributes:
        loaded: the model or encoder, loaded once.
        listings: the finished listings of the split.
        metrics: metrics by name; one that the listings do not define may be NaN.
        outcomes: the outcome of every row, of which ``rows`` are indices; an encoder has none.
    """

    loaded: LoadedModel | LoadedEncoder
    listings: Sequence[Listing]
    metrics: dict[str, float]
    outcomes: tuple[Outcome, ...] = ()


def measure_released(
    settings: Settings, name: str, path: Path, split: str, artifact: str | None = None
) -> dict[str, Any]:
    """Measure a model on a split; the champion's unless an artifact is named.

    Returns ``model``, ``artifact``, ``snapshot``, ``split``, ``rows``, ``metrics``, where a metric
    that is not a number is ``None``, and ``notes``, sentences about the figures. Raises
    ``InputError`` for an unknown model or split, and where no row can be measured;
    ``ArtifactError`` where the champion has no such model.
    """
    from common.snapshot import SPLITS

    models.check_name(name)
    if split not in SPLITS:
        raise InputError(f"there is no split {split!r}; there are {', '.join(SPLITS)}")

    store = ReleaseStore(settings.store)
    chosen = artifact or champions_model(store, name)
    snapshot = open_snapshot(str(path))
    measured = measure(store, settings.cache, name, chosen, snapshot, split)
    manifest = store.manifest(chosen)
    check_measured(measured.metrics, snapshot, split, manifest)
    return {
        "model": name,
        "artifact": chosen,
        "snapshot": snapshot.id,
        "split": split,
        "rows": snapshot.count(split),
        "metrics": defined(measured.metrics),
        "notes": list(basis_note("It states prices", manifest, snapshot)),
    }


def measure(
    store: ReleaseStore,
    cache: Path,
    target: str,
    artifact: str,
    snapshot: Snapshot,
    split: str = "test",
) -> Measured:
    """Load an artifact and predict every row of a split once a view.

    An encoder is always probed on the test split.
    """
    listings = snapshot.read(split)
    if target in models.NAMES:
        model = load_model(store, cache, target, artifact)
        evaluation = models.run_evaluation(target, model, listings)
        return Measured(model, listings, evaluation.metrics, evaluation.outcomes)

    # Scikit-learn: only where it is needed.
    from common.encoder_training.probe import evaluate

    encoder = load_timed_encoder(store, cache, artifact)
    return Measured(encoder, listings, evaluate(encoder.cached, snapshot))


def defined(metrics: Mapping[str, float]) -> dict[str, float | None]:
    """Metrics as JSON can hold them: one that is not a number becomes ``None``."""
    return {
        name: None if math.isnan(value) else value for name, value in metrics.items()
    }
