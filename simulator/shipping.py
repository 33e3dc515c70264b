"""Shipping of synthetic listings: the rules, and the exact probabilities that follow from them.

A parcel's size follows from the weight, a method from its fee and the price, and the payer from
all of them, the language and the seller.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from common.taxonomy import Taxonomy
from simulator.arrays import Array, Ints
from simulator.ground_truth import LatentState
from simulator.sellers import FAVOURITE_CDF, SELLER_PAYS_SD
from simulator.world import World

LOG_WEIGHT_LIMITS = np.log((120.0, 600.0, 2500.0, 9000.0))
"""Log of the grams above which the next parcel size is needed."""

LOG_WEIGHT_SD = 0.22
"""Standard deviation of the log of a parcel's weight around the median of its leaf."""

MISJUDGED_SHARE = 0.03
"""Share of sellers who name the next smaller parcel size, and of those who name the next larger."""

UNIFORM_SHARE = 0.03
"""Share of listings whose method is drawn uniformly from those offered."""

FEE_EFFECT = -0.33
"""Effect of a dollar of the fee on the log odds of a method."""

METHOD_EFFECTS = {
    "mail": (0.9, -2.1),
    "tracked mail": (1.2, 0.45),
    "courier": (0.3, 0.75),
    "express": (-0.3, 1.65),
    "freight": (0.0, 0.0),
}
"""Log odds of a method for an article of 20 dollars, and their slope in the log of the price."""

FAVOURITE_EFFECT = 2.5
"""Effect of being the seller's favourite on the log odds of a method."""

PAYER_SCALE = 1.3
"""Factor on the log odds that the seller pays."""

JAPANESE_PAYS_EFFECT = 1.0
"""Log odds, before ``PAYER_SCALE``: sellers who write Japanese mostly include shipping."""

LOG_20_DOLLARS = 3
"""About the log of 20: prices act on log odds relative to it."""

N_QUADRATURE_NODES = 15


@dataclass(frozen=True, slots=True)
class ShippingRates:
    """The taxonomy's rate card as an array.

    Attributes:
        methods: shipping methods.
        sizes: parcel sizes, from the smallest to the largest.
        fees: fees ``[sizes, methods]``, infinite where a method does not take a size.
    """

    methods: tuple[str, ...]
    sizes: tuple[str, ...]
    fees: Array

    @classmethod
    def from_taxonomy(cls, taxonomy: Taxonomy) -> ShippingRates:
        """Lay out the rate card of a taxonomy."""
        methods = taxonomy.shipping_methods
        sizes = taxonomy.parcel_sizes
        shape = (len(sizes), len(methods))
        fees = np.full(shape, np.inf)

        for column, method in enumerate(methods):
            fee_of_size = taxonomy.rates.get(method, {})
            for row, size in enumerate(sizes):
                fee = fee_of_size.get(size, np.inf)
                fees[row, column] = fee

        return cls(methods, sizes, fees)


def parcel_size_probabilities(world: World, state: LatentState) -> Array:
    """Probabilities ``[n, sizes]`` of the parcel size that the seller names."""
    needed = _needed_size_probabilities(world, state)
    misjudged = MISJUDGED_SHARE * needed
    well_judged_share = 1 - 2 * MISJUDGED_SHARE
    named: Array = well_judged_share * needed

    too_small = misjudged[:, 1:]
    too_large = misjudged[:, :-1]
    named[:, :-1] += too_small
    named[:, 1:] += too_large

    # A seller who would go below the smallest or above the largest size names that size.
    for end in (0, -1):
        named[:, end] += misjudged[:, end]
    return named


def _needed_size_probabilities(world: World, state: LatentState) -> Array:
    """Probabilities ``[n, sizes]`` of the smallest parcel size that takes the weight."""
    log_grams = _log_grams(world, state)
    margins = LOG_WEIGHT_LIMITS - log_grams[:, None]
    cdf = ndtr(margins / LOG_WEIGHT_SD)
    needed = np.diff(cdf, axis=1, prepend=0.0, append=1.0)
    return np.asarray(needed)


def _log_grams(world: World, state: LatentState) -> Array:
    """Log ``[n]`` of the median weight: that of the leaf, its amount and the pieces."""
    leaf = state.leaf
    n_amounts = world.frequencies.n_amounts[leaf]
    middle_amount = (n_amounts - 1) / 2
    above_middle = state.amount - middle_amount
    has_amount = state.amount >= 0

    of_leaf = world.log_grams[leaf]
    of_amount = np.where(has_amount, 0.15 * above_middle, 0.0)
    log_pieces = np.log(state.n_pieces)
    of_pieces = 0.8 * log_pieces
    return np.asarray(of_leaf + of_pieces + of_amount)


