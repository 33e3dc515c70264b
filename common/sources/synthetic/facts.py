"""What is true of a block of synthetic listings, before anyone writes a word about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from common.sources.synthetic.world import Array, World

Ints = NDArray[np.int64]

WEAR = (0.22, 0.05, -0.18, -0.5, -1.0)
"""What each condition, best first, adds to the log of a price."""

CONDITION_ODDS = (0.36, 0.61, 0.86, 0.96, 1.0)
JAPANESE = 0.15
MISFILED = 0.025
NOISE = 0.47
"""Spread of the log of a price that nothing in a listing explains."""

METHODS = (
    ("mail", "tracked mail", "tracked mail"),
    ("mail", "tracked mail", "courier"),
    ("tracked mail", "tracked mail", "courier"),
    ("tracked mail", "courier", "express"),
    ("courier", "freight", "freight"),
)
"""The usual shipping method by parcel size and by price: below 18, below 70, above."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Arrays ``[n]``; ``brand`` is what may be mentioned, ``branded`` whether it is the brand.

    ``size`` and ``colour`` are places in ``[0, 1)`` in the lists of sizes and colours, ``unit`` the
    index of the leaf's amount; ``habit`` below .1 is an unusual way to ship; ``price`` is in
    dollars; ``listed`` is days since the shop opened, ``days`` from then to the sale, -1 unsold.
    """

    leaf: Ints
    shown: Ints
    brand: Ints
    branded: NDArray[np.bool_]
    condition: Ints
    size: Array
    colour: Array
    unit: Ints
    count: Ints
    price: Array
    seller_pays: NDArray[np.bool_]
    parcel: Ints
    price_class: Ints
    habit: Array
    japanese: NDArray[np.bool_]
    seller: Ints
    loud: Array
    listed: Ints
    days: Ints


def draw(world: World, rng: np.random.Generator, n: int, group: int) -> Facts:
    """Draw ``n`` listings, sold by eight sellers to each ``group`` rows."""
    places = np.arange(n) // group * 8
    seller = places + (8 * rng.random(n) ** 1.4).astype(np.int64)
    leaf = _leaves(world, rng, seller)
    brand = _pick(world.brand_odds[leaf], rng)
    branded = rng.random(n) < world.branded[leaf]
    condition = _pick(np.broadcast_to(CONDITION_ODDS, (n, 5)), rng)
    unit = _units(world, rng, leaf)
    count = np.where(rng.random(n) < 0.05, rng.integers(2, 6, n), 1)
    price = _prices(world, rng, leaf, np.where(branded, brand, -1), condition, unit, count, seller)
    parcel = _parcels(world, rng, leaf, count)
    return Facts(
        leaf=leaf,
        shown=_misfiled(world, rng, leaf),
        brand=brand,
        branded=branded,
        condition=condition,
        size=rng.random(n),
        colour=rng.random(n),
        unit=unit,
        count=count,
        price=price,
        seller_pays=_pays(world, rng, leaf, price, parcel, seller),
        parcel=parcel,
        price_class=np.digitize(price, (18, 70)),
        habit=rng.random(n),
        japanese=_habit(rng.random, seller) < JAPANESE,
        seller=seller,
        loud=_habit(lambda sellers: rng.beta(0.6, 2.5, sellers), seller),
        listed=rng.integers(0, 540, n),
        days=np.where(rng.random(n) < 0.35, -1, rng.exponential(20, n).astype(np.int64)),
    )


def _habit(draw: Callable[[int], Array], seller: Ints) -> Array:
    """One number drawn for each seller, spread over their rows."""
    return draw(int(seller.max()) + 1)[seller]


def _leaves(world: World, rng: np.random.Generator, seller: Ints) -> Ints:
    """A seller mostly sells within one root category."""
    roots = len(world.leaf_odds) - 1
    home = (_habit(rng.random, seller) * roots).astype(np.int64)
    at_home = rng.random(len(seller)) < 0.6
    return _pick(world.leaf_odds[np.where(at_home, home, roots)], rng)


def _pick(odds: Array, rng: np.random.Generator) -> Ints:
    """One index a row by its cumulative probabilities ``[n, choices]``."""
    draws = rng.random(len(odds))[:, None]
    return np.asarray(np.minimum((odds <= draws).sum(axis=1), odds.shape[1] - 1), dtype=np.int64)


def _units(world: World, rng: np.random.Generator, leaf: Ints) -> Ints:
    """Which of its leaf's amounts (128 gb, 50 ml) a listing has; -1 where there are none."""
    amounts = np.array([len(item.amounts) for item in world.leaves])[leaf]
    return np.where(amounts > 0, (rng.random(len(leaf)) * amounts).astype(np.int64), -1)


def _prices(
    world: World,
    rng: np.random.Generator,
    leaf: Ints,
    brand: Ints,
    condition: Ints,
    unit: Ints,
    count: Ints,
    seller: Ints,
) -> Array:
    """What category, brand (-1 is none), wear, amount, bundle, seller and chance do to a price."""
    middle = np.array([(len(item.amounts) - 1) / 2 for item in world.leaves])[leaf]
    effect = np.where(brand >= 0, world.brand_effect[leaf, brand], -0.3)
    wear = np.array(WEAR)[condition] * world.wear_effect[leaf]
    amount = np.where(unit >= 0, 0.3 * (unit - middle), 0.0)
    dear = _habit(lambda sellers: rng.normal(0, 0.15, sellers), seller)
    chance = rng.normal(0, NOISE, len(leaf))
    logs = world.base[leaf] + effect + wear + amount + 0.75 * np.log(count) + dear + chance
    return _rounded(np.exp(logs), rng)


def _rounded(price: Array, rng: np.random.Generator) -> Array:
    """Prices as sellers write them: whole, by fives, or ending in .99; from 3 to 5,000 dollars."""
    style = rng.random(len(price))
    whole = np.maximum(np.round(price), 3)
    fives = np.where(price > 20, np.round(price / 5) * 5, whole)
    written = np.where(style < 0.45, whole, np.where(style < 0.75, fives, whole - 0.01))
    return np.clip(written, 3, 5000)


def _parcels(world: World, rng: np.random.Generator, leaf: Ints, count: Ints) -> Ints:
    """Parcel sizes 0 to 4: the category's weight class, more for a bundle, and some guessing."""
    weight = np.array([item.weight for item in world.leaves])[leaf]
    draws = rng.random(len(leaf))
    guess = np.where(draws < 0.07, -1, np.where(draws > 0.91, 1, 0))
    return np.asarray(np.clip(weight + (count > 2) + guess, 0, 4), dtype=np.int64)


def _pays(
    world: World, rng: np.random.Generator, leaf: Ints, price: Array, parcel: Ints, seller: Ints
) -> NDArray[np.bool_]:
    """The seller pays for dear, light things of some categories, and by habit."""
    generous = _habit(lambda sellers: rng.normal(0, 0.8, sellers), seller)
    lean = 0.5 * (np.log(price) - 3) - 0.45 * (parcel - 1.5) + world.payer_effect[leaf] + generous
    return np.asarray(rng.random(len(leaf)) < 1 / (1 + np.exp(-1.3 * lean)))


def _misfiled(world: World, rng: np.random.Generator, leaf: Ints) -> Ints:
    """The category as chosen by the seller, who is wrong now and then."""
    shown = leaf.copy()
    for row in np.flatnonzero(rng.random(len(leaf)) < MISFILED):
        shown[row] = rng.choice(world.siblings[leaf[row]])
    return shown
