"""When synthetic listings are sold: sooner the cheaper they are for what they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from simulator.ground_truth import LatentState
from simulator.prices import season
from simulator.world import Array, Ints, World

ELASTICITY = 1.8
"""A price one unit of the log above the fair value makes the wait this many units longer."""

SHAPE = 0.8
"""Of the Weibull distribution of days to sale; below 1, who has waited will wait on."""

SHOWN_FOR = 180
"""Days after which a listing is taken down unsold."""


def waiting_scales(world: World, facts: LatentState, price: Array, fair: Array) -> Array:
    """Scale ``[n]`` in days of the Weibull distribution of the wait for a buyer."""
    dear = ELASTICITY * (np.log(price) - fair)
    return np.exp(world.patience[facts.leaf] + dear - 0.5 * season(world, facts))


def sold_within(scales: Array, days: ArrayLike) -> Array:
    """Probability ``[n]`` of a buyer within so many days, were the listing shown that long."""
    return np.asarray(1 - np.exp(-((np.asarray(days) / scales) ** SHAPE)))


def draw_days(rng: np.random.Generator, scales: Array, left: Ints) -> Ints:
    """Days ``[n]`` to the sale; -1 if none by ``SHOWN_FOR`` or in the days ``left`` to today."""
    waited = scales * rng.exponential(1.0, len(scales)) ** (1 / SHAPE)
    days = np.minimum(waited, 1e6).astype(np.int64)
    return np.where((days < SHOWN_FOR) & (days <= left), days, -1)