def method_probabilities(
    rates: ShippingRates, parcel_size: Ints, price: Array, favourite: Ints
) -> Array:
    """Probabilities ``[n, methods]`` given the parcel size and the seller's favourite.

    ``favourite`` is 0 for none, else 1 + the index of a method.
    """
    fees = rates.fees[parcel_size]
    is_offered = np.isfinite(fees)
    price_effect = _price_effect(rates, price)
    fee_effect = np.where(is_offered, FEE_EFFECT * fees, -np.inf)
    is_favourite = _is_favourite(rates, favourite)

    log_odds = price_effect + fee_effect
    log_odds += FAVOURITE_EFFECT * is_favourite
    preferred = _softmax(log_odds)
    n_offered = is_offered.sum(axis=1, keepdims=True)
    uniform = is_offered / n_offered

    mixture = (1 - UNIFORM_SHARE) * preferred
    mixture += UNIFORM_SHARE * uniform
    return np.asarray(mixture)


def _is_favourite(rates: ShippingRates, favourite: Ints) -> NDArray[np.bool_]:
    """Whether a method ``[n, methods]`` is the seller's favourite."""
    # Number 0 is no method, so that sellers without a favourite match none.
    n_methods = len(rates.methods)
    numbers = np.arange(1, n_methods + 1)
    return np.asarray(numbers == favourite[:, None])


def _price_effect(rates: ShippingRates, price: Array) -> Array:
    """Log odds ``[n, methods]`` of the methods at a price, before fee and favourite."""
    effects = [METHOD_EFFECTS[method] for method in rates.methods]
    intercept, slope = np.array(effects).T

    relative_price = np.log(price) - LOG_20_DOLLARS
    slope_effect = slope * relative_price[:, None]
    return np.asarray(intercept + slope_effect)


def _softmax(log_odds: Array) -> Array:
    # Subtracting the row's maximum avoids overflow and changes nothing.
    highest = log_odds.max(axis=1, keepdims=True)
    weights = np.exp(log_odds - highest)
    total = weights.sum(axis=1, keepdims=True)
    return np.asarray(weights / total)


def marginal_method_probabilities(
    rates: ShippingRates, parcel_size: Ints, price: Array
) -> Array:
    """Probabilities ``[n, methods]`` given the parcel size, averaged over all sellers."""
    n_rows = len(parcel_size)
    favourite_shares = np.diff(FAVOURITE_CDF, prepend=0.0)
    total: Array | int = 0

    for favourite, share in enumerate(favourite_shares):
        favourites = np.full(n_rows, favourite)
        probability = method_probabilities(rates, parcel_size, price, favourites)
        total = total + share * probability

    return np.asarray(total)


def seller_pays_probability(
    world: World,
    state: LatentState,
    parcel_size: Ints,
    price: Array,
    seller_effect: Array,
) -> Array:
    """Probability ``[n]`` that the seller pays: for dear, light articles of some categories.

    ``seller_effect`` is the seller's own addition to the log odds; ``parcel_size`` and ``price``
    replace those of the state.
    """
    relative_price = np.log(price) - LOG_20_DOLLARS
    relative_size = parcel_size - 1.5
    price_effect = 0.5 * relative_price
    size_effect = 0.45 * relative_size
    leaf_effect = world.seller_pays_effect[state.leaf]
    language_effect = JAPANESE_PAYS_EFFECT * state.japanese

    # The order of the sum decides its last digits: language and seller come last.
    log_odds = (
        price_effect - size_effect + leaf_effect + language_effect + seller_effect
    )
    return np.asarray(expit(PAYER_SCALE * log_odds))


def marginal_seller_pays_probability(
    world: World, state: LatentState, parcel_size: Ints, price: Array
) -> Array:
    """Probability ``[n]`` that the seller pays, averaged over all sellers.

    The normal distribution of the sellers' effects is integrated by Gauss-Hermite quadrature.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(N_QUADRATURE_NODES)
    weights = weights / weights.sum()
    total: Array | int = 0

    for node, weight in zip(nodes, weights, strict=True):
        seller_effect = np.array(SELLER_PAYS_SD * node)
        probability = seller_pays_probability(
            world,
            state,
            parcel_size=parcel_size,
            price=price,
            seller_effect=seller_effect,
        )
        total = total + weight * probability

    return np.asarray(total)
