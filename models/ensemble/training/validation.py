"""Validation rows as a head will see them, and the blends that are fitted on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats, evenly_spaced
from common.listing import Listing
from common.nets.features import keep_early_fields
from common.nets.inputs import Inputs
from common.nets.targets import Target
from models.ensemble import blend
from models.ensemble.blend import Blend, PoolWeights
from models.ensemble.head import EARLY_PREFIX, FULL_PREFIX, Head

MakeTargets = Callable[[Sequence[Listing]], list[Target]]
"""Turns finished listings into labels."""

ExtraScores = Callable[[Sequence[Listing]], dict[str, list[Floats]]]
"""Gives scores of further members of an output, made by rules instead of nets."""

MAX_ROWS = 10_000
"""Validation rows that are looked at, spread evenly over all: a blend has few numbers to fit."""


@dataclass(frozen=True, slots=True)
class ValidationView:
    """Validation rows, and what is read of them when shown in one of ``MODES``, warm or cold."""

    mode: str
    warm: bool
    listings: list[Listing]
    inputs: Inputs
    targets: list[Target]


def validation_views(
    head: Head, listings: Sequence[Listing], targets: MakeTargets
) -> list[ValidationView]:
    """Show validation rows in every way in which the head may see a listing."""
    held = []
    listings = [listings[place] for place in evenly_spaced(len(listings), MAX_ROWS)]
    for mode in head.modes:
        shown = [listing.showing(mode) for listing in listings if listing.can_show(mode)]
        warm = head.read(shown)
        cold = keep_early_fields(warm)
        labels = targets(shown)
        held += [
            ValidationView(mode, True, shown, warm, labels),
            ValidationView(mode, False, shown, cold, labels),
        ]
    return held


def fit_blends(
    head: Head, held: Sequence[ValidationView], extras: ExtraScores | None = None
) -> dict[str, Blend]:
    """Fit a pool of the members for every output and every way in which listings were held."""
    pools: dict[str, dict[bool, list[PoolWeights]]] = {}
    for part in held:
        scores = head.scores(part.inputs)
        for name, more in (extras(part.listings) if extras else {}).items():
            scores[name] = [*scores[name], *more]
        foreign = EARLY_PREFIX if part.warm else FULL_PREFIX
        for target in part.targets:
            names = [name for name, net in head.members.items() if target.name in net.outputs]
            skipped = [place for place, name in enumerate(names) if name.startswith(foreign)]
            pool = _fit_pool(scores[target.name], skipped, target.kind, target.values)
            pools.setdefault(target.name, {True: [], False: []})[part.warm].append(pool)
    return {name: Blend(tuple(each[False]), tuple(each[True])) for name, each in pools.items()}


def _fit_pool(
    scores: Sequence[Floats], skipped: Sequence[int], kind: str, truth: NDArray[np.float64]
) -> PoolWeights:
    """Fit a pool of all but the skipped members, which weigh nothing."""
    kept = [each for place, each in enumerate(scores) if place not in skipped]
    if kind == "value":
        pool = blend.fit_value_weights([each[:, 0].astype(np.float64) for each in kept], truth)
    else:
        pool = blend.fit_class_weights(kept, truth)
    weights = iter(pool.weights)
    full = tuple(0.0 if place in skipped else next(weights) for place in range(len(scores)))
    return replace(pool, weights=full)
