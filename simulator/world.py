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

from simulator import brands
from simulator import categories as leaves
from simulator.brands import Brand
from simulator.categories import Leaf

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

PHRASES = Path(__file__).parent / "phrases.json"

GROUP_SHARES = (1.0, 0.3, 0.12)
"""How often the brands of a leaf's first, second and third group are met."""

TIER_EFFECTS = (-0.35, 0.0, 0.4, 0.95)
"""What a brand of tier 1 to 4 adds to the log of a price."""


@dataclass(frozen=True, slots=True)
class World:
    """What is met how often, and what it does to the natural log of a price.

    Arrays are indexed by leaf ``[L]``, root category ``[R]``, brand ``[B]`` and pair ``[P]``: a
    brand that is met in a leaf. ``*_odds`` are cumulative; those of pairs count up from the leaf's
    number to the next, so that all leaves are searched at once.
    """

    leaves: tuple[Leaf, ...]
    brands: tuple[Brand, ...]
    colours: tuple[str, ...]
    root_odds: Array  # [R]
    leaf_odds: Array  # [R + 1, L], the last row over the whole market
    pair_odds: Array  # [P]
    pair_brand: Ints  # [P]
    pair_effect: Array  # [P]
    branded: Array  # [L]
    coloured: Array  # [L], share that has a colour to speak of
    base: Array  # [L]
    grams: Array  # [L]
    amounts: Ints  # [L], how many amounts its listings may have
    season: Ints  # [L], month of the peak, 0 for none
    wear_effect: Array  # [L]
    brand_keeps: Array  # [B], how much of a wear's effect a brand is spared
    payer_effect: Array  # [L]
    patience: Array  # [L], log of the days that a fairly priced listing waits
    siblings: tuple[tuple[int, ...], ...]


@cache
def load() -> World:
    """Read categories and brands and work out the world's numbers, which no seed changes."""
    rng = np.random.default_rng(2024)
    all_leaves, all_brands = leaves.read(), brands.read()
    shares = np.array([leaf.share for leaf in all_leaves]) ** 1.15
    roots = [leaf.path.split("/")[0] for leaf in all_leaves]
    by_root = np.array([[root == name for root in roots] for name in dict.fromkeys(roots)])
    pairs = _pairs(all_leaves, all_brands, rng)
    tiers = np.array([brand.tier for brand in all_brands])
    return World(
        leaves=all_leaves,
        brands=all_brands,
        colours=tuple(words()["colours"]),
        root_odds=_odds(by_root @ shares),
        leaf_odds=np.array([_odds(shares * inside) for inside in (*by_root, 1.0)]),
        pair_odds=pairs[0],
        pair_brand=pairs[1],
        pair_effect=_pair_effects(pairs[1], tiers, rng),
        branded=np.array([leaf.branded for leaf in all_leaves]) ** 1.4,
        coloured=np.array([0.8 if leaf.who else 0.4 for leaf in all_leaves]),
        base=3.1 + 0.75 * (np.log([leaf.price for leaf in all_leaves]) - 3.1),
        grams=np.log([leaf.grams for leaf in all_leaves]),
        amounts=np.array([len(leaf.amounts) for leaf in all_leaves]),
        season=np.array([leaf.season for leaf in all_leaves]),
        wear_effect=rng.uniform(0.5, 1.5, len(all_leaves)),
        brand_keeps=1.15 - 0.1 * tiers,
        payer_effect=rng.normal(0, 1.1, len(all_leaves)),
        patience=rng.normal(3.4, 0.4, len(all_leaves)),
        siblings=_siblings([leaf.path for leaf in all_leaves]),
    )


@cache
def words() -> dict[str, Any]:
    """The words sellers write with, by language, and the colours there are."""
    values: dict[str, Any] = json.loads(PHRASES.read_text(encoding="utf-8"))
    return values


def pick(odds: Array, rng: np.random.Generator) -> Ints:
    """One index a row by its cumulative probabilities ``[n, choices]``."""
    draws = rng.random(len(odds))[:, None]
    return np.asarray(np.minimum((odds <= draws).sum(axis=1), odds.shape[1] - 1), dtype=np.int64)


def _odds(weights: Array) -> Array:
    return np.asarray(np.cumsum(weights) / weights.sum())


def _pairs(
    leaves: Sequence[Leaf], brands: Sequence[Brand], rng: np.random.Generator
) -> tuple[Array, Ints]:
    """Odds and brand of every pair: Zipf in a group of brands, bent by a taste for a section."""
    groups = np.array([brand.group for brand in brands])
    members = {group: np.flatnonzero(groups == group) for group in dict.fromkeys(groups.tolist())}
    tastes: dict[str, Array] = {}
    odds, found = [], []
    for number, leaf in enumerate(leaves):
        section = leaf.path.rsplit("/", 1)[0]
        if section not in tastes:
            tastes[section] = rng.lognormal(0, 0.8, len(brands))
        weights = np.zeros(len(brands))
        for group, share in zip(leaf.brands, GROUP_SHARES, strict=False):
            zipf = tastes[section][members[group]] / np.arange(1, len(members[group]) + 1)
            weights[members[group]] = share * zipf / zipf.sum()
        present = np.flatnonzero(weights)
        odds.append(number + _odds(weights[present]))
        found.append(present)
    return np.concatenate(odds), np.concatenate(found)


def _pair_effects(brand: Ints, tiers: Ints, rng: np.random.Generator) -> Array:
    """A brand's tier, its own name, and what the two are worth in this category."""
    own = np.array(TIER_EFFECTS)[tiers - 1] + rng.normal(0, 0.15, len(tiers))
    return np.asarray(own[brand] + rng.normal(0, 0.2, len(brand)))


def _siblings(paths: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Leaves a hasty seller mixes up with each leaf: same parent, or same name elsewhere."""
    levels = [path.rsplit("/", 1) for path in paths]
    return tuple(
        tuple(j for j, b in enumerate(levels) if j != i and (a[0] == b[0] or a[1] == b[1])) or (i,)
        for i, a in enumerate(levels)
    )
