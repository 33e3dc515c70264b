"""Kinds of listings that a model is looked at apart: every dimension divides all listings."""

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

BANDS = 5
"""Price bands, of as many training rows each."""

MAX_ROOTS = 12
"""Category roots that are shown by themselves, the most frequent ones."""

FREQUENCIES = ((0, "unseen"), (1, "1 to 4 rows"), (5, "5 to 19 rows"), (20, "20 rows or more"))
"""How often a brand must at least occur in training rows, and what that is called."""

UNSAID, OTHERS = "not said", "all others"


@dataclass(frozen=True, slots=True)
class Slice:
    """Listings of one kind, by their places."""

    dimension: str
    name: str
    places: Ints


@dataclass(frozen=True, slots=True)
class Training:
    """What of the training rows decides where a listing belongs.

    ``edges`` divide prices in ``currency`` into bands; ``brands`` counts rows by brand.
    """

    brands: Mapping[str, int] = field(default_factory=dict)
    edges: tuple[float, ...] = ()
    currency: str | None = None


def learn(snapshot: Snapshot) -> Training:
    """Read the training rows of a snapshot once, for brands and price bands."""
    brands: Counter[str] = Counter()
    currencies = snapshot.manifest.currencies
    currency = max(currencies, key=lambda name: currencies[name]) if currencies else None
    prices: list[float] = []
    for named, asked, units in snapshot.columns("train", ("brand", "price", "currency")):
        brands.update(brand for brand in named if brand is not None)
        pairs = zip(asked, units, strict=True)
        prices += [price for price, unit in pairs if price is not None and unit == currency]
    levels = np.arange(1, BANDS) / BANDS
    edges = sorted(set(np.quantile(prices, levels).tolist())) if prices else []
    return Training(brands, tuple(edges), currency)


def cut(listings: Sequence[Listing], training: Training) -> list[Slice]:
    """Divide listings by category root, price band, brand frequency, language and photos.

    The slices of a dimension hold every listing once, and no slice is empty. A dimension that all
    listings are alike in is left out.
    """
    dimensions: dict[str, list[str]] = {
        "category root": _roots(listings),
        "price band": [_band(listing, training) for listing in listings],
        "brand in training": [_frequency(listing, training) for listing in listings],
        "language": [listing.language or UNSAID for listing in listings],
        "photos": ["with photos" if listing.photos else "without" for listing in listings],
    }
    ordered = [*_bands(training), *(name for _, name in FREQUENCIES)]
    return [found for names in dimensions.items() for found in _divide(*names, ordered)]


def _divide(dimension: str, names: Sequence[str], ordered: Sequence[str]) -> Iterator[Slice]:
    """Bands and frequencies go up, others begin with the most frequent; the unsaid comes last."""
    counts = Counter(names)
    if len(counts) < 2:
        return
    words = np.array(names)
    for name in sorted(counts, key=lambda name: (_rank(name, ordered), -counts[name], name)):
        yield Slice(dimension, name, np.flatnonzero(words == name))


def _rank(name: str, ordered: Sequence[str]) -> int:
    if name in (OTHERS, UNSAID):
        return len(ordered) + 1
    return ordered.index(name) if name in ordered else len(ordered)


def _roots(listings: Sequence[Listing]) -> list[str]:
    roots = [top_category(listing) or UNSAID for listing in listings]
    kept = {name for name, _ in Counter(roots).most_common(MAX_ROOTS)}
    return [root if root in kept else OTHERS for root in roots]


def _bands(training: Training) -> list[str]:
    edges = [f"{edge:,.4g}" for edge in training.edges]
    if not edges:
        return []
    middle = [f"{low} to {high}" for low, high in pairwise(edges)]
    return [f"up to {edges[0]}", *middle, f"above {edges[-1]}"]


def _band(listing: Listing, training: Training) -> str:
    if listing.price is None:
        return UNSAID
    if listing.currency != training.currency or not training.edges:
        return f"not in {training.currency or 'a known currency'}"
    return _bands(training)[int(np.searchsorted(training.edges, listing.price))]


def _frequency(listing: Listing, training: Training) -> str:
    if listing.brand is None:
        return UNSAID
    if listing.brand == NO_BRAND:
        return NO_BRAND
    count = training.brands.get(listing.brand, 0)
    return next(name for least, name in reversed(FREQUENCIES) if count >= least)
