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
    log_price = np.log(state.price)
    overpricing = log_price - state.log_fair_value
    price_effect = ELASTICITY * overpricing
    season_effect = 0.5 * seasonality(world, state)

    log_fair_wait = world.log_waiting_days[state.leaf]
    log_wait = log_fair_wait + price_effect - season_effect
    return np.exp(log_wait)


def sold_within(scales: Array, days: ArrayLike) -> Array:
    """Probability ``[n]`` of a buyer within ``days``, were the listing kept up that long."""
    relative_days = np.asarray(days) / scales
    hazard = relative_days**WEIBULL_SHAPE
    still_unsold = np.exp(-hazard)
    return np.asarray(1 - still_unsold)


def draw_days_to_sale(rng: np.random.Generator, scales: Array, days_left: Ints) -> Ints:
    """Draw the days ``[n]`` to the sale.

    The result is -1 without a sale within ``MAX_DAYS_LISTED``, or within the ``days_left`` until
    the market's last day.
    """
    n_rows = len(scales)
    exponential = rng.exponential(1.0, n_rows)
    exponent = 1 / WEIBULL_SHAPE
    waiting = scales * exponential**exponent

    # Very long waits would overflow an integer.
    waiting = np.minimum(waiting, 1e6)
    days = waiting.astype(np.int64)
    is_listed = days < MAX_DAYS_LISTED
    is_before_end = days <= days_left
    is_sold = is_listed & is_before_end
    return np.where(is_sold, days, -1)
