"""Validation views of the held-out rows, and the blends that are fitted on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats, evenly_spaced
from common.listing import Listing
from common.nets.inputs import Inputs, keep_early_fields
from common.nets.targets import Target
from models.ensemble import blend
from models.ensemble.blend import Blend, PoolWeights
from models.ensemble.head import EARLY_PREFIX, FULL_PREFIX, Head
from models.ensemble.spec import MakeTargets

ExtraScores = Callable[[Sequence[Listing]], dict[str, list[Floats]]]
"""Returns scores, by output, of further members that are rules instead of nets."""

MAX_ROWS = 10_000
"""Maximum number of validation rows: a blend has few parameters."""


@dataclass(frozen=True, slots=True)
class ValidationView:
    """Validation rows in one mode and one context.

    Attributes:
        mode: One of ``MODES``.
        is_full: Whether the context is full; early otherwise.
        listings: The rows in this mode, in full context.
        inputs: The rows as inputs, in this mode and context.
        targets: Labels of the rows.
    """

    mode: str
    is_full: bool
    listings: list[Listing]
    inputs: Inputs
    targets: list[Target]


def validation_views(
    head: Head, listings: Sequence[Listing], make_targets: MakeTargets
) -> list[ValidationView]:
    """Return validation rows in every mode of the head, in full and in early context."""
    sampled = [listings[index] for index in evenly_spaced(len(listings), MAX_ROWS)]

    views = []
    for mode in head.features.modes:
        rows = [listing.showing(mode) for listing in sampled if listing.can_show(mode)]
        full = head.features.transform(rows)
        early = keep_early_fields(full)
        targets = make_targets(rows)
        views.append(ValidationView(mode, True, rows, full, targets))
        views.append(ValidationView(mode, False, rows, early, targets))
    return views


def fit_blends(
    head: Head, views: Sequence[ValidationView], extras: ExtraScores | None = None
) -> dict[str, Blend]:
    """Fit the pool weights of every output in every view."""
    # Views are in the order of the modes, and so are the pools of each output.
    early: dict[str, list[PoolWeights]] = {}
    full: dict[str, list[PoolWeights]] = {}
    for view in views:
        by_output = full if view.is_full else early
        for output, pool in _fit_pools(head, view, extras).items():
            by_output.setdefault(output, []).append(pool)

    blends = {}
    for output, full_pools in full.items():
        early_pools = early[output]
        blends[output] = Blend(tuple(early_pools), tuple(full_pools))
    return blends


def _fit_pools(
    head: Head, view: ValidationView, extras: ExtraScores | None
) -> dict[str, PoolWeights]:
    """Fit the pool weights of every output in one view."""
    scores = head.scores(view.inputs)
    extra_scores = extras(view.listings) if extras else {}

    pools = {}
    for target in view.targets:
        members = [*scores[target.name], *extra_scores.get(target.name, ())]
        skipped = _members_of_other_context(head, target.name, view.is_full)
        pools[target.name] = _fit_pool(
            members,
            skipped,
            target.kind,
            target.values,
        )
    return pools


def _members_of_other_context(head: Head, output: str, is_full: bool) -> set[int]:
    """Return the indices of the members of an output that were trained for the other context."""
    prefix = EARLY_PREFIX if is_full else FULL_PREFIX

    # Scores of an output are in the order of the members that have it.
    names = [name for name, net in head.members.items() if output in net.outputs]
    return {index for index, name in enumerate(names) if name.startswith(prefix)}


def _fit_pool(
    scores: Sequence[Floats], skipped: set[int], kind: str, truth: NDArray[np.float64]
) -> PoolWeights:
    """Fit a pool of all but the skipped members, which get weight 0."""
    kept = [index for index in range(len(scores)) if index not in skipped]
    if kind == "value":
        predictions = [scores[index][:, 0].astype(np.float64) for index in kept]
        pool = blend.fit_value_weights(predictions, truth)
    else:
        kept_scores = [scores[index] for index in kept]
        pool = blend.fit_class_weights(kept_scores, truth)

    # Weights are by index of all members: those skipped keep their zeros.
    weights = [0.0] * len(scores)
    for index, weight in zip(kept, pool.weights, strict=True):
        weights[index] = weight
    return replace(pool, weights=tuple(weights))
