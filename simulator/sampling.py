"""Draws the latent state of a block of synthetic listings: articles, sellers, prices and sales."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simulator import prices, sales, shipping
from simulator.ground_truth import BLOCK, DAYS, LatentState
from simulator.sellers import Sellers, assign_sellers, draw_sellers
from simulator.shipping import ShippingRates
from simulator.world import Array, Frequencies, Ints, World, sample_categorical

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
    state = _draw_articles(world, rng, sellers)

    log_fair_value = prices.log_fair_values(world, state)
    price_level = sellers.price_level[state.seller]
    price = prices.draw_prices(rng, log_fair_value, price_level)
    state = replace(state, log_fair_value=log_fair_value, price=price)

    return sellers, _draw_deals(world, rates, rng, sellers, state)


def _draw_articles(world: World, rng: np.random.Generator, sellers: Sellers) -> LatentState:
    """Draw the articles, their sellers and dates; prices and deals are still zero."""
    frequencies = world.frequencies
    seller = assign_sellers(rng, BLOCK)
    in_other_language = sellers.bilingual[seller] & _happens(rng, OTHER_LANGUAGE_SHARE)
    leaf, pair = _draw_leaf_and_pair(frequencies, rng, sellers.home_root[seller])

    # The order of the attributes is the order of the draws.
    return LatentState(
        seller=seller,
        japanese=sellers.japanese[seller] ^ in_other_language,
        leaf=leaf,
        chosen_leaf=_misfile(world, rng, leaf),
        pair=pair,
        brand=frequencies.pair_brand[pair],
        branded=_happens(rng, frequencies.branded_share[leaf]),
        condition=sample_categorical(np.tile(CONDITION_CDF, (BLOCK, 1)), rng),
        amount=_draw_amounts(rng, frequencies.n_amounts[leaf]),
        n_pieces=np.where(_happens(rng, BUNDLE_SHARE), rng.integers(2, 6, BLOCK), 1),
        colour=_draw_colours(rng, len(world.colours)),
        names_colour=_happens(rng, frequencies.coloured_share[leaf]),
        size=rng.random(BLOCK),
        listed_day=_draw_days(rng),
        log_fair_value=np.zeros(BLOCK),
        price=np.zeros(BLOCK),
        parcel_size=np.zeros(BLOCK, dtype=np.int64),
        shipping_method=np.zeros(BLOCK, dtype=np.int64),
        seller_pays=np.zeros(BLOCK, dtype=np.bool_),
        days_to_sale=np.zeros(BLOCK, dtype=np.int64),
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


def _draw_amounts(rng: np.random.Generator, n_amounts: Ints) -> Ints:
    """Draw the index of an amount; -1 in leaves without amounts."""
    index = rng.random(BLOCK) * n_amounts
    return np.where(n_amounts > 0, index.astype(np.int64), -1)


def _draw_colours(rng: np.random.Generator, n_colours: int) -> Ints:
    """Draw colours; the first of the list are the commonest."""
    skewed = rng.random(BLOCK) ** 1.5
    return (skewed * n_colours).astype(np.int64)


def _draw_days(rng: np.random.Generator) -> Ints:
    """Draw the days of listing; the market grows, so that later days are more frequent."""
    skewed = rng.random(BLOCK) ** 0.7
    return (DAYS * skewed).astype(np.int64)


def _misfile(world: World, rng: np.random.Generator, leaf: Ints) -> Ints:
    """The leaves that the sellers choose: now and then a sibling of the true one."""
    chosen = leaf.copy()

    for row in np.flatnonzero(_happens(rng, MISFILED_SHARE)):
        siblings = world.siblings[leaf[row]]
        chosen[row] = rng.choice(siblings)

    return chosen


def _draw_deals(
    world: World,
    rates: ShippingRates,
    rng: np.random.Generator,
    sellers: Sellers,
    state: LatentState,
) -> LatentState:
    """Draw parcel size, shipping method, payer and date of sale of priced listings."""
    sizes = shipping.parcel_size_probabilities(world, state)
    parcel_size = sample_categorical(np.cumsum(sizes, axis=1), rng)

    favourite = sellers.favourite_method[state.seller]
    methods = shipping.method_probabilities(rates, parcel_size, state.price, favourite)
    shipping_method = sample_categorical(np.cumsum(methods, axis=1), rng)

    effect = sellers.seller_pays_effect[state.seller]
    state = replace(state, parcel_size=parcel_size, shipping_method=shipping_method)
    state = replace(state, seller_pays=_draw_payer(world, rng, state, effect))
    return replace(state, days_to_sale=_draw_days_to_sale(world, rng, state))


def _draw_payer(
    world: World, rng: np.random.Generator, state: LatentState, seller_effect: Array
) -> NDArray[np.bool_]:
    probability = shipping.seller_pays_probability(
        world,
        state,
        parcel_size=state.parcel_size,
        price=state.price,
        seller_effect=seller_effect,
    )
    return _happens(rng, probability)


def _draw_days_to_sale(world: World, rng: np.random.Generator, state: LatentState) -> Ints:
    scales = sales.waiting_scales(world, state)
    days_left = DAYS - state.listed_day
    return sales.draw_days_to_sale(rng, scales, days_left)
