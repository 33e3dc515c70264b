"""The part of a model card beyond the metrics: their intervals, slices of listings, and latency."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from common.listing import Listing
from models.evaluation.outcomes import Outcome
from models.evaluation.scoring import full_name
from models.evaluation.views import EARLY, FULL, early_context
from pipelines.evaluation import figures, latency, slices
from pipelines.evaluation.fields import Part, by_slice
from pipelines.evaluation.load import LoadedEncoder, LoadedModel
from pipelines.evaluation.measure import Measured
from pipelines.evaluation.scoring import metrics
from pipelines.records import Detail

if TYPE_CHECKING:
    from common.snapshot import Snapshot

MAX_TIMED = 2_000
"""Listings that latency is measured on."""

MODE_NAMES = {"text": "text", "photo": "photos", "both": "text and photos"}
"""The name of each mode of showing a listing."""


def describe(measured: Measured, snapshot: Snapshot) -> Detail:
    """Describe how an artifact did on the test rows; of an encoder only how fast it is."""
    speed = measure_latency(measured.loaded, measured.listings)
    if isinstance(measured.loaded, LoadedEncoder):
        return Detail(latency=speed)

    detail = Detail(intervals={}, sliced="", slices=[], latency=speed)
    for outcome in measured.outcomes:
        if outcome.view in (EARLY, FULL):
            detail["intervals"].update(_intervals(outcome))
        # Every slice costs a bootstrap, so only the headline metric of the main field has them.
        if outcome.is_main and outcome.view is EARLY:
            detail["sliced"] = metrics(outcome)[0].name
            detail["slices"] = list(_slices(outcome, measured.listings, snapshot))
    return detail


def measure_latency(
    loaded: LoadedModel | LoadedEncoder, listings: Sequence[Listing]
) -> latency.Latency:
    """Time a model or an encoder on early listings: by their text, and with photos if any.

    An encoder is shown its own modality. No vector comes from the cache.
    """
    if len(listings) < latency.MIN_ROWS:
        return {}

    run, modes = _timed(loaded)
    measured: latency.Latency = {}
    for mode in modes:
        visible = []
        for listing in early_context(listings):
            if listing.can_show(mode):
                visible.append(listing.showing(mode))

        by_size = latency.measure(run, visible[:MAX_TIMED])
        for size, quartiles in by_size.items():
            measured[f"{MODE_NAMES[mode]}, {size}"] = quartiles
    return measured


def _timed(
    loaded: LoadedModel | LoadedEncoder,
) -> tuple[Callable[[Sequence[Listing]], object], tuple[str, ...]]:
    """The function to time, and the modes to show listings in."""
    if isinstance(loaded, LoadedEncoder):
        return loaded.encoder.encode, (loaded.encoder.modality,)
    return loaded.predictor.predict, ("text", "both")


def _intervals(outcome: Outcome) -> Iterator[tuple[str, list[float]]]:
    for figure in figures.measure(metrics(outcome), outcome.columns):
        value = figure.a
        if not math.isnan(value.low):
            name = full_name(outcome, figure.metric)
            yield name, [value.low, value.high]


def _slices(
    early: Outcome, listings: Sequence[Listing], snapshot: Snapshot
) -> Iterator[dict[str, Any]]:
    answered = [listings[row] for row in early.rows]
    parts = slices.cut(answered, slices.learn(snapshot))
    for part in by_slice((early, None), parts):
        yield {
            "dimension": part.dimension,
            "name": part.name,
            "rows": part.rows,
            **_ends(part),
        }


def _ends(part: Part) -> dict[str, float]:
    """A slice's value and the ends of its interval, those that are numbers."""
    value = part.figures[0].a
    ends = {
        "value": value.value,
        "low": value.low,
        "high": value.high,
    }
    return {name: end for name, end in ends.items() if not math.isnan(end)}
