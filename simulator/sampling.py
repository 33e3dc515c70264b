"""Draws the latent state of a block of synthetic listings: articles, sellers, prices and sales."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simulator import prices, sales, shipping
from simulator.arrays import Array, Ints, sample_categorical
from simulator.frequencies import Frequencies
from simulator.ground_truth import BLOCK, DAYS, LatentState, undecided_state
from simulator.sellers import Sellers, assign_sellers, draw_sellers
from simulator.shipping import ShippingRates
from simulator.world import World

HOME_ROOT_SHARE = 0.6
"""Share of a seller's listings that are drawn from their home root category."""

OTHER_LANGUAGE_SHARE = 0.3
"""Share of a bilingual seller's listings in their other language."""

CONDITION_CDF = (0.36, 0.61, 0.86, 0.96, 1.0)
"""Cumulative shares of the conditions, best first."""

BUNDLE_SHARE = 0.05
MISFILED_SHARE = 0.025


def draw_block(
    world: World, rates: ShippingRates, rng: np.random.Generator
) -> tuple[Sellers, LatentState]:
    """Draw ``BLOCK`` listings and their sellers."""
    sellers = draw_sellers(world, rng, BLOCK)
    state = undecided_state(BLOCK)

    # Each step fills in some attributes from those before it; their order is that of the draws.
    state = _draw_articles(world, rng, sellers, state)
    state = _draw_details(world, rng, state)
    state = _draw_prices(world, rng, sellers, state)
    state = _draw_shipping(world, rates, rng, sellers, state)
    state = _draw_sales(world, rng, state)
    return sellers, state


def _draw_articles(
    world: World, rng: np.random.Generator, sellers: Sellers, state: LatentState
) -> LatentState:
    """Draw sellers and languages, and the category and brand of the articles."""
    frequencies = world.frequencies
    seller = assign_sellers(rng, BLOCK)
    in_other_language = sellers.bilingual[seller] & _happens(rng, OTHER_LANGUAGE_SHARE)
    leaf, pair = _draw_leaf_and_pair(frequencies, rng, sellers.home_root[seller])

    # The order of the arguments is the order of the draws.
    return replace(
        state,
        seller=seller,
        japanese=sellers.japanese[seller] ^ in_other_language,
        leaf=leaf,
        chosen_leaf=_misfile(world, rng, leaf),
        pair=pair,
        brand=frequencies.pair_brand[pair],
        branded=_happens(rng, frequencies.branded_share[leaf]),
    )


def _happens(rng: np.random.Generator, share: Array | float) -> NDArray[np.bool_]:
    """Draw for each row of the block whether something of this probability happens."""
    return rng.random(BLOCK) < share


def _draw_leaf_and_pair(
    frequencies: Frequencies, rng: np.random.Generator, home_root: Ints
) -> tuple[Ints, Ints]:
    """Draw a leaf of the seller's home root or of the whole market, and a brand of the leaf."""
    whole_market = -1
    in_home_root = _happens(rng, HOME_ROOT_SHARE)
    root = np.where(in_home_root, home_root, whole_market)
    leaf = sample_categorical(frequencies.leaf_cdf[root], rng)

    position = leaf + rng.random(BLOCK)
    pair = np.searchsorted(frequencies.pair_cdf, position, side="right")
    return leaf, pair


def _misfile(world: World, rng: np.random.Generator, leaf: Ints) -> Ints:
    """The leaves that the sellers choose: now and then a sibling of the true one."""
    chosen = leaf.copy()

    for row in np.flatnonzero(_happens(rng, MISFILED_SHARE)):
        siblings = world.siblings[leaf[row]]
        chosen[row] = rng.choice(siblings)

    return chosen


def _draw_details(
    world: World, rng: np.random.Generator, state: LatentState
) -> LatentState:
    """Draw condition, amount, pieces, colour, size and day of the listings."""
    frequencies = world.frequencies
    coloured_share = frequencies.coloured_share[state.leaf]
    n_amounts = frequencies.n_amounts[state.leaf]

    # The order of the arguments is the order of the draws.
    return replace(
        state,
        condition=_draw_conditions(rng),
        amount=_draw_amounts(rng, n_amounts),
        n_pieces=_draw_pieces(rng),
        colour=_draw_colours(rng, len(world.colours)),
        names_colour=_happens(rng, coloured_share),
        size=rng.random(BLOCK),
        listed_day=_draw_days(rng),
    )


def _draw_conditions(rng: np.random.Generator) -> Ints:
    cdf = np.tile(CONDITION_CDF, (BLOCK, 1))
    return sample_categorical(cdf, rng)


def _draw_amounts(rng: np.random.Generator, n_amounts: Ints) -> Ints:
    """Draw the index of an amount; -1 in leaves without amounts."""
    position = rng.random(BLOCK) * n_amounts
    index = position.astype(np.int64)
    has_amounts = n_amounts > 0
    return np.where(has_amounts, index, -1)


def _draw_pieces(rng: np.random.Generator) -> Ints:
    """Draw the number of pieces: one, or two to five of a bundle."""
    is_bundle = _happens(rng, BUNDLE_SHARE)
    n_bundled = rng.integers(2, 6, BLOCK)
    return np.where(is_bundle, n_bundled, 1)


def _draw_colours(rng: np.random.Generator, n_colours: int) -> Ints:
    """Draw colours; the first of the list are the commonest."""
    skewed = rng.random(BLOCK) ** 1.5
    return (skewed * n_colours).astype(np.int64)


def _draw_days(rng: np.random.Generator) -> Ints:
    """Draw the days of listing; the market grows, so that later days are more frequent."""
    skewed = rng.random(BLOCK) ** 0.7
    return (DAYS * skewed).astype(np.int64)


def _draw_prices(
    world: World, rng: np.random.Generator, sellers: Sellers, state: LatentState
) -> LatentState:
    """Draw asking prices around the fair values of the articles."""
    log_fair_value = prices.log_fair_values(world, state)
    price_level = sellers.price_level[state.seller]
    price = prices.draw_prices(rng, log_fair_value, price_level)

    return replace(
        state,
        log_fair_value=log_fair_value,
        price=price,
    )


def _draw_shipping(
    world: World,
    rates: ShippingRates,
    rng: np.random.Generator,
    sellers: Sellers,
    state: LatentState,
) -> LatentState:
    """Draw parcel size, shipping method and payer of priced listings."""
    sizes = shipping.parcel_size_probabilities(world, state)
    parcel_size = sample_categorical(np.cumsum(sizes, axis=1), rng)

    favourite = sellers.favourite_method[state.seller]
    methods = shipping.method_probabilities(rates, parcel_size, state.price, favourite)
    shipping_method = sample_categorical(np.cumsum(methods, axis=1), rng)

    seller_pays = shipping.seller_pays_probability(
        world,
        state,
        parcel_size=parcel_size,
        price=state.price,
        seller_effect=sellers.seller_pays_effect[state.seller],
    )
    return replace(
        state,
        parcel_size=parcel_size,
        shipping_method=shipping_method,
        seller_pays=_happens(rng, seller_pays),
    )


def _draw_sales(
    world: World, rng: np.random.Generator, state: LatentState
) -> LatentState:
    """Draw the days until the articles are sold."""
    scales = sales.waiting_scales(world, state)
    days_left = DAYS - state.listed_day
    days_to_sale = sales.draw_days_to_sale(rng, scales, days_left)
    return replace(state, days_to_sale=days_to_sale)
