"""What a model card says beyond the metrics: their intervals, kinds of listings, and latency."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import models
from common import encoders
from common.listing import Listing
from common.store import artifacts
from common.store.release import ReleaseStore
from models.evaluation import early_context
from pipelines.evaluation import figures, latency, outcomes, slices
from pipelines.evaluation.fields import by_slice
from pipelines.evaluation.load import load_predictor
from pipelines.evaluation.outcomes import Outcome
from pipelines.evaluation.scoring import full_name, metrics
from pipelines.training.records import Detail

if TYPE_CHECKING:
    from common.snapshot import Snapshot

MAX_TIMED = 2_000
"""Listings that latency is measured on."""

N_SHOWN = {"text": "text", "photo": "photos", "both": "text and photos"}
"""What is said of each mode of showing a listing."""


def describe(
    store: ReleaseStore, cache: Path, target: str, artifact: str, snapshot: Snapshot
) -> Detail:
    """Describe how an artifact does on the test rows; of an encoder only how fast it is."""
    rows = snapshot.read("test")
    speed = measure_latency(store, cache, target, artifact, rows)
    if target not in models.NAMES:
        return Detail(latency=speed)
    listings = outcomes.labelled(target, rows)
    predictor = load_predictor(store, cache, target, artifact)
    found = outcomes.collect_outcomes(predictor, target, listings, lambda doing, fraction: None)
    main = next((each for each in found if each.main and not each.is_full), None)
    return Detail(
        intervals={name: ends for outcome in found for name, ends in _intervals(outcome)},
        sliced=metrics(main)[0].name if main else "",
        slices=_slices(main, listings, snapshot) if main else [],
        latency=speed,
    )


def measure_latency(
    store: ReleaseStore, cache: Path, target: str, artifact: str, rows: Sequence[Listing]
) -> latency.Latency:
    """Time an artifact on early listings: by their text, and with photos if any.

    An encoder is shown what it reads. It is loaded anew, so that no vector comes from the cache.
    """
    if len(rows) < latency.MIN_ROWS:
        return {}
    ask, modes = _load(store, cache, target, artifact)
    found: latency.Latency = {}
    for mode in modes:
        shown = [each.showing(mode) for each in early_context(rows) if each.can_show(mode)]
        measured = latency.measure(ask, shown[:MAX_TIMED])
        found |= {f"{N_SHOWN[mode]}, {how}": values for how, values in measured.items()}
    return found


def _load(
    store: ReleaseStore, cache: Path, target: str, artifact: str
) -> tuple[Callable[[Sequence[Listing]], object], tuple[str, ...]]:
    """What answers listings, and by which of ``MODES`` it is asked."""
    folder = store.fetch_artifact(artifact, cache)
    if target not in models.NAMES:
        encoder = encoders.load(folder)
        return encoder.encode, (encoder.modality,)
    needed = artifacts.read(folder, verify=False).encoders
    loaded = [encoders.load(store.fetch_artifact(ref, cache)) for ref in needed]
    return models.load(target, folder, loaded).predict, ("text", "both")


def _intervals(outcome: Outcome) -> Iterator[tuple[str, list[float]]]:
    for each in figures.measure(metrics(outcome), outcome.columns):
        if not math.isnan(each.a.low):
            yield full_name(outcome, each.metric), [each.a.low, each.a.high]


def _slices(main: Outcome, listings: Sequence[Listing], snapshot: Snapshot) -> list[dict[str, Any]]:
    asked = [listings[place] for place in main.places]
    found: list[dict[str, Any]] = []
    for part in by_slice((main, None), slices.cut(asked, slices.learn(snapshot))):
        value = part.figures[0].a
        figure = {"value": value.value, "low": value.low, "high": value.high}
        named = {"dimension": part.dimension, "name": part.name, "rows": part.rows}
        found.append(named | {k: v for k, v in figure.items() if not math.isnan(v)})
    return found
