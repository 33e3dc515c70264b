"""The seller's price by several methods, and how far it is from the item's true price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.prices.matched import Matched
from benchmarks.shared.results import Estimate
from common.earnings import item_price
from common.listing import PriceRange

IGNORED, SUGGESTED_FEE, KNOWN_FEE = "basis ignored", "suggested fee", "known fee"
"""Methods: the suggested price as it is, less the commonest fee, less the listing's own fee."""

MEAN_ERROR, MEDIAN_ERROR, ABSOLUTE_ERROR = (
    "mean signed error",
    "median signed error",
    "median absolute error",
)
ERRORS = (MEAN_ERROR, MEDIAN_ERROR, ABSOLUTE_ERROR)
"""Metrics in USD."""

INSIDE, NEAR = "inside the interval", "within 20 %"
NEAR_SHARE = 0.2

METHODS = (IGNORED, SUGGESTED_FEE, KNOWN_FEE)


@dataclass(frozen=True, slots=True)
class SellerPrice:
    """A suggested price of the item alone: the median and the 80 % interval, in USD."""

    median: float
    low: float
    high: float


def known_seller_price(match: Matched, basis: str) -> float | None:
    """Return the seller's price that follows from a listing's own price, payer and fee.

    It is ``None`` where the buyer pays a fee that is not known.
    """
    listing = match.listing
    if listing.price is None or listing.shipping_payer is None:
        return None
    if listing.shipping_payer == "buyer" and match.fee is None:
        return None
    return item_price(listing.price, basis, listing.shipping_payer, match.fee or 0.0)


def suggested_seller_price(
    method: str, match: Matched, price: PriceRange, matched: Sequence[Matched]
) -> SellerPrice | None:
    """Return the seller's price of a suggested one by a method, or ``None`` without a fee."""
    if method == IGNORED:
        return SellerPrice(price.median, price.low, price.high)
    if match.listing.shipping_payer != "buyer":
        return None

    fee = match.fee if method == KNOWN_FEE else _commonest_fee(match, matched)
    return None if fee is None else _less(price, "buyer", fee)


def _less(price: PriceRange, payer: str, fee: float) -> SellerPrice:
    amounts = (price.median, price.low, price.high)
    return SellerPrice(
        *(item_price(amount, price.basis, payer, fee) for amount in amounts)
    )


def _commonest_fee(match: Matched, matched: Sequence[Matched]) -> float:
    """Return the commonest known fee of the other listings."""
    others = Counter(
        other.fee for other in matched if other is not match and other.fee is not None
    )
    ((fee, _),) = others.most_common(1)
    return fee


def score(prices: Sequence[SellerPrice], truth: Sequence[float]) -> dict[str, Estimate]:
    """Return errors in USD, and shares of true prices inside and near, by metric."""
    true = np.array(truth)
    amounts = [(price.median, price.low, price.high) for price in prices]
    median, low, high = np.array(amounts).T

    errors = median - true
    distances = np.abs(errors)
    inside = (low <= true) & (true <= high)
    near = distances <= NEAR_SHARE * true
    return {
        MEAN_ERROR: _mean(errors),
        MEDIAN_ERROR: _median(errors),
        ABSOLUTE_ERROR: _median(distances),
        INSIDE: _mean(inside),
        NEAR: _mean(near),
    }


def _median(values: NDArray[Any]) -> Estimate:
    median = np.median(values)
    return Estimate(float(median))


def _mean(values: NDArray[Any]) -> Estimate:
    return Estimate.from_values(values.astype(float).tolist())
