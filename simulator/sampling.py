"""Draws the latent state of a block of synthetic listings: articles, sellers, prices and sales."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator import prices, sales, shipping
from simulator.ground_truth import BLOCK, DAYS, LatentState
from simulator.sellers import Sellers, assign_sellers, draw_sellers
from simulator.shipping import ShippingRates
from simulator.world import Ints, World, sample_categorical

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
    seller = assign_sellers(rng, BLOCK)
    in_other_language = sellers.bilingual[seller] & (rng.random(BLOCK) < OTHER_LANGUAGE_SHARE)

    # Row -1 of the cumulative shares is the whole market.
    in_home_root = rng.random(BLOCK) < HOME_ROOT_SHARE
    root = np.where(in_home_root, sellers.home_root[seller], -1)
    leaf = sample_categorical(world.leaf_cdf[root], rng)
    pair = np.searchsorted(world.pair_cdf, leaf + rng.random(BLOCK), side="right")

    n_amounts = world.n_amounts[leaf]
    condition_cdf = np.broadcast_to(CONDITION_CDF, (BLOCK, len(CONDITION_CDF)))
    not_drawn = np.zeros(BLOCK, dtype=np.int64)

    # The order of the attributes is the order of the draws.
    return LatentState(
        seller=seller,
        japanese=sellers.japanese[seller] ^ in_other_language,
        leaf=leaf,
        chosen_leaf=_misfile(world, rng, leaf),
        pair=pair,
        brand=world.pair_brand[pair],
        branded=rng.random(BLOCK) < world.branded_share[leaf],
        condition=sample_categorical(condition_cdf, rng),
        amount=np.where(n_amounts > 0, (rng.random(BLOCK) * n_amounts).astype(np.int64), -1),
        n_pieces=np.where(rng.random(BLOCK) < BUNDLE_SHARE, rng.integers(2, 6, BLOCK), 1),
        colour=(rng.random(BLOCK) ** 1.5 * len(world.colours)).astype(np.int64),
        names_colour=rng.random(BLOCK) < world.coloured_share[leaf],
        size=rng.random(BLOCK),
        listed_day=(DAYS * rng.random(BLOCK) ** 0.7).astype(np.int64),
        log_fair_value=np.zeros(BLOCK),
        price=np.zeros(BLOCK),
        parcel_size=not_drawn,
        shipping_method=not_drawn,
        seller_pays=not_drawn > 0,
        days_to_sale=not_drawn,
    )


def _misfile(world: World, rng: np.random.Generator, leaf: Ints) -> Ints:
    """The leaves that the sellers choose: now and then a sibling of the true one."""
    chosen = leaf.copy()
    misfiled = np.flatnonzero(rng.random(len(leaf)) < MISFILED_SHARE)

    for row in misfiled:
        chosen[row] = rng.choice(world.siblings[leaf[row]])

    return chosen


def _draw_deals(
    world: World,
    rates: ShippingRates,
    rng: np.random.Generator,
    sellers: Sellers,
    state: LatentState,
) -> LatentState:
    """Draw parcel size, shipping method, payer and date of sale of priced listings."""
    parcel_cdf = np.cumsum(shipping.parcel_size_probabilities(world, state), axis=1)
    parcel_size = sample_categorical(parcel_cdf, rng)
    state = replace(state, parcel_size=parcel_size)

    favourite = sellers.favourite_method[state.seller]
    methods = shipping.method_probabilities(rates, parcel_size, state.price, favourite)
    pays_effect = sellers.seller_pays_effect[state.seller]
    seller_pays = shipping.seller_pays_probability(
        world, state, parcel_size, state.price, pays_effect
    )
    scales = sales.waiting_scales(world, state)

    return replace(
        state,
        shipping_method=sample_categorical(np.cumsum(methods, axis=1), rng),
        seller_pays=rng.random(BLOCK) < seller_pays,
        days_to_sale=sales.draw_days_to_sale(rng, scales, DAYS - state.listed_day),
    )
