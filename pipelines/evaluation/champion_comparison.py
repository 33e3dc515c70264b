"""Compares a challenger with the champion's model on test rows that neither has learned from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from common.arrays import Ints
from common.errors import ArtifactError, InputError
from common.listing import Listing
from common.store.artifacts import Manifest
from common.store.release import ReleaseStore
from models.evaluation.outcomes import Outcome
from models.evaluation.views import EARLY, early_context
from pipelines.evaluation import figures, latency, memory, slices
from pipelines.evaluation.fields import Part, by_slice, keep_listings, pair
from pipelines.evaluation.figures import MeasuredMetric
from pipelines.evaluation.load import LoadedModel
from pipelines.evaluation.measure import Measured, measure
from pipelines.evaluation.recent_days import DIMENSION, recent_rows
from pipelines.evaluation.scoring import metrics
from pipelines.evaluation.slices import Slice
from pipelines.evaluation.unseen_rows import learned_from, unseen_rows
from pipelines.evaluation.versions import MIN_ROWS
from pipelines.evaluation.wilson import Z
from pipelines.records import ChampionComparison, SliceGain

if TYPE_CHECKING:
    from common.snapshot import Snapshot

MAX_TIMED = 2_000
"""Listings that latency is measured on."""


def compare_with_champion(
    store: ReleaseStore,
    cache: Path,
    champion: str,
    challenger: str,
    measured: Measured,
    snapshot: Snapshot,
    recent_days: int,
) -> ChampionComparison:
    """Compare a challenger, measured on the test rows, with the champion's artifact.

    Both answer the same rows through the predictor that serves. Where they cannot be compared, the
    record has no gain, and ``skipped`` says why.
    """
    ours = store.manifest(challenger)
    record = ChampionComparison(champion=champion, bytes=[ours.size, 0])
    try:
        theirs = store.manifest(champion)  # of an older layout it cannot be read
        record["bytes"] = [ours.size, theirs.size]
        return record | _compare(
            store, cache, (ours, theirs), measured, snapshot, recent_days
        )
    except (ArtifactError, InputError) as error:
        return record | ChampionComparison(skipped=str(error))


def _compare(
    store: ReleaseStore,
    cache: Path,
    manifests: tuple[Manifest, Manifest],
    measured: Measured,
    snapshot: Snapshot,
    recent_days: int,
) -> ChampionComparison:
    """Return gains, memory and latencies; raise ``InputError`` where there is no comparison."""
    challenger, champion = manifests
    _check_units(challenger, champion)
    unseen = _unseen(store, manifests, measured.listings, snapshot)
    _check_rows(len(unseen), len(measured.listings))
    theirs = measure(store, cache, challenger.name, champion.id, snapshot)

    sides = _early_sides(measured.outcomes, theirs.outcomes, unseen)
    recent = recent_rows(snapshot, "test", recent_days)
    parts = _slices(sides[0], measured.listings, snapshot)
    in_recent = np.flatnonzero(np.isin(sides[0].rows, recent))
    if len(in_recent):
        parts.append(Slice(DIMENSION, f"in the last {recent_days} days", in_recent))

    compared = _gains(*sides, parts)
    compared["left_out"] = len(measured.listings) - len(unseen)
    compared["has_dates"] = len(recent) > 0
    compared["memory_bytes"] = [
        memory.measure(store, cache, manifest) for manifest in manifests
    ]
    return compared | _latencies(measured, theirs)


def _check_units(challenger: Manifest, champion: Manifest) -> None:
    """Raise ``InputError`` for two price models whose amounts cannot be compared."""
    for name, words in (("currency", "currency"), ("price_basis", "basis of prices")):
        ours, theirs = challenger.summary.get(name), champion.summary.get(name)
        if ours != theirs:
            raise InputError(
                f"its {words} is {ours}, and that of the champion {theirs}"
            )


def _check_rows(unseen: int, rows: int) -> None:
    if unseen < MIN_ROWS:
        raise InputError(
            f"{unseen:,} of {rows:,} test rows are new to both, and at least {MIN_ROWS} are needed:"
            " ingest with the --seed and --split of the champion's snapshot"
        )


def _unseen(
    store: ReleaseStore,
    manifests: Sequence[Manifest],
    listings: Sequence[Listing],
    snapshot: Snapshot,
) -> Ints:
    """Return the indices of the test rows that neither version nor its encoders learned from."""
    others: set[str] = set()
    for manifest in manifests:
        others |= learned_from(store, manifest) - {snapshot.id}
    return unseen_rows(store.storage, others, listings)


def _early_sides(
    ours: Sequence[Outcome], theirs: Sequence[Outcome], unseen: Ints
) -> tuple[Outcome, Outcome]:
    """Return the early outcomes of the main field, on the unseen rows that both answer."""
    mains = []
    for outcomes in (ours, theirs):
        mains += [each for each in outcomes if each.is_main and each.view is EARLY]

    if len(mains) == 2:
        a, b = pair([keep_listings(outcome, unseen) for outcome in mains])
        if b is not None and len(a.rows) >= MIN_ROWS:
            return a, b
    raise InputError(
        f"fewer than {MIN_ROWS} test rows that are new to both have answers"
    )


def _slices(
    outcome: Outcome, listings: Sequence[Listing], snapshot: Snapshot
) -> list[Slice]:
    answered = [listings[row] for row in outcome.rows]
    parts = slices.cut(answered, slices.learn(snapshot))
    # Among listings that were dear, a model that overestimates all prices looks better.
    if outcome.is_price:
        parts = [part for part in parts if part.dimension != slices.PRICE_BAND]
    return parts


def _gains(
    ours: Outcome, theirs: Outcome, parts: Sequence[Slice]
) -> ChampionComparison:
    """Return the gain in the main metric, overall and by slice."""
    main = metrics(ours)[0]
    (figure,) = figures.measure([main], ours.columns, theirs.columns)
    gain, error = gain_of(figure)
    return ChampionComparison(
        metric=main.name,
        rows=len(ours.rows),
        gain=gain,
        error=error,
        slices=list(_slice_gains(by_slice((ours, theirs), parts))),
    )


def _slice_gains(parts: Sequence[Part]) -> Iterator[SliceGain]:
    """Yield the gain of every slice with enough rows for an interval."""
    for part in parts:
        gain, error = gain_of(part.figures[0])
        if not math.isnan(error):
            name = f"{part.dimension} {part.name}"
            yield SliceGain(name=name, rows=part.rows, gain=gain, error=error)


def gain_of(figure: MeasuredMetric) -> tuple[float, float]:
    """Return by how much A is better than B, and the standard error of that.

    The error is that of a normal distribution with the interval of the paired bootstrap: the share
    of alpha of a late look is smaller than any count of draws could show.
    """
    assert figure.difference is not None
    sign = -1.0 if figure.metric.better == "lower" else 1.0
    difference = figure.difference
    return sign * difference.value, (difference.high - difference.low) / (2 * Z)


def _latencies(ours: Measured, theirs: Measured) -> ChampionComparison:
    """Time both models one after the other, by the text of a listing alone."""
    visible = []
    for listing in early_context(ours.listings):
        if listing.can_show("text"):
            visible.append(listing.showing("text"))
    if len(visible) < latency.MIN_ROWS:
        return ChampionComparison()

    medians = []
    for side in (ours, theirs):
        assert isinstance(side.loaded, LoadedModel)
        timed = latency.measure(side.loaded.predictor.predict, visible[:MAX_TIMED])
        medians.append(timed["alone"][1])
    return ChampionComparison(microseconds=medians)
