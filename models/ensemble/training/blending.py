"""Blends of the members, fitted on held-out scores."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from common.arrays import Floats, evenly_spaced
from common.nets.inputs import VECTORS
from common.nets.net import Net
from common.nets.targets import Target
from models.ensemble import blend
from models.ensemble.blend import Blend, PoolWeights
from models.ensemble.head import EARLY_PREFIX, FULL_PREFIX, Head
from models.ensemble.training.held_out import View

MAX_ROWS = 10_000
"""Maximum number of rows that a pool is fitted on: it has few parameters."""


def fit_blends(
    head: Head, views: Sequence[View], left_out: Collection[str] = ()
) -> dict[str, Blend]:
    """Fit the pool weights of every output in every view; these are in the order of the modes.

    Members, trees and rules whose names are ``left_out`` get weight 0.
    """
    blends = {}
    for target in views[0].targets:
        pools: dict[bool, list[PoolWeights]] = {True: [], False: []}
        for view in views:
            pools[view.is_full].append(_fit_pool(head, view, target.name, left_out))
        blends[target.name] = Blend(tuple(pools[False]), tuple(pools[True]))
    return blends


def _fit_pool(
    head: Head, view: View, output: str, left_out: Collection[str]
) -> PoolWeights:
    """Fit a pool of all but the skipped members, which get weight 0."""
    rows = evenly_spaced(len(view.rows), MAX_ROWS)
    target = view.target(output).take(rows)
    skipped = _skipped(head, view, output) | set(left_out)
    names = view.names_of(output)
    kept = [name for name in names if name not in skipped]
    pool = _fit([view.scores[name][output][rows] for name in kept], target)

    weights = dict(zip(kept, pool.weights, strict=True))
    return replace(pool, weights=tuple(weights.get(name, 0.0) for name in names))


def _fit(scores: Sequence[Floats], target: Target) -> PoolWeights:
    if target.kind == "value":
        predictions = [member[:, 0].astype(np.float64) for member in scores]
        return blend.fit_value_weights(predictions, target.values)
    return blend.fit_class_weights(scores, target.values)


def _skipped(head: Head, view: View, output: str) -> set[str]:
    """Name the members that say nothing in a view.

    These are the linear members of the other context, and without photos those that read nothing
    else.
    """
    skipped = {(EARLY_PREFIX if view.is_full else FULL_PREFIX) + output}
    if view.mode == "text":
        for name, member in head.members.items():
            if isinstance(member, Net) and _reads_only_photos(member):
                skipped.add(name)
    return skipped


def _reads_only_photos(net: Net) -> bool:
    return VECTORS["photo"] in net.arrays and "text" not in net.arrays
