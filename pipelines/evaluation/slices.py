"""Slices: kinds of listings that a model is measured on apart; a dimension divides all listings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from common.arrays import Ints
from common.listing import NO_BRAND, Listing, top_category

if TYPE_CHECKING:
    from common.snapshot import Snapshot

N_BANDS = 5
"""Price bands, of as many training rows each."""

MAX_ROOTS = 12
"""Category roots that are slices of their own, the most frequent ones."""

FREQUENCIES = (
    (0, "unseen"),
    (1, "1 to 4 rows"),
    (5, "5 to 19 rows"),
    (20, "20 rows or more"),
)
"""Least training rows of a brand, and the name of the slice."""

NOT_STATED, OTHERS = "not said", "all others"


@dataclass(frozen=True, slots=True)
class Slice:
    """Listings of one kind; ``rows`` are their indices."""

    dimension: str
    name: str
    rows: Ints


@dataclass(frozen=True, slots=True)
class Training:
    """The part of the training rows that decides to which slice a listing belongs.

    Attributes:
        brands: training rows by brand.
        edges: prices that divide the price bands, ascending.
        currency: the most frequent currency, that of ``edges``.
    """

    brands: Mapping[str, int] = field(default_factory=dict)
    edges: tuple[float, ...] = ()
    currency: str | None = None


PRICE_BAND = "price band"
"""Dimension of the price that a listing really had."""


def learn(snapshot: Snapshot) -> Training:
    """Read the training rows of a snapshot once, for brands and price bands."""
    currencies = snapshot.manifest.currencies
    currency = (
        max(currencies, key=lambda name: currencies[name]) if currencies else None
    )

    brands: Counter[str] = Counter()
    prices: list[float] = []
    for batch in snapshot.columns("train", ("brand", "price", "currency")):
        brand_cells, price_cells, currency_cells = batch
        brands.update(brand for brand in brand_cells if brand is not None)

        # Bands of prices in several currencies would say nothing.
        for price, unit in zip(price_cells, currency_cells, strict=True):
            if price is not None and unit == currency:
                prices.append(price)

    return Training(brands, _band_edges(prices), currency)


def _band_edges(prices: Sequence[float]) -> tuple[float, ...]:
    """Prices between bands of as many rows each; fewer where many rows have the same price."""
    if not prices:
        return ()
    levels = np.arange(1, N_BANDS) / N_BANDS
    quantiles = np.quantile(prices, levels)
    return tuple(sorted(set(quantiles.tolist())))


def cut(listings: Sequence[Listing], training: Training) -> list[Slice]:
    """Divide listings by category root, price band, brand frequency, language and photos.

    The slices of a dimension hold every listing once, and no slice is empty. A dimension that all
    listings are alike in is left out.
    """
    names_by_dimension = {
        "category root": _roots(listings),
        PRICE_BAND: [_band(listing, training) for listing in listings],
        "brand in training": [_frequency(listing, training) for listing in listings],
        "language": [listing.language or NOT_STATED for listing in listings],
        "photos": [
            "with photos" if listing.photos else "without" for listing in listings
        ],
    }
    ascending = [*_band_names(training), *(name for _, name in FREQUENCIES)]

    slices: list[Slice] = []
    for dimension, names in names_by_dimension.items():
        slices += _divide(dimension, names, ascending)
    return slices


def _divide(
    dimension: str, names: Sequence[str], ascending: Sequence[str]
) -> Iterator[Slice]:
    """Slices by name: bands and frequencies ascend, others begin with the most frequent."""
    counts = Counter(names)
    if len(counts) < 2:
        return

    name_of_row = np.array(names)
    # The name comes last, so that the order never depends on that of the rows.
    for name in sorted(
        counts, key=lambda name: (_rank(name, ascending), -counts[name], name)
    ):
        yield Slice(dimension, name, np.flatnonzero(name_of_row == name))


def _rank(name: str, ascending: Sequence[str]) -> int:
    if name in (OTHERS, NOT_STATED):
        return len(ascending) + 1  # last
    return ascending.index(name) if name in ascending else len(ascending)


def _roots(listings: Sequence[Listing]) -> list[str]:
    roots = [top_category(listing) or NOT_STATED for listing in listings]
    counts = Counter(roots).most_common(MAX_ROOTS)
    frequent = dict(counts)
    return [root if root in frequent else OTHERS for root in roots]


def _band_names(training: Training) -> list[str]:
    edges = [f"{edge:,.4g}" for edge in training.edges]
    if not edges:
        return []
    middle = [f"{low} to {high}" for low, high in pairwise(edges)]
    return [f"up to {edges[0]}", *middle, f"above {edges[-1]}"]


def _band(listing: Listing, training: Training) -> str:
    if listing.price is None:
        return NOT_STATED
    if listing.currency != training.currency or not training.edges:
        return f"not in {training.currency or 'a known currency'}"
    return _band_names(training)[int(np.searchsorted(training.edges, listing.price))]


def _frequency(listing: Listing, training: Training) -> str:
    if listing.brand is None:
        return NOT_STATED
    if listing.brand == NO_BRAND:
        return NO_BRAND
    count = training.brands.get(listing.brand, 0)
    return next(name for min_count, name in reversed(FREQUENCIES) if count >= min_count)
