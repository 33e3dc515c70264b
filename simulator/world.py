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
from numpy.typing import NDArray

from simulator.brands import Brand, make_brands
from simulator.categories import Leaf, load_leaves

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

PHRASES = Path(__file__).parent / "phrases.json"

SEED = 2024
"""Seed of the world's constants. It is unrelated to the seed of a market."""

GROUP_SHARES = (1.0, 0.3, 0.12)
"""Relative frequency of the brands of a leaf's first, second and third group."""

TIER_EFFECTS = (-0.35, 0.0, 0.4, 0.95)
"""Addition to the log of a price for a brand of tier 1 to 4."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Frequencies of root categories ``[R]``, leaves ``[L]`` and pairs of leaf and brand ``[P]``.

    Attributes:
        root_cdf: cumulative shares ``[R]`` of the root categories.
        leaf_cdf: cumulative shares ``[R + 1, L]`` of the leaves within each root; the last row is
            for the whole market.
        pair_cdf: cumulative shares ``[P]`` of brands within a leaf, plus the leaf's number: one
            sorted array, in which all leaves are searched at once.
        pair_brand: brand ``[P]`` of each pair.
        branded_share: share ``[L]`` of listings that have a brand.
        coloured_share: share ``[L]`` of listings that name a colour.
        n_amounts: number of amounts ``[L]`` (such as 64 gb, 128 gb) to choose from.
    """

    root_cdf: Array
    leaf_cdf: Array
    pair_cdf: Array
    pair_brand: Ints
    branded_share: Array
    coloured_share: Array
    n_amounts: Ints


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
    prices = np.array([leaf.price for leaf in leaves])
    grams = np.array([leaf.grams for leaf in leaves])
    peak_month = np.array([leaf.peak_month for leaf in leaves])

    # The order of the draws is part of the world: a new draw belongs after the last one.
    frequencies = _frequencies(leaves, brands, rng)
    pair_effect = _draw_pair_effects(frequencies.pair_brand, tiers, rng)
    wear_effect = rng.uniform(0.5, 1.5, n_leaves)
    seller_pays_effect = rng.normal(0, 1.1, n_leaves)
    log_waiting_days = rng.normal(3.4, 0.4, n_leaves)

    return World(
        leaves=leaves,
        brands=brands,
        colours=tuple(load_phrases()["colours"]),
        frequencies=frequencies,
        pair_effect=pair_effect,
        # Medians of real markets lie closer together than those of the table.
        log_base_price=3.1 + 0.75 * (np.log(prices) - 3.1),
        log_grams=np.log(grams),
        peak_month=peak_month,
        wear_effect=wear_effect,
        brand_wear_factor=1.15 - 0.1 * tiers,
        seller_pays_effect=seller_pays_effect,
        log_waiting_days=log_waiting_days,
        siblings=_siblings([leaf.path for leaf in leaves]),
    )


@cache
def load_phrases() -> dict[str, Any]:
    """Load the phrases of each language, the emoji and the colours from phrases.json."""
    phrases: dict[str, Any] = json.loads(PHRASES.read_text(encoding="utf-8"))
    return phrases


def sample_categorical(cdf: Array, rng: np.random.Generator) -> Ints:
    """Draw one index ``[n]`` a row from cumulative probabilities ``[n, k]``."""
    draws = rng.random(len(cdf))
    indices = (cdf <= draws[:, None]).sum(axis=1)

    # Rounding may leave the last cumulative probability just below one.
    last = cdf.shape[1] - 1
    return np.asarray(np.minimum(indices, last), dtype=np.int64)


def _cumulative(weights: Array) -> Array:
    return np.asarray(np.cumsum(weights) / weights.sum())


def _frequencies(
    leaves: Sequence[Leaf], brands: Sequence[Brand], rng: np.random.Generator
) -> Frequencies:
    root_cdf, leaf_cdf = _leaf_cdf(leaves)
    pair_cdf, pair_brand = _draw_pairs(leaves, brands, rng)
    branded_share = np.array([leaf.branded_share for leaf in leaves])

    return Frequencies(
        root_cdf=root_cdf,
        leaf_cdf=leaf_cdf,
        pair_cdf=pair_cdf,
        pair_brand=pair_brand,
        branded_share=branded_share**1.4,
        coloured_share=np.array([0.8 if leaf.wearer else 0.4 for leaf in leaves]),
        n_amounts=np.array([len(leaf.amounts) for leaf in leaves]),
    )


def _leaf_cdf(leaves: Sequence[Leaf]) -> tuple[Array, Array]:
    """Cumulative shares of the roots, and of the leaves in each root and in the whole market."""
    shares = np.array([leaf.share for leaf in leaves]) ** 1.15
    root_of_leaf = np.array([leaf.path.split("/")[0] for leaf in leaves])
    root_shares = []
    leaf_cdf = []

    for root in dict.fromkeys(root_of_leaf.tolist()):
        is_in_root = root_of_leaf == root
        root_shares.append(is_in_root @ shares)
        leaf_cdf.append(_cumulative(shares * is_in_root))

    # The last row is for the whole market.
    leaf_cdf.append(_cumulative(shares))
    return _cumulative(np.array(root_shares)), np.array(leaf_cdf)


def _draw_pairs(
    leaves: Sequence[Leaf], brands: Sequence[Brand], rng: np.random.Generator
) -> tuple[Array, Ints]:
    """Cumulative shares and brand of every pair.

    Every section of the taxonomy has log-normal preferences for brands, on top of Zipf's law.
    """
    groups = np.array([brand.group for brand in brands])
    preferences: dict[str, Array] = {}
    pair_cdf: list[Array] = []
    pair_brand: list[Ints] = []

    for number, leaf in enumerate(leaves):
        section, _, _ = leaf.path.rpartition("/")
        if section not in preferences:
            preferences[section] = rng.lognormal(0, 0.8, len(brands))

        weights = _brand_weights(leaf, groups, preferences[section])
        present = np.flatnonzero(weights)
        pair_cdf.append(number + _cumulative(weights[present]))
        pair_brand.append(present)

    return np.concatenate(pair_cdf), np.concatenate(pair_brand)


def _brand_weights(leaf: Leaf, groups: NDArray[np.str_], preferences: Array) -> Array:
    """Weights ``[B]`` of the brands in a leaf: Zipf's law within each group, bent by preference."""
    weights = np.zeros(len(groups))

    for group, share in zip(leaf.brand_groups, GROUP_SHARES, strict=False):
        members = np.flatnonzero(groups == group)
        ranks = np.arange(1, len(members) + 1)
        zipf = preferences[members] / ranks
        weights[members] = share * zipf / zipf.sum()

    return weights


def _draw_pair_effects(pair_brand: Ints, tiers: Ints, rng: np.random.Generator) -> Array:
    """Effect ``[P]`` on the log price: the tier, the brand itself, the brand in this leaf."""
    tier_effect = np.array(TIER_EFFECTS)[tiers - 1]
    brand_effect = tier_effect + rng.normal(0, 0.15, len(tiers))
    own_effect = rng.normal(0, 0.2, len(pair_brand))
    return np.asarray(brand_effect[pair_brand] + own_effect)


def _siblings(paths: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Leaves easily confused with each leaf: the same parent, or the same name elsewhere."""
    levels = [path.rsplit("/", 1) for path in paths]
    siblings = []

    for number, (parent, name) in enumerate(levels):
        similar = [
            other
            for other, (other_parent, other_name) in enumerate(levels)
            if other != number and (parent == other_parent or name == other_name)
        ]
        siblings.append(tuple(similar) or (number,))

    return tuple(siblings)
