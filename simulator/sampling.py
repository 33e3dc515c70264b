"""Draws a block of synthetic listings: what is sold and by whom, its price, and how it ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator import prices, sales, shipping
from simulator.ground_truth import BLOCK, DAYS, LatentState
from simulator.sellers import Sellers, assign, draw_sellers
from simulator.shipping import Rates
from simulator.world import Ints, World, pick

AT_HOME = 0.6
"""Share of a seller's listings within their root category."""

OTHER_LANGUAGE = 0.3
"""Share of a bilingual seller's listings in their other language."""

CONDITION_ODDS = (0.36, 0.61, 0.86, 0.96, 1.0)
BUNDLED = 0.05
MISFILED = 0.025


def draw(world: World, rates: Rates, rng: np.random.Generator) -> tuple[Sellers, LatentState]:
    """Draw ``BLOCK`` listings and who sells them."""
    sellers = draw_sellers(world, rng, BLOCK)
    facts = _things(world, rng, sellers)
    fair = prices.fair_values(world, facts)
    price = prices.ask(rng, fair, sellers.dear[facts.seller])
    facts = replace(facts, fair=fair, price=price)
    return sellers, _deals(world, rates, rng, sellers, facts)


def _things(world: World, rng: np.random.Generator, sellers: Sellers) -> LatentState:
    """What is sold, by whom and since when; the deal is still open."""
    seller = assign(rng, BLOCK)
    other = sellers.bilingual[seller] & (rng.random(BLOCK) < OTHER_LANGUAGE)
    at_home = rng.random(BLOCK) < AT_HOME
    leaf = pick(world.leaf_odds[np.where(at_home, sellers.home[seller], -1)], rng)
    pair = np.searchsorted(world.pair_odds, leaf + rng.random(BLOCK), side="right")
    amounts = world.amounts[leaf]
    nothing = np.zeros(BLOCK, dtype=np.int64)
    return LatentState(
        seller=seller,
        japanese=sellers.japanese[seller] ^ other,
        leaf=leaf,
        shown=_misfiled(world, rng, leaf),
        pair=pair,
        brand=world.pair_brand[pair],
        branded=rng.random(BLOCK) < world.branded[leaf],
        condition=pick(np.broadcast_to(CONDITION_ODDS, (BLOCK, 5)), rng),
        unit=np.where(amounts > 0, (rng.random(BLOCK) * amounts).astype(np.int64), -1),
        count=np.where(rng.random(BLOCK) < BUNDLED, rng.integers(2, 6, BLOCK), 1),
        colour=(rng.random(BLOCK) ** 1.5 * len(world.colours)).astype(np.int64),
        coloured=rng.random(BLOCK) < world.coloured[leaf],
        size=rng.random(BLOCK),
        listed=(DAYS * rng.random(BLOCK) ** 0.7).astype(np.int64),
        fair=np.zeros(BLOCK),
        price=np.zeros(BLOCK),
        parcel=nothing,
        method=nothing,
        seller_pays=nothing > 0,
        days=nothing,
    )


def _deals(
    world: World, rates: Rates, rng: np.random.Generator, sellers: Sellers, facts: LatentState
) -> LatentState:
    """How priced listings are sent, who pays, and when they are sold."""
    leaf, seller, price = facts.leaf, facts.seller, facts.price
    parcel = pick(np.cumsum(shipping.parcel_odds(world, facts), axis=1), rng)
    methods = shipping.method_odds(rates, parcel, price, sellers.favourite[seller])
    pays = shipping.payer_odds(world, leaf, facts.japanese, price, parcel, sellers.generous[seller])
    scales = sales.waiting_scales(world, facts, price, facts.fair)
    return replace(
        facts,
        parcel=parcel,
        method=pick(np.cumsum(methods, axis=1), rng),
        seller_pays=rng.random(BLOCK) < pays,
        days=sales.draw_days(rng, scales, DAYS - facts.listed),
    )


def _misfiled(world: World, rng: np.random.Generator, leaf: Ints) -> Ints:
    """The category as chosen by the seller, who is wrong now and then."""
    shown = leaf.copy()
    for row in np.flatnonzero(rng.random(len(leaf)) < MISFILED):
        shown[row] = rng.choice(world.siblings[leaf[row]])
    return shown
