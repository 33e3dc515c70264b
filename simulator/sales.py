"""Times to sale of synthetic listings: the cheaper for its value, the sooner a listing sells."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from simulator.arrays import Array, Ints
from simulator.ground_truth import LatentState
from simulator.prices import seasonality
from simulator.world import World

ELASTICITY = 1.8
"""Rise of the log of the waiting time per unit of the log of price over fair value."""

WEIBULL_SHAPE = 0.8
"""Shape of the distribution of days to sale. Below 1 the chance of a sale falls with the wait."""

MAX_DAYS_LISTED = 180
"""Days after which a listing is taken down unsold."""


def waiting_scales(world: World, state: LatentState) -> Array:
    """Scale ``[n]`` in days of the Weibull distribution of the wait for a buyer."""
    overpricing = ELASTICITY * (np.log(state.price) - state.log_fair_value)
    log_fair_wait = world.log_waiting_days[state.leaf]
    return np.exp(log_fair_wait + overpricing - 0.5 * seasonality(world, state))


def sold_within(scales: Array, days: ArrayLike) -> Array:
    """Probability ``[n]`` of a buyer within ``days``, were the listing kept up that long."""
    return np.asarray(1 - np.exp(-((np.asarray(days) / scales) ** WEIBULL_SHAPE)))


def draw_days_to_sale(rng: np.random.Generator, scales: Array, days_left: Ints) -> Ints:
    """Draw the days ``[n]`` to the sale.

    The result is -1 without a sale within ``MAX_DAYS_LISTED``, or within the ``days_left`` until
    the market's last day.
    """
    waiting = scales * rng.exponential(1.0, len(scales)) ** (1 / WEIBULL_SHAPE)

    # Very long waits would overflow an integer.
    days = np.minimum(waiting, 1e6).astype(np.int64)
    is_sold = (days < MAX_DAYS_LISTED) & (days <= days_left)
    return np.where(is_sold, days, -1)
