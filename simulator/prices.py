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
        edges = _rounding_edges(limits)
        probability = np.zeros_like(limits)

        for share, edge in zip(ROUNDING_SHARES, edges, strict=True):
            style_probability = self._unrounded_cdf(edge)
            probability = probability + share * style_probability

        is_below_min = limits < MIN_PRICE
        is_below_max = limits < MAX_PRICE
        probability = np.where(is_below_max, probability, 1.0)
        probability = np.where(is_below_min, 0.0, probability)
        return np.asarray(probability)

    def quantile(self, level: float) -> Array:
        """Quantile ``[n]`` of the prices before rounding, by bisection."""
        low = np.full(len(self.log_fair_value), -8.0)
        high = low + 16

        for _ in range(40):
            middle = (low + high) / 2
            is_below = _noise_cdf(middle) < level
            low = np.where(is_below, middle, low)
            high = np.where(is_below, high, middle)

        log_price = self.log_fair_value + low
        price = np.exp(log_price)
        clipped = np.clip(price, MIN_PRICE, MAX_PRICE)
        return np.asarray(clipped)

    def interval(self, share: float = 0.8) -> tuple[Array, Array]:
        """Central interval that contains a share ``share`` of the prices: its ends ``[n]``."""
        half = share / 2
        low = self.quantile(0.5 - half)
        high = self.quantile(0.5 + half)
        return low, high

    def _unrounded_cdf(self, prices: Array) -> Array:
        # Zero has no logarithm.
        positive = np.maximum(prices, 1e-9)
        deviations = np.log(positive) - self.log_fair_value
        return _noise_cdf(deviations)


def _rounding_edges(limits: Array) -> tuple[Array, Array, Array]:
    """For each style the largest price before rounding that it rounds to the limit or below."""
    floor = np.floor(limits + _TOLERANCE)
    whole = floor + 0.5

    n_fives = np.floor(limits / 5 + _TOLERANCE)
    multiple = n_fives * 5
    is_small = limits < 20
    fives = np.where(is_small, whole, multiple + 2.5)

    # A price that ends in .99 was rounded to a whole number, less a cent.
    before_cent = limits + 0.01
    floor_before_cent = np.floor(before_cent + _TOLERANCE)
    nines = floor_before_cent + 0.5
    return whole, fives, nines


def _noise_cdf(deviations: Array) -> Array:
    """Probability that noise and price level add less than this to the log of a price."""
    total = 0

    for share, noise_sd in NOISE_MIXTURE:
        total_sd = np.hypot(noise_sd, PRICE_LEVEL_SD)
        component = ndtr(deviations / total_sd)
        total = total + share * component

    return np.asarray(total)


def log_fair_values(world: World, state: LatentState) -> Array:
    """Log ``[n]`` of the value of each listing to the market on the day it is listed."""
    base_price = world.log_base_price[state.leaf]
    pair_effect = world.pair_effect[state.pair]
    brand_effect = np.where(state.branded, pair_effect, NO_BRAND_EFFECT)
    log_pieces = np.log(state.n_pieces)
    inflation = INFLATION * state.listed_day / 365
    season = seasonality(world, state)
    day_effect = inflation + SEASON_AMPLITUDE * season

    # The order of the sum decides its last digits, and with them every price.
    total = base_price + brand_effect
    total += _wear_effect(world, state)
    total += _amount_effect(world, state)
    total += PIECES_EXPONENT * log_pieces
    total += day_effect
    return np.asarray(total)


def _wear_effect(world: World, state: LatentState) -> Array:
    brand_factor = world.brand_wear_factor[state.brand]
    wear_factor = np.where(state.branded, brand_factor, 1.0)

    condition_effect = CONDITION_EFFECTS[state.condition]
    leaf_factor = world.wear_effect[state.leaf]
    leaf_effect = condition_effect * leaf_factor
    return np.asarray(leaf_effect * wear_factor)


def _amount_effect(world: World, state: LatentState) -> Array:
    n_amounts = world.frequencies.n_amounts[state.leaf]
    middle_amount = (n_amounts - 1) / 2
    above_middle = state.amount - middle_amount

    effect = AMOUNT_EFFECT * above_middle
    has_amount = state.amount >= 0
    return np.where(has_amount, effect, 0.0)


def seasonality(world: World, state: LatentState) -> Array:
    """Season ``[n]`` from -1 to 1 in the peak month; 0 for leaves without a season."""
    peak = world.peak_month[state.leaf]
    has_season = peak > 0

    years = state.listed_day / 365
    months = years * 12 + 0.5
    months_after_peak = months - peak + 0.5
    phase = 2 * np.pi * months_after_peak / 12
    return np.where(has_season, np.cos(phase), 0.0)


def draw_prices(
    rng: np.random.Generator, log_fair_value: Array, price_level: Array
) -> Array:
    """Draw asking prices ``[n]`` around the fair values, for sellers of these price levels."""
    count = len(log_fair_value)
    noise = _draw_noise(rng, count)
    style = rng.random(count)

    log_price = log_fair_value + price_level + noise
    price = np.exp(log_price)
    rounded = _round_prices(price, style)
    clipped = np.clip(rounded, MIN_PRICE, MAX_PRICE)
    return np.asarray(np.round(clipped, 2))


def _draw_noise(rng: np.random.Generator, count: int) -> Array:
    """Draw the noise ``[count]`` on the log of the prices from ``NOISE_MIXTURE``."""
    shares, deviations = np.array(NOISE_MIXTURE).T
    is_eccentric = rng.random(count) >= shares[0]
    component = is_eccentric.astype(np.int64)
    noise_sd = deviations[component]
    return np.asarray(noise_sd * rng.standard_normal(count))


def _round_prices(price: Array, style: Array) -> Array:
    """Round prices ``[n]`` as people write them; ``style [n]`` are draws in [0, 1)."""
    whole = np.round(price)
    nines = whole - 0.01
    n_fives = np.round(price / 5)
    is_large = price > 20
    fives = np.where(is_large, n_fives * 5, whole)

    whole_share, fives_share, _ = ROUNDING_SHARES
    is_whole = style < whole_share
    is_nines = style >= whole_share + fives_share
    not_whole = np.where(is_nines, nines, fives)
    return np.where(is_whole, whole, not_whole)
