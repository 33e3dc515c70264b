"""The sellers of a block of synthetic listings, each with a style and preferences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Array, Ints, sample_categorical
from simulator.world import World

GROUP_ROWS = 256
"""Rows that share ``SELLERS_PER_GROUP`` sellers, some with one listing and some with thirty."""

SELLERS_PER_GROUP = 32

JAPANESE_SHARE = 0.5
"""Share of sellers who write Japanese.

Half, so that metrics of the two languages can be compared: at two rows of five the language with
fewer rows loses five points of category accuracy for that alone, and its error bars are wider.
"""

BILINGUAL_SHARE = 0.04
"""Share of sellers who write some listings in the other language."""

PRICE_LEVEL_SD = 0.15
"""Standard deviation between sellers of the log price of the same article."""

SELLER_PAYS_SD = 0.7
"""Standard deviation between sellers of the log odds to pay for shipping, before scaling."""

FAVOURITE_CDF = (0.55, 0.67, 0.87, 0.97, 1.0)
"""Cumulative shares of sellers without a favourite shipping method, or with one of the first."""


@dataclass(frozen=True, slots=True)
class Sellers:
    """The ``s`` sellers of a block; every attribute is an array ``[s]`` unless it says otherwise.

    Attributes:
        home_root: root category of most of their listings.
        japanese: whether they write Japanese.
        bilingual: whether they write some listings in the other language.
        price_level: addition to the log of their prices.
        seller_pays_effect: addition to their log odds to pay for shipping, before scaling.
        favourite_method: 0 for none, else 1 + the index of a shipping method.
        promotion: tendency to advertise, 0 to 1.
        carelessness: tendency to misspell, 0 to 1.
        terseness: tendency to say little, 0 to 1.
        style: random numbers ``[s, 8]`` in [0, 1) that decide the rest of their writing style.
    """

    home_root: Ints
    japanese: NDArray[np.bool_]
    bilingual: NDArray[np.bool_]
    price_level: Array
    seller_pays_effect: Array
    favourite_method: Ints
    promotion: Array
    carelessness: Array
    terseness: Array
    style: Array


def draw_sellers(world: World, rng: np.random.Generator, rows: int) -> Sellers:
    """Draw the sellers of ``rows`` listings."""
    n_groups = rows // GROUP_ROWS
    count = n_groups * SELLERS_PER_GROUP
    root_cdf = np.tile(world.frequencies.root_cdf, (count, 1))

    # The order of the attributes is the order of the draws.
    return Sellers(
        home_root=sample_categorical(root_cdf, rng),
        japanese=rng.random(count) < JAPANESE_SHARE,
        bilingual=rng.random(count) < BILINGUAL_SHARE,
        price_level=rng.normal(0, PRICE_LEVEL_SD, count),
        seller_pays_effect=rng.normal(0, SELLER_PAYS_SD, count),
        favourite_method=_draw_favourites(rng, count),
        promotion=rng.beta(0.6, 2.5, count),
        carelessness=rng.beta(0.8, 4, count),
        terseness=rng.beta(1.5, 1.5, count),
        style=rng.random((count, 8)),
    )


def _draw_favourites(rng: np.random.Generator, count: int) -> Ints:
    cdf = np.tile(FAVOURITE_CDF, (count, 1))
    return sample_categorical(cdf, rng)


def assign_sellers(rng: np.random.Generator, rows: int) -> Ints:
    """Draw the seller ``[rows]`` of each row: few have many listings, many have few."""
    # A power of a uniform number: low indices within a group are drawn most.
    skewed = rng.random(rows) ** 1.6
    position = SELLERS_PER_GROUP * skewed
    within_group = position.astype(np.int64)

    group = np.arange(rows) // GROUP_ROWS
    first_of_group = group * SELLERS_PER_GROUP
    return np.asarray(first_of_group + within_group)
