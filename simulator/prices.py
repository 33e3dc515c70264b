"""What synthetic listings are asked for: the rule, and the exact distribution it leads to.

The log of a price is a fair value, which the facts of a listing decide, and chance: what the seller
is like, and now and then a bargain or a dream. Sellers then round to prices as people write them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from simulator.ground_truth import LatentState
from simulator.sellers import DEARNESS
from simulator.world import Array, World

WEAR = np.array((0.22, 0.05, -0.18, -0.5, -1.0))
"""What each condition, best first, adds to the log of a price."""

NO_NAME = -0.3
"""What having no brand adds."""

STEP = 0.3
"""What the next larger amount (256 gb after 128) adds."""

INFLATION = 0.04
"""Rise of the log of prices in a year."""

SEASON = 0.1
"""How far the log of a price swings up in the month of its category's peak, and down half a year
later."""

CHANCE = ((0.92, 0.47), (0.08, 1.05))
"""Share and spread of ordinary listings, and of those whose seller has an idea of their own."""

STYLES = (0.45, 0.3, 0.25)
"""Shares of prices in whole dollars, in fives above 20, and ending in .99."""

LOWEST, HIGHEST = 3.0, 5000.0


@dataclass(frozen=True, slots=True)
class Prices:
    """The true distributions of the prices ``[n]`` of listings whose seller is not known.

    ``fair`` is the log of each fair value, which is also the median before rounding.
    """

    fair: Array

    def cdf(self, prices: ArrayLike) -> Array:
        """Probability ``[n]`` of a written price up to ``prices`` ``[n]``, rounding included."""
        limits = np.asarray(prices, dtype=np.float64)
        whole = np.floor(limits + 1e-9)
        fives = np.where(limits < 20, whole + 0.5, np.floor(limits / 5 + 1e-9) * 5 + 2.5)
        nines = np.floor(limits + 0.01 + 1e-9) + 0.5
        parts = (whole + 0.5, fives, nines)
        found = sum(share * self._below(edge) for share, edge in zip(STYLES, parts, strict=True))
        inside = np.where(limits < HIGHEST, found, 1.0)
        return np.asarray(np.where(limits < LOWEST, 0.0, inside))

    def quantile(self, level: float) -> Array:
        """Prices ``[n]``, not rounded, below which a share ``level`` of the listings is asked."""
        low, high = np.full((2, len(self.fair)), -8.0)
        high = low + 16
        for _ in range(40):
            middle = (low + high) / 2
            below = _chance(middle) < level
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray(np.clip(np.exp(self.fair + low), LOWEST, HIGHEST))

    def interval(self, share: float = 0.8) -> tuple[Array, Array]:
        """The central interval that holds a share ``share`` of the prices: its ends ``[n]``."""
        return self.quantile(0.5 - share / 2), self.quantile(0.5 + share / 2)

    def _below(self, edges: Array) -> Array:
        return _chance(np.log(np.maximum(edges, 1e-9)) - self.fair)


def _chance(deviations: Array) -> Array:
    """Probability that chance and the seller add less than this to the log of a price."""
    return np.asarray(
        sum(share * ndtr(deviations / np.hypot(spread, DEARNESS)) for share, spread in CHANCE)
    )


def fair_values(world: World, facts: LatentState) -> Array:
    """The log of what each listing is worth to the market on the day it is listed."""
    leaf = facts.leaf
    middle = (world.amounts[leaf] - 1) / 2
    brand = np.where(facts.branded, world.pair_effect[facts.pair], NO_NAME)
    kept = np.where(facts.branded, world.brand_keeps[facts.brand], 1.0)
    wear = WEAR[facts.condition] * world.wear_effect[leaf] * kept
    amount = np.where(facts.unit >= 0, STEP * (facts.unit - middle), 0.0)
    when = INFLATION * facts.listed / 365 + SEASON * season(world, facts)
    return np.asarray(world.base[leaf] + brand + wear + amount + 0.75 * np.log(facts.count) + when)


def season(world: World, facts: LatentState) -> Array:
    """How much in season things are: from -1 to 1 in their month, 0 for those of all seasons."""
    peak = world.season[facts.leaf]
    months = facts.listed / 365 * 12 + 0.5
    return np.where(peak > 0, np.cos(2 * np.pi * (months - peak + 0.5) / 12), 0.0)


def ask(rng: np.random.Generator, fair: Array, dear: Array) -> Array:
    """Draw prices ``[n]`` of listings worth ``fair``, sold by people this ``dear``."""
    shares, spreads = np.array(CHANCE).T
    spread = spreads[(rng.random(len(fair)) >= shares[0]).astype(np.int64)]
    price = np.exp(fair + dear + spread * rng.standard_normal(len(fair)))
    whole = np.round(price)
    fives = np.where(price > 20, np.round(price / 5) * 5, whole)
    style = rng.random(len(fair))
    nines = style >= STYLES[0] + STYLES[1]
    written = np.where(style < STYLES[0], whole, np.where(nines, whole - 0.01, fives))
    return np.asarray(np.round(np.clip(written, LOWEST, HIGHEST), 2))
