"""Validation rows as a head will see them, and the blends that are fitted on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats, spread
from common.listing import Listing
from common.nets.features import as_cold
from common.nets.inputs import Inputs
from common.nets.targets import Target
from models.ensemble import blend
from models.ensemble.blend import Blend, Pool
from models.ensemble.head import COLD_MEMBER, WARM_MEMBER, Head

Targets = Callable[[Sequence[Listing]], list[Target]]
"""Turns finished listings into labels."""

Extras = Callable[[Sequence[Listing]], dict[str, list[Floats]]]
"""Gives scores of further members of an output, made by rules instead of nets."""

HELD_ROWS = 10_000
"""Validation rows that are looked at, spread evenly over all: a blend has few numbers to fit."""


@dataclass(frozen=True, slots=True)
class Held:
    """Validation rows, and what is read of them when shown in one of ``MODES``, warm or cold."""

    mode: str
    warm: bool
    listings: list[Listing]
    inputs: Inputs
    targets: list[Target]


def hold(head: Head, listings: Sequence[Listing], targets: Targets) -> list[Held]:
    """Show validation rows in every way in which the head may see a listing."""
    held = []
    listings = [listings[place] for place in spread(len(listings), HELD_ROWS)]
    for mode in head.modes:
        shown = [listing.showing(mode) for listing in listings if listing.can_show(mode)]
        warm = head.read(shown)
        cold = as_cold(warm)
        labels = targets(shown)
        held += [Held(mode, True, shown, warm, labels), Held(mode, False, shown, cold, labels)]
    return held


def fit_blends(head: Head, held: Sequence[Held], extras: Extras | None = None) -> dict[str, Blend]:
    """Fit a pool of the members for every output and every way in which listings were held."""
    pools: dict[str, dict[bool, list[Pool]]] = {}
    for part in held:
        scores = head.scores(part.inputs)
        for name, more in (extras(part.listings) if extras else {}).items():
            scores[name] = [*scores[name], *more]
        foreign = COLD_MEMBER if part.warm else WARM_MEMBER
        for target in part.targets:
            names = [name for name, net in head.members.items() if target.name in net.outputs]
            skipped = [place for place, name in enumerate(names) if name.startswith(foreign)]
            pool = _fit_pool(scores[target.name], skipped, target.kind, target.values)
            pools.setdefault(target.name, {True: [], False: []})[part.warm].append(pool)
    return {name: Blend(tuple(each[False]), tuple(each[True])) for name, each in pools.items()}


def _fit_pool(
    scores: Sequence[Floats], skipped: Sequence[int], kind: str, truth: NDArray[np.float64]
) -> Pool:
    """Fit a pool of all but the skipped members, which weigh nothing."""
    kept = [each for place, each in enumerate(scores) if place not in skipped]
    if kind == "value":
        pool = blend.fit_values([each[:, 0].astype(np.float64) for each in kept], truth)
    else:
        pool = blend.fit_classes(kept, truth)
    weights = iter(pool.weights)
    full = tuple(0.0 if place in skipped else next(weights) for place in range(len(scores)))
    return replace(pool, weights=full)
