"""The distributions that synthetic listings are drawn from: an upper bound for every model.

    from simulator import oracle

    known = oracle.posterior(seed=7, rows=oracle.row_numbers(listings))
    low, high = known.prices.interval(0.8)
    best = oracle.bayes_accuracy(known.shipping_method)

The probabilities are those of an observer who knows everything about the article and the market's
rules, but not the seller: no model can be right more often on average.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from common.errors import InputError
from common.listing import NO_BRAND, PAYERS, Listing
from common.taxonomy import Taxonomy
from simulator import sales, shipping
from simulator.arrays import Array, Ints
from simulator.ground_truth import BLOCK, LatentState, undecided_state
from simulator.listings import ListingSampler
from simulator.prices import PriceDistribution
from simulator.shipping import ShippingRates
from simulator.world import World, load_world

N_PRICE_LEVELS = 24
"""Equally likely prices over which an unknown price is averaged."""

KNOWABLE_FIELDS = ("price", "parcel_size")
"""Confirmed fields that probabilities of shipping can be conditioned on."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """The true values and distributions of ``n`` listings.

    Attributes:
        category: true leaf, whichever the seller chose.
        brand: true brand, or "no brand".
        prices: distributions of the asking prices.
        payer: probabilities ``[n, 2]`` of who pays for shipping, in the order of ``payers``.
        shipping_method: probabilities ``[n, methods]``, in the order of ``methods``.
        parcel_size: probabilities ``[n, sizes]``, in the order of ``sizes``.
        payers: names of the payers.
        methods: names of the shipping methods.
        sizes: names of the parcel sizes.
        asking_price: prices ``[n]`` of the listings.
        waiting_scale: scales ``[n]`` in days of the wait for a buyer at that price.
    """

    category: tuple[str, ...]
    brand: tuple[str, ...]
    prices: PriceDistribution
    payer: Array
    shipping_method: Array
    parcel_size: Array
    payers: tuple[str, ...]
    methods: tuple[str, ...]
    sizes: tuple[str, ...]
    asking_price: Array
    waiting_scale: Array

    def sold_within(self, days: ArrayLike, prices: ArrayLike | None = None) -> Array:
        """Probability ``[n]`` of a buyer within ``days``, at other ``prices`` if given."""
        scales = self.waiting_scale

        if prices is not None:
            log_prices = np.log(np.asarray(prices))
            log_ratio = log_prices - np.log(self.asking_price)
            factor = np.exp(sales.ELASTICITY * log_ratio)
            scales = scales * factor

        return sales.sold_within(scales, days)


def posterior(
    seed: int, rows: Sequence[int] | Ints, known: Collection[str] = ()
) -> Posterior:
    """The truth about these rows of the market with this seed, counted from 1 as lines are.

    ``known`` names the ``KNOWABLE_FIELDS`` that the observer knows besides the article;
    probabilities of shipping are averaged over the others. Raises InputError for other fields.
    """
    _check_knowable(known)
    world = load_world()
    rates = ShippingRates.from_taxonomy(Taxonomy.default())
    state = _latent_state(seed, np.asarray(rows, dtype=np.int64))
    prices = PriceDistribution(state.log_fair_value)
    parcel_sizes = shipping.parcel_size_probabilities(world, state)

    # A known value has probability one; an unknown one is averaged over.
    likely_prices = [state.price] if "price" in known else _price_levels(prices)
    likely_sizes = parcel_sizes
    if "parcel_size" in known:
        likely_sizes = _certain(state.parcel_size, len(rates.sizes))

    payer, method = _average_shipping(world, rates, state, likely_sizes, likely_prices)

    return Posterior(
        category=_true_categories(world, state),
        brand=_true_brands(world, state),
        prices=prices,
        payer=payer,
        shipping_method=method,
        parcel_size=parcel_sizes,
        payers=PAYERS,
        methods=rates.methods,
        sizes=rates.sizes,
        asking_price=state.price,
        waiting_scale=sales.waiting_scales(world, state),
    )


def row_numbers(listings: Sequence[Listing]) -> Ints:
    """Row numbers ``[n]`` of listings of a synthetic market, from their ids.

    Raises InputError for an id that is not from a synthetic market.
    """
    ids = [listing.listing_id for listing in listings]
    try:
        return np.array([int(listing_id.removeprefix("L")) for listing_id in ids])
    except ValueError:
        raise InputError(
            "a listing of a synthetic market has an id such as L00000001"
        ) from None


def bayes_accuracy(probabilities: Array) -> float:
    """Expected accuracy of the likeliest answer by ``probabilities [n, k]``."""
    return float(probabilities.max(axis=1).mean())


def _check_knowable(known: Collection[str]) -> None:
    unknown = set(known) - set(KNOWABLE_FIELDS)
    if unknown:
        knowable = ", ".join(KNOWABLE_FIELDS)
        raise InputError(
            f"probabilities can be conditioned on {knowable}, not {unknown.pop()!r}"
        )


def _latent_state(seed: int, rows: Ints) -> LatentState:
    """The latent state of rows counted from 1, from the blocks that contain them."""
    sampler = ListingSampler(seed)
    blocks, positions = np.divmod(rows - 1, BLOCK)
    columns = _empty_columns(len(rows))

    for block in np.unique(blocks).tolist():
        _, state, _ = sampler.sample_state(block)
        is_in_block = blocks == block
        block_positions = positions[is_in_block]

        for name, column in columns.items():
            values = getattr(state, name)
            column[is_in_block] = values[block_positions]

    return LatentState(**columns)


def _empty_columns(n_rows: int) -> dict[str, NDArray[Any]]:
    """Columns of a latent state by name, to be filled block by block."""
    undecided = undecided_state(n_rows)
    columns = {}

    for field in fields(LatentState):
        values = getattr(undecided, field.name)
        columns[field.name] = np.empty_like(values)

    return columns


def _true_categories(world: World, state: LatentState) -> tuple[str, ...]:
    leaves = [world.leaves[index] for index in state.leaf]
    paths = [leaf.path for leaf in leaves]
    return tuple(paths)


def _true_brands(world: World, state: LatentState) -> tuple[str, ...]:
    brands = [world.brands[index] for index in state.brand]
    names = [brand.name for brand in brands]
    true_names = np.where(state.branded, names, NO_BRAND)
    return tuple(true_names.tolist())


def _certain(values: Ints, count: int) -> Array:
    """Probabilities ``[n, count]`` when the values ``[n]`` are known: ones and zeros."""
    return np.eye(count)[values]


def _price_levels(prices: PriceDistribution) -> list[Array]:
    """Equally likely prices: the quantiles in the middle of equal shares."""
    levels = [(level + 0.5) / N_PRICE_LEVELS for level in range(N_PRICE_LEVELS)]
    return [prices.quantile(level) for level in levels]


def _average_shipping(
    world: World,
    rates: ShippingRates,
    state: LatentState,
    size_probabilities: Array,
    prices: Sequence[Array],
) -> tuple[Array, Array]:
    """Probabilities of payer and method, averaged over parcel sizes and equally likely prices."""
    n_rows = len(state.leaf)
    seller_pays = np.zeros(n_rows)
    buyer_pays = np.zeros(n_rows)
    method = np.zeros((n_rows, len(rates.methods)))

    for price, size, weight in _cases(prices, size_probabilities):
        case_method = shipping.marginal_method_probabilities(rates, size, price)
        method += weight[:, None] * case_method

        seller_share = shipping.marginal_seller_pays_probability(
            world, state, size, price
        )
        seller_pays += weight * seller_share
        buyer_pays += weight * (1 - seller_share)

    return _in_order_of_payers(seller_pays, buyer_pays), method


def _in_order_of_payers(seller_pays: Array, buyer_pays: Array) -> Array:
    by_payer = {
        "seller": seller_pays,
        "buyer": buyer_pays,
    }
    columns = [by_payer[name] for name in PAYERS]
    return np.stack(columns, axis=1)


def _cases(
    prices: Sequence[Array], size_probabilities: Array
) -> Iterator[tuple[Array, Ints, Array]]:
    """Every combination of price and parcel size, and its probability; arrays ``[n]``."""
    n_rows = len(size_probabilities)
    n_prices = len(prices)

    for price in prices:
        for size, size_probability in enumerate(size_probabilities.T):
            sizes = np.full(n_rows, size)
            probability = size_probability / n_prices
            yield price, sizes, probability
