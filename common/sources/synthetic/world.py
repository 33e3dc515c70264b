"""The synthetic shop's world: categories, invented brands, and what they do to a price.

The world is the same for every seed; a seed only decides which listings are drawn from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FOLDER = Path(__file__).parent
GROUP_SHARES = (1.0, 0.3, 0.12)
"""How often the brands of a leaf's first, second and third group are met."""

TIER_EFFECTS = (-0.35, 0.0, 0.4, 0.95)
"""What a brand of tier 1 to 4 adds to the log of a price."""

SYLLABLES = "al bren ca dor el fi gan hu ix ja kel lo mi nor os pra qui ra so tur un vel wi ya zen"
"""Product lines are named by two or three of these."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf category: its path, its words in two languages and what its listings have."""

    path: str
    nouns: Mapping[str, tuple[str, ...]]
    who: str
    sizes: str
    unit: str
    amounts: tuple[int, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class Brand:
    """An invented brand: its name, its name in Japanese script if any, and two product lines."""

    name: str
    ja: str
    lines: tuple[str, str]


@dataclass(frozen=True, slots=True)
class World:
    """Arrays are indexed by leaf ``[L]``, brand ``[B]`` and root category ``[R]``.

    ``*_odds`` are cumulative probabilities; effects are on the natural log of a price.
    """

    leaves: tuple[Leaf, ...]
    brands: tuple[Brand, ...]
    leaf_odds: Array  # [R + 1, L], the last row over the whole shop
    brand_odds: Array  # [L, B]
    branded: Array  # [L]
    base: Array  # [L]
    brand_effect: Array  # [L, B]
    wear_effect: Array  # [L]
    payer_effect: Array  # [L]
    siblings: tuple[tuple[int, ...], ...]


@cache
def load() -> World:
    """Read the catalogue and work out the world's numbers, which no seed changes."""
    catalogue = json.loads((FOLDER / "catalogue.json").read_text(encoding="utf-8"))
    rng = np.random.default_rng(2024)
    rows = catalogue["leaves"]
    groups = [(group, *brand) for group, brands in catalogue["brands"].items() for brand in brands]
    tiers = np.array([TIER_EFFECTS[tier - 1] for _, _, tier, _ in groups])
    roots = [row["path"].split("/")[0] for row in rows]
    return World(
        leaves=tuple(_leaf(row) for row in rows),
        brands=tuple(Brand(name, ja, _lines(rng)) for _, name, _, ja in groups),
        leaf_odds=_leaf_odds(roots, rng),
        brand_odds=np.array([_brand_odds(row, [g[0] for g in groups], rng) for row in rows]),
        branded=np.array([row["branded"] for row in rows]) ** 1.4,
        base=3.1 + 0.75 * (np.log([row["price"] for row in rows]) - 3.1),
        brand_effect=tiers
        + rng.normal(0, 0.15, len(groups))
        + rng.normal(0, 0.2, (len(rows), len(groups))),
        wear_effect=rng.uniform(0.5, 1.5, len(rows)),
        payer_effect=rng.normal(0, 1.1, len(rows)),
        siblings=_siblings([row["path"] for row in rows]),
    )


def phrases() -> dict[str, Any]:
    """The words sellers write with, by language."""
    values: dict[str, Any] = json.loads((FOLDER / "phrases.json").read_text(encoding="utf-8"))
    return values


def _leaf(row: Mapping[str, Any]) -> Leaf:
    unit, amounts = row.get("units", ["", []])
    nouns = {"en": tuple(row["nouns"]), "ja": tuple(row["ja"])}
    return Leaf(row["path"], nouns, row["who"], row["sizes"], unit, tuple(amounts), row["weight"])


def _lines(rng: np.random.Generator) -> tuple[str, str]:
    first, second = (
        "".join(rng.choice(SYLLABLES.split(), int(rng.integers(2, 4)))).capitalize()
        for _ in range(2)
    )
    return first, second


def _leaf_odds(roots: list[str], rng: np.random.Generator) -> Array:
    shares = rng.lognormal(0, 0.5, len(roots))
    names = list(dict.fromkeys(roots))
    rows = [
        [share * (root == name) for share, root in zip(shares, roots, strict=True)]
        for name in names
    ]
    odds = np.array([*rows, shares])
    return np.asarray(np.cumsum(odds, axis=1) / odds.sum(axis=1, keepdims=True))


def _brand_odds(row: Mapping[str, Any], groups: list[str], rng: np.random.Generator) -> Array:
    """Zipf within each group of brands, in an order of the leaf's own."""
    odds = np.zeros(len(groups))
    for group, share in zip(row["brands"], GROUP_SHARES, strict=False):
        members = np.flatnonzero(np.array(groups) == group)
        ranks = np.argsort(np.arange(len(members)) + rng.normal(0, 2.5, len(members))) + 1
        weights = 1.0 / ranks
        odds[members] = share * weights / weights.sum()
    return np.asarray(np.cumsum(odds) / odds.sum())


def _siblings(paths: list[str]) -> tuple[tuple[int, ...], ...]:
    """Leaves a hasty seller mixes up with each leaf: same parent, or same name elsewhere."""
    levels = [path.rsplit("/", 1) for path in paths]
    return tuple(
        tuple(j for j, b in enumerate(levels) if j != i and (a[0] == b[0] or a[1] == b[1])) or (i,)
        for i, a in enumerate(levels)
    )
