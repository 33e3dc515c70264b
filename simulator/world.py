"""The synthetic market's world: categories, brands, and how often and how dear they are.

The world is the same for every seed; a seed only decides which listings are drawn from it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from simulator.arrays import Array, Ints
from simulator.brands import Brand, make_brands
from simulator.categories import Leaf, load_leaves
from simulator.frequencies import Frequencies, draw_frequencies

PHRASES = Path(__file__).parent / "phrases.json"

SEED = 2024
"""Seed of the world's constants. It is unrelated to the seed of a market."""

MEDIAN_LOG_PRICE = 3.1
"""Log of 22 dollars, about the median of the table of categories."""

TIER_EFFECTS = (-0.35, 0.0, 0.4, 0.95)
"""Addition to the log of a price for a brand of tier 1 to 4."""


@dataclass(frozen=True, slots=True)
class World:
    """Frequencies of categories and brands, and their effects on the natural log of a price.

    Arrays are indexed by leaf ``[L]``, brand ``[B]`` and pair ``[P]``: a brand that occurs in a
    leaf.

    Attributes:
        leaves: all leaf categories.
        brands: all brands.
        colours: English names of the colours.
        frequencies: frequencies of categories and brands.
        pair_effect: effect ``[P]`` of the brand on the log price in that leaf.
        log_base_price: log price ``[L]`` before all effects.
        log_grams: log of the weight to ship ``[L]``.
        peak_month: month ``[L]`` of the seasonal peak, 1 to 12; 0 for none.
        wear_effect: factor ``[L]`` on the effect of the condition.
        brand_wear_factor: factor ``[B]`` on the effect of the condition; dear brands keep value.
        seller_pays_effect: log odds ``[L]`` that the seller pays for shipping.
        log_waiting_days: log of the days ``[L]`` that a fairly priced listing waits for a buyer.
        siblings: for each leaf, the leaves that sellers confuse it with.
    """

    leaves: tuple[Leaf, ...]
    brands: tuple[Brand, ...]
    colours: tuple[str, ...]
    frequencies: Frequencies
    pair_effect: Array
    log_base_price: Array
    log_grams: Array
    peak_month: Ints
    wear_effect: Array
    brand_wear_factor: Array
    seller_pays_effect: Array
    log_waiting_days: Array
    siblings: tuple[tuple[int, ...], ...]


@cache
def load_world() -> World:
    """Load categories and brands and draw the world's constants, the same for every seed."""
    rng = np.random.default_rng(SEED)
    leaves = load_leaves()
    brands = make_brands()
    n_leaves = len(leaves)
    tiers = np.array([brand.tier for brand in brands])

    # The order of the draws is part of the world: a new draw belongs after the last one.
    frequencies = draw_frequencies(leaves, brands, rng)
    pair_effect = _draw_pair_effects(frequencies.pair_brand, tiers, rng)
    wear_effect = rng.uniform(0.5, 1.5, n_leaves)
    seller_pays_effect = rng.normal(0, 1.1, n_leaves)
    log_waiting_days = rng.normal(3.4, 0.4, n_leaves)

    return World(
        leaves=leaves,
        brands=brands,
        colours=_colours(),
        frequencies=frequencies,
        pair_effect=pair_effect,
        log_base_price=_log_base_prices(leaves),
        log_grams=np.log([leaf.grams for leaf in leaves]),
        peak_month=np.array([leaf.peak_month for leaf in leaves]),
        wear_effect=wear_effect,
        brand_wear_factor=1.15 - 0.1 * tiers,
        seller_pays_effect=seller_pays_effect,
        log_waiting_days=log_waiting_days,
        siblings=_siblings(leaves),
    )


@cache
def load_phrases() -> dict[str, Any]:
    """Load the phrases of each language, the emoji and the colours from phrases.json."""
    text = PHRASES.read_text(encoding="utf-8")
    phrases: dict[str, Any] = json.loads(text)
    return phrases


def _colours() -> tuple[str, ...]:
    phrases = load_phrases()
    return tuple(phrases["colours"])


def _draw_pair_effects(
    pair_brand: Ints, tiers: Ints, rng: np.random.Generator
) -> Array:
    """Effect ``[P]`` on the log price: the tier, the brand itself, the brand in this leaf."""
    n_brands = len(tiers)
    n_pairs = len(pair_brand)
    effect_of_tier = np.array(TIER_EFFECTS)
    tier_effect = effect_of_tier[tiers - 1]

    brand_effect = tier_effect + rng.normal(0, 0.15, n_brands)
    own_effect = rng.normal(0, 0.2, n_pairs)
    return np.asarray(brand_effect[pair_brand] + own_effect)


def _log_base_prices(leaves: Sequence[Leaf]) -> Array:
    """Log price ``[L]`` before all effects."""
    prices = [leaf.price for leaf in leaves]
    log_prices = np.log(np.array(prices))
    deviation = log_prices - MEDIAN_LOG_PRICE

    # Medians of real markets lie closer together than those of the table.
    return np.asarray(MEDIAN_LOG_PRICE + 0.75 * deviation)


def _siblings(leaves: Sequence[Leaf]) -> tuple[tuple[int, ...], ...]:
    """Leaves easily confused with each leaf: the same parent, or the same name elsewhere."""
    levels = [leaf.path.rsplit("/", 1) for leaf in leaves]
    siblings = []

    for number, (parent, name) in enumerate(levels):
        similar = [
            other
            for other, (other_parent, other_name) in enumerate(levels)
            if other != number and (parent == other_parent or name == other_name)
        ]
        siblings.append(tuple(similar) or (number,))

    return tuple(siblings)
