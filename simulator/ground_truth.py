"""What is true of a block of synthetic listings, before anyone writes a word about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.world import Array, Ints

BLOCK = 1024
"""Rows drawn at once; changing it changes every market."""

DAYS = 1096
"""The market's three years; it grows, so most listings are recent."""


@dataclass(frozen=True, slots=True)
class LatentState:
    """Arrays ``[n]``; ``pair`` is a leaf's brand, which may be named even where not ``branded``.

    ``shown`` is the leaf the seller chose, ``condition`` 0 (new) to 4 (poor), ``unit`` the index of
    the leaf's amount (-1: none), ``colour`` one of the world's, which is spoken of only where
    ``coloured``, ``size`` a place in [0, 1) in the list of sizes, ``listed`` days since the market
    opened; ``fair`` is the log of the fair value and ``price`` in dollars;
    ``parcel`` and ``method`` are numbers in the taxonomy's lists, ``days`` those to the sale, -1
    unsold.
    """

    seller: Ints
    japanese: NDArray[np.bool_]
    leaf: Ints
    shown: Ints
    pair: Ints
    brand: Ints
    branded: NDArray[np.bool_]
    condition: Ints
    unit: Ints
    count: Ints
    colour: Ints
    coloured: NDArray[np.bool_]
    size: Array
    listed: Ints
    fair: Array
    price: Array
    parcel: Ints
    method: Ints
    seller_pays: NDArray[np.bool_]
    days: Ints
