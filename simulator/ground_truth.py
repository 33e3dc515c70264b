"""The latent state of a block of synthetic listings, from which their fields are derived."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Array, Ints

BLOCK = 1024
"""Rows that are drawn at once. Another number gives other rows for every seed."""

DAYS = 1096
"""Days that the market is open: three years. It grows, so most listings are recent."""


@dataclass(frozen=True, slots=True)
class LatentState:
    """The true state of ``n`` listings; every attribute is an array ``[n]``.

    Attributes:
        seller: index of the seller within the block.
        japanese: whether the listing is written in Japanese.
        leaf: true leaf category.
        chosen_leaf: leaf category that the seller chose, now and then a wrong one.
        pair: pair of leaf and brand; it is drawn also where the article has no brand.
        brand: brand of the pair.
        branded: whether the article has a brand.
        condition: 0 (new) to 4 (poor).
        amount: index into the amounts of the leaf; -1 for none.
        n_pieces: number of articles sold together.
        colour: index into the colours of the world.
        names_colour: whether the seller names the colour.
        size: position in the list of sizes, from 0 to 1.
        listed_day: days from the opening of the market to the listing.
        log_fair_value: log of the fair value in US dollars.
        price: asking price in US dollars.
        parcel_size: index into the taxonomy's parcel sizes.
        shipping_method: index into the taxonomy's shipping methods.
        seller_pays: whether the seller pays for shipping.
        days_to_sale: days from the listing to the sale; -1 for unsold.
    """

    seller: Ints
    japanese: NDArray[np.bool_]
    leaf: Ints
    chosen_leaf: Ints
    pair: Ints
    brand: Ints
    branded: NDArray[np.bool_]
    condition: Ints
    amount: Ints
    n_pieces: Ints
    colour: Ints
    names_colour: NDArray[np.bool_]
    size: Array
    listed_day: Ints
    log_fair_value: Array
    price: Array
    parcel_size: Ints
    shipping_method: Ints
    seller_pays: NDArray[np.bool_]
    days_to_sale: Ints


class LatentRow(NamedTuple):
    """The true state of one listing; the attributes are those of ``LatentState``.

    A tuple of Python's own numbers: their use costs a tenth of that of an array's items.
    """

    seller: int
    japanese: bool
    leaf: int
    chosen_leaf: int
    pair: int
    brand: int
    branded: bool
    condition: int
    amount: int
    n_pieces: int
    colour: int
    names_colour: bool
    size: float
    listed_day: int
    log_fair_value: float
    price: float
    parcel_size: int
    shipping_method: int
    seller_pays: bool
    days_to_sale: int


def undecided_state(count: int) -> LatentState:
    """A state of ``count`` listings of which nothing is drawn yet: every value is zero."""
    numbers = np.zeros(count)
    integers = np.zeros(count, dtype=np.int64)
    flags = np.zeros(count, dtype=np.bool_)

    return LatentState(
        seller=integers,
        japanese=flags,
        leaf=integers,
        chosen_leaf=integers,
        pair=integers,
        brand=integers,
        branded=flags,
        condition=integers,
        amount=integers,
        n_pieces=integers,
        colour=integers,
        names_colour=flags,
        size=numbers,
        listed_day=integers,
        log_fair_value=numbers,
        price=numbers,
        parcel_size=integers,
        shipping_method=integers,
        seller_pays=flags,
        days_to_sale=integers,
    )


def latent_rows(state: LatentState) -> list[LatentRow]:
    """Turn the arrays of a state into one tuple a listing."""
    arrays = [getattr(state, field.name) for field in fields(state)]
    columns = [array.tolist() for array in arrays]
    rows = zip(*columns, strict=True)
    # A named tuple is made several times faster from one iterable than from arguments.
    return list(map(LatentRow._make, rows))
