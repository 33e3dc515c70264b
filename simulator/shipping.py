"""How synthetic listings are sent and who pays: the rules, and the exact odds they lead to.

A parcel's size follows from what the thing weighs, a method from its fee and what the thing is
worth, and who pays from all of them, the language and the seller.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from common.taxonomy import Taxonomy
from simulator.ground_truth import LatentState
from simulator.sellers import FAVOURITE_ODDS, GENEROSITY
from simulator.world import Array, Ints, World

LIMITS = np.log((120.0, 600.0, 2500.0, 9000.0))
"""Log of the grams above which the next parcel size is needed."""

PACKING = 0.22
"""Spread of the log of a parcel's weight round that of its kind of thing."""

GUESS = 0.03
"""How often a seller names the next smaller parcel size, and how often the next larger."""

UNUSUAL = 0.03
"""How often any method is as good as any other."""

FEE = -0.33
"""What a dollar of a fee does to the log odds of a method."""

METHODS = {
    "mail": (0.9, -2.1),
    "tracked mail": (1.2, 0.45),
    "courier": (0.3, 0.75),
    "express": (-0.3, 1.65),
    "freight": (0.0, 0.0),
}
"""Log odds of a method for a thing of 20 dollars, and what each unit of the log of a price adds."""

FAVOURED = 2.5
"""What being the seller's favourite does to the log odds of a method."""

SHARPNESS = 1.3
JAPANESE_PAY = 1.0
"""Sellers who write Japanese mostly include shipping: log odds, before ``SHARPNESS``."""


@dataclass(frozen=True, slots=True)
class Rates:
    """The taxonomy's fees as an array ``[sizes, methods]``, infinite where none is offered."""

    methods: tuple[str, ...]
    sizes: tuple[str, ...]
    fees: Array

    @classmethod
    def of(cls, taxonomy: Taxonomy) -> Rates:
        """Lay out the rate card of a taxonomy."""
        fees = [
            [
                taxonomy.rates.get(method, {}).get(size, np.inf)
                for method in taxonomy.shipping_methods
            ]
            for size in taxonomy.parcel_sizes
        ]
        return cls(taxonomy.shipping_methods, taxonomy.parcel_sizes, np.array(fees))


def parcel_odds(world: World, facts: LatentState) -> Array:
    """Probabilities ``[n, sizes]`` of the parcel's size, from smallest to largest."""
    leaf = facts.leaf
    grams = world.grams[leaf] + 0.8 * np.log(facts.count)
    grams += np.where(facts.unit >= 0, 0.15 * (facts.unit - (world.amounts[leaf] - 1) / 2), 0.0)
    edges = ndtr((LIMITS - grams[:, None]) / PACKING)
    needed = np.diff(edges, axis=1, prepend=0.0, append=1.0)
    guessed = (1 - 2 * GUESS) * needed
    guessed[:, :-1] += GUESS * needed[:, 1:]
    guessed[:, 1:] += GUESS * needed[:, :-1]
    guessed[:, 0] += GUESS * needed[:, 0]
    guessed[:, -1] += GUESS * needed[:, -1]
    return np.asarray(guessed)


def method_odds(rates: Rates, size: Ints, price: Array, favourite: Ints) -> Array:
    """Probabilities ``[n, methods]`` given the parcel and the seller's favourite, 0 for none."""
    fees = rates.fees[size]
    offered = np.isfinite(fees)
    likes = np.array([METHODS[method] for method in rates.methods])
    odds = likes[:, 0] + likes[:, 1] * (np.log(price) - 3)[:, None]
    odds = odds + np.where(offered, FEE * fees, -np.inf)
    odds = odds + FAVOURED * (np.arange(1, len(rates.methods) + 1) == favourite[:, None])
    weights = np.exp(odds - odds.max(axis=1, keepdims=True))
    usual = weights / weights.sum(axis=1, keepdims=True)
    any_of_them = offered / offered.sum(axis=1, keepdims=True)
    return np.asarray((1 - UNUSUAL) * usual + UNUSUAL * any_of_them)


def method_odds_of_anyone(rates: Rates, size: Ints, price: Array) -> Array:
    """Probabilities ``[n, methods]`` given the parcel, over all sellers."""
    shares = np.diff(FAVOURITE_ODDS, prepend=0.0)
    each = [
        share * method_odds(rates, size, price, np.full(len(size), favourite))
        for favourite, share in enumerate(shares)
    ]
    return np.asarray(sum(each))


def payer_odds(
    world: World, leaf: Ints, japanese: NDArray[np.bool_], price: Array, size: Ints, generous: Array
) -> Array:
    """Probability ``[n]`` that the seller pays: for dear, light things of some categories."""
    lean = 0.5 * (np.log(price) - 3) - 0.45 * (size - 1.5) + world.payer_effect[leaf]
    return np.asarray(expit(SHARPNESS * (lean + JAPANESE_PAY * japanese + generous)))


def payer_odds_of_anyone(
    world: World, leaf: Ints, japanese: NDArray[np.bool_], price: Array, size: Ints
) -> Array:
    """Probability ``[n]`` that the seller pays, over all sellers (Gauss-Hermite quadrature)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(15)
    each = [
        weight * payer_odds(world, leaf, japanese, price, size, np.array(GENEROSITY * node))
        for node, weight in zip(nodes, weights / weights.sum(), strict=True)
    ]
    return np.asarray(sum(each))
