"""The sellers of a block of synthetic listings, each with habits of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.world import Array, Ints, World, pick

GROUP = 256
"""Rows that share ``SELLERS`` sellers, some with one listing and some with thirty."""

SELLERS = 32

JAPANESE = 0.5
"""Share of sellers who write Japanese.

Half, so that what a model makes of the two languages can be compared: with two rows of five the
language with fewer of them loses five points of category for that alone, and its figures have
wider error bars.
"""

BILINGUAL = 0.04
"""Share of sellers who write some listings in the other language."""

DEARNESS = 0.15
"""Spread between sellers of the log of what they ask for the same thing."""

GENEROSITY = 0.7
"""Spread between sellers of the log odds with which they pay for shipping, before scaling."""

FAVOURITE_ODDS = (0.55, 0.67, 0.87, 0.97, 1.0)
"""How many sellers, cumulative, have no favourite way to ship, or one of the first four."""


@dataclass(frozen=True, slots=True)
class Sellers:
    """Arrays over the sellers ``[S]`` of a block.

    ``home`` is the root category most of their things are of; ``loud``, ``careless`` and ``terse``
    run from 0 to 1; ``favourite`` is 0 for none, else 1 + the number of a shipping method;
    ``style`` holds numbers in [0, 1) for whatever else they do in their own way.
    """

    home: Ints
    japanese: NDArray[np.bool_]
    bilingual: NDArray[np.bool_]
    dear: Array
    generous: Array
    favourite: Ints
    loud: Array
    careless: Array
    terse: Array
    style: Array  # [S, 8]


def draw_sellers(world: World, rng: np.random.Generator, rows: int) -> Sellers:
    """Draw the sellers of ``rows`` listings."""
    count = rows // GROUP * SELLERS
    return Sellers(
        home=pick(np.broadcast_to(world.root_odds, (count, len(world.root_odds))), rng),
        japanese=rng.random(count) < JAPANESE,
        bilingual=rng.random(count) < BILINGUAL,
        dear=rng.normal(0, DEARNESS, count),
        generous=rng.normal(0, GENEROSITY, count),
        favourite=pick(np.broadcast_to(FAVOURITE_ODDS, (count, 5)), rng),
        loud=rng.beta(0.6, 2.5, count),
        careless=rng.beta(0.8, 4, count),
        terse=rng.beta(1.5, 1.5, count),
        style=rng.random((count, 8)),
    )


def assign(rng: np.random.Generator, rows: int) -> Ints:
    """The seller of each row: few have many listings, many have few."""
    places = (SELLERS * rng.random(rows) ** 1.6).astype(np.int64)
    return np.asarray(np.arange(rows) // GROUP * SELLERS + places)
