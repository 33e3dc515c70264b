"""What synthetic listings were drawn from: how good answers can be, and which are calibrated.

    from simulator import oracle

    known = oracle.posterior(seed=7, numbers=oracle.numbers(listings))
    low, high = known.prices.interval(0.8)
    best = oracle.best_accuracy(known.method)

The odds are those of somebody who reads everything that is said about the thing itself, knows the
market's rules and does not know the seller: no model can be right more often on average.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from common.errors import InputError
from common.listing import NO_BRAND, PAYERS, Listing
from common.taxonomy import Taxonomy
from simulator import sales, shipping
from simulator.ground_truth import BLOCK, LatentState
from simulator.listings import ListingSampler
from simulator.prices import Prices
from simulator.shipping import Rates
from simulator.world import Array, Ints, World, load

LEVELS = 24
"""Points at which a price that is not known is tried, equally likely each."""

FIELDS = ("price", "parcel_size")
"""What of the rest of the form may be known to whoever answers for shipping."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """The truth about ``n`` listings.

    ``category`` is the leaf a thing is of, whatever its seller chose; ``brand`` may be "no brand".
    Odds of the payer ``[n, 2]``, method and parcel size ``[n, k]`` are in the order of ``payers``,
    ``methods`` and ``sizes``. ``asked`` are the prices, ``waits`` the scales in days of the wait
    for a buyer at that price.
    """

    category: tuple[str, ...]
    brand: tuple[str, ...]
    prices: Prices
    payer: Array
    method: Array
    parcel_size: Array
    payers: tuple[str, ...]
    methods: tuple[str, ...]
    sizes: tuple[str, ...]
    asked: Array
    waits: Array

    def sold_within(self, days: ArrayLike, prices: ArrayLike | None = None) -> Array:
        """Probability ``[n]`` of a buyer within so many days, at these prices instead if given."""
        asked = self.asked if prices is None else np.asarray(prices)
        longer = np.exp(sales.ELASTICITY * (np.log(asked) - np.log(self.asked)))
        return sales.sold_within(self.waits * longer, days)


def posterior(seed: int, numbers: Sequence[int] | Ints, knowing: Collection[str] = ()) -> Posterior:
    """Tell the truth about the rows with these ``numbers`` of the market with this seed.

    Rows are counted from 1, as lines are. ``knowing`` names what of ``FIELDS`` is known besides the
    thing; odds of shipping are averaged over what is not.
    """
    if unknown := set(knowing) - set(FIELDS):
        raise InputError(f"odds can be told knowing {', '.join(FIELDS)}, not {unknown.pop()!r}")
    world, rates = load(), Rates.of(Taxonomy.default())
    facts = _facts(seed, np.asarray(numbers, dtype=np.int64))
    prices = Prices(facts.fair)
    sizes = np.eye(len(rates.sizes))[facts.parcel] if "parcel_size" in knowing else None
    parcels = shipping.parcel_odds(world, facts)
    asked = [facts.price] if "price" in knowing else _levels(prices)
    payer, method = _shipping(world, rates, facts, parcels if sizes is None else sizes, asked)
    brands = [world.brands[brand].name for brand in facts.brand]
    return Posterior(
        category=tuple(world.leaves[leaf].path for leaf in facts.leaf),
        brand=tuple(np.where(facts.branded, brands, NO_BRAND).tolist()),
        prices=prices,
        payer=payer,
        method=method,
        parcel_size=parcels,
        payers=PAYERS,
        methods=rates.methods,
        sizes=rates.sizes,
        asked=facts.price,
        waits=sales.waiting_scales(world, facts, facts.price, facts.fair),
    )


def numbers(listings: Sequence[Listing]) -> Ints:
    """The row numbers of listings of a synthetic market, by their ids."""
    try:
        return np.array([int(listing.listing_id.removeprefix("L")) for listing in listings])
    except ValueError:
        raise InputError("a listing of a synthetic market has an id such as L00000001") from None


def best_accuracy(odds: Array) -> float:
    """How often, on average, the likeliest answer by the odds ``[n, k]`` is right."""
    return float(odds.max(axis=1).mean())


def _facts(seed: int, rows: Ints) -> LatentState:
    """The facts of rows counted from 1, whatever blocks they are in."""
    clerk = ListingSampler(seed)
    blocks, places = np.divmod(rows - 1, BLOCK)
    order = np.argsort(blocks, kind="stable")
    found: dict[str, list[Any]] = {each.name: [] for each in fields(LatentState)}
    for block in np.unique(blocks).tolist():
        drawn = clerk.facts(block)[1]
        inside = places[order][blocks[order] == block]
        for name, parts in found.items():
            parts.append(getattr(drawn, name)[inside])
    back = np.argsort(order)
    return LatentState(**{name: np.concatenate(parts)[back] for name, parts in found.items()})


def _levels(prices: Prices) -> list[Array]:
    return [prices.quantile((level + 0.5) / LEVELS) for level in range(LEVELS)]


def _shipping(
    world: World, rates: Rates, facts: LatentState, parcels: Array, asked: Sequence[Array]
) -> tuple[Array, Array]:
    """Odds of payer and method, averaged over the parcel sizes and the prices asked."""
    rows = len(facts.leaf)
    payer, method = np.zeros((rows, len(PAYERS))), np.zeros((rows, len(rates.methods)))
    for price in asked:
        for size in range(len(rates.sizes)):
            share = parcels[:, size, None] / len(asked)
            same = np.full(rows, size)
            method += share * shipping.method_odds_of_anyone(rates, same, price)
            pays = shipping.payer_odds_of_anyone(world, facts.leaf, facts.japanese, price, same)
            seller = PAYERS.index("seller")
            payer[:, seller] += share[:, 0] * pays
            payer[:, 1 - seller] += share[:, 0] * (1 - pays)
    return payer, method
