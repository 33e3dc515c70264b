"""Asking prices of synthetic listings: the rule, and the exact distribution that follows from it.

The log of a price is a fair value, which the latent state decides, plus noise: the seller's price
level, and now and then a bargain or a dream. Sellers then round to prices as people write them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from simulator.arrays import Array
from simulator.ground_truth import LatentState
from simulator.sellers import PRICE_LEVEL_SD
from simulator.world import World

CONDITION_EFFECTS = np.array((0.22, 0.05, -0.18, -0.5, -1.0))
"""Effect of each condition, best first, on the log of a price."""

NO_BRAND_EFFECT = -0.3
"""Effect of having no brand."""

AMOUNT_EFFECT = 0.3
"""Effect of the next larger amount (256 gb after 128)."""

PIECES_EXPONENT = 0.75
"""The price of a bundle is proportional to this power of its number of pieces."""

INFLATION = 0.04
"""Rise of the log of prices in a year."""

SEASON_AMPLITUDE = 0.1
"""Rise of the log of a price in the peak month, and its fall half a year later."""

NOISE_MIXTURE = ((0.92, 0.47), (0.08, 1.05))
"""Shares and standard deviations of the noise: ordinary listings, and eccentric prices."""

ROUNDING_SHARES = (0.45, 0.3, 0.25)
"""Shares of prices in whole dollars, in multiples of five above 20, and ending in .99."""

MIN_PRICE, MAX_PRICE = 3.0, 5000.0

_TOLERANCE = 1e-9
"""Keeps a price such as 19.99 from falling below its own limit in binary arithmetic."""


@dataclass(frozen=True, slots=True)
class PriceDistribution:
    """The true distributions of the prices of ``n`` listings whose sellers are unknown.

    Attributes:
        log_fair_value: log ``[n]`` of the fair value, which is also the median before rounding.
    """

    log_fair_value: Array

    def cdf(self, prices: ArrayLike) -> Array:
        """Probability ``[n]`` of a price up to ``prices`` ``[n]``, rounding included."""
        limits = np.asarray(prices, dtype=np.float64)
        probability = np.zeros_like(limits)

        for share, edge in zip(ROUNDING_SHARES, _rounding_edges(limits), strict=True):
            probability = probability + share * self._unrounded_cdf(edge)

        below_max = np.where(limits < MAX_PRICE, probability, 1.0)
        return np.asarray(np.where(limits < MIN_PRICE, 0.0, below_max))

    def quantile(self, level: float) -> Array:
        """Quantile ``[n]`` of the prices before rounding, by bisection."""
        low = np.full(len(self.log_fair_value), -8.0)
        high = low + 16

        for _ in range(40):
            middle = (low + high) / 2
            is_below = _noise_cdf(middle) < level
            low = np.where(is_below, middle, low)
            high = np.where(is_below, high, middle)

        return np.asarray(
            np.clip(
                np.exp(self.log_fair_value + low),
                MIN_PRICE,
                MAX_PRICE,
            )
        )

    def interval(self, share: float = 0.8) -> tuple[Array, Array]:
        """Central interval that contains a share ``share`` of the prices: its ends ``[n]``."""
        return self.quantile(0.5 - share / 2), self.quantile(0.5 + share / 2)

    def _unrounded_cdf(self, prices: Array) -> Array:
        return _noise_cdf(np.log(np.maximum(prices, 1e-9)) - self.log_fair_value)


def _rounding_edges(limits: Array) -> tuple[Array, Array, Array]:
    """For each style the largest price before rounding that it rounds to the limit or below."""
    floor = np.floor(limits + _TOLERANCE)
    whole = floor + 0.5

    multiple = np.floor(limits / 5 + _TOLERANCE) * 5
    fives = np.where(limits < 20, whole, multiple + 2.5)

    nines = np.floor(limits + 0.01 + _TOLERANCE) + 0.5
    return whole, fives, nines


def _noise_cdf(deviations: Array) -> Array:
    """Probability that noise and price level add less than this to the log of a price."""
    total = 0

    for share, noise_sd in NOISE_MIXTURE:
        total_sd = np.hypot(noise_sd, PRICE_LEVEL_SD)
        total = total + share * ndtr(deviations / total_sd)

    return np.asarray(total)


def log_fair_values(world: World, state: LatentState) -> Array:
    """Log ``[n]`` of the value of each listing to the market on the day it is listed."""
    pair_effect = world.pair_effect[state.pair]
    brand_effect = np.where(state.branded, pair_effect, NO_BRAND_EFFECT)
    pieces_effect = PIECES_EXPONENT * np.log(state.n_pieces)
    inflation = INFLATION * state.listed_day / 365
    season = SEASON_AMPLITUDE * seasonality(world, state)

    # The order of the sum decides its last digits, and with them every price.
    total = world.log_base_price[state.leaf] + brand_effect
    total = total + _wear_effect(world, state)
    total = total + _amount_effect(world, state)
    total = total + pieces_effect + (inflation + season)
    return np.asarray(total)


def _wear_effect(world: World, state: LatentState) -> Array:
    brand_factor = world.brand_wear_factor[state.brand]
    wear_factor = np.where(state.branded, brand_factor, 1.0)
    of_leaf = CONDITION_EFFECTS[state.condition] * world.wear_effect[state.leaf]
    return np.asarray(of_leaf * wear_factor)


def _amount_effect(world: World, state: LatentState) -> Array:
    middle_amount = (world.frequencies.n_amounts[state.leaf] - 1) / 2
    has_amount = state.amount >= 0
    return np.where(has_amount, AMOUNT_EFFECT * (state.amount - middle_amount), 0.0)


def seasonality(world: World, state: LatentState) -> Array:
    """Season ``[n]`` from -1 to 1 in the peak month; 0 for leaves without a season."""
    peak = world.peak_month[state.leaf]
    months = state.listed_day / 365 * 12 + 0.5
    phase = 2 * np.pi * (months - peak + 0.5) / 12
    return np.where(peak > 0, np.cos(phase), 0.0)


def draw_prices(rng: np.random.Generator, log_fair_value: Array, price_level: Array) -> Array:
    """Draw asking prices ``[n]`` around the fair values, for sellers of these price levels."""
    count = len(log_fair_value)
    shares, deviations = np.array(NOISE_MIXTURE).T
    component = (rng.random(count) >= shares[0]).astype(np.int64)
    noise = deviations[component] * rng.standard_normal(count)

    price = np.exp(log_fair_value + price_level + noise)
    rounded = _round_prices(price, style=rng.random(count))
    clipped = np.clip(rounded, MIN_PRICE, MAX_PRICE)
    return np.asarray(np.round(clipped, 2))


def _round_prices(price: Array, style: Array) -> Array:
    """Round prices ``[n]`` as people write them; ``style [n]`` are draws in [0, 1)."""
    whole = np.round(price)
    multiples_of_five = np.round(price / 5) * 5
    fives = np.where(price > 20, multiples_of_five, whole)

    whole_share, fives_share, _ = ROUNDING_SHARES
    is_whole = style < whole_share
    is_nines = style >= whole_share + fives_share
    return np.where(is_whole, whole, np.where(is_nines, whole - 0.01, fives))
