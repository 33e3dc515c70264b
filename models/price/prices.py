"""The prices of training rows: their currency and scale, and which of them cannot be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from common.amounts import format_amount
from common.errors import CannotTrain
from common.groups import group_numbers
from common.listing import Listing

MIN_GROUPS = 10
"""Minimum number of groups with a price: every fold of the members needs some to train on."""

MIN_DEVIATION = 1e-9
"""Standard deviation of logarithmic prices below which they count as one price."""


@dataclass(frozen=True, slots=True)
class PriceScale:
    """Standardisation of ``log1p`` of prices in one currency."""

    currency: str
    mean: float
    deviation: float


def fit_scale(rows: Sequence[Listing]) -> PriceScale:
    """Return the commonest currency, and the mean and deviation of its logarithmic prices.

    Raises:
        CannotTrain: Rows have no prices, too few, or one and the same price.
    """
    currency = _main_currency(rows)
    logs = log_prices(rows, currency)
    _check_number(rows, logs, currency)

    mean, deviation = float(np.nanmean(logs)), float(np.nanstd(logs))
    if deviation < MIN_DEVIATION:
        n_priced = int(np.isfinite(logs).sum())
        raise CannotTrain(
            "the price model needs training rows of different prices: every one of the"
            f" {n_priced:,} training rows with a price costs"
            f" {format_amount(float(np.expm1(mean)), currency)}"
        )
    return PriceScale(currency, mean, deviation)


def log_prices(rows: Sequence[Listing], currency: str) -> NDArray[np.float64]:
    """Return ``log1p`` of prices in the currency, ``[rows]``; NaN where there is none."""
    prices = [
        row.price
        if row.price is not None and row.currency in (currency, None)
        else np.nan
        for row in rows
    ]
    return np.log1p(np.array(prices, dtype=np.float64))


def unused_prices(rows: Sequence[Listing], currency: str) -> dict[str, int]:
    """Return the number of rows that are not learned from, by the reason."""
    reasons: Counter[str] = Counter()
    for row in rows:
        if row.price is None:
            reasons["they have no price"] += 1
        elif row.currency not in (currency, None):
            reasons[
                f"their price is in {row.currency}, and most are in {currency}"
            ] += 1
    return dict(reasons.most_common())


def _main_currency(rows: Sequence[Listing]) -> str:
    counts = Counter(
        row.currency for row in rows if row.price is not None and row.currency
    )
    return counts.most_common(1)[0][0] if counts else "USD"


def _check_number(
    rows: Sequence[Listing], logs: NDArray[np.float64], currency: str
) -> None:
    """Raise ``CannotTrain`` where too few groups of rows have a price."""
    priced = [rows[index] for index in np.flatnonzero(np.isfinite(logs)).tolist()]
    n_groups = len(np.unique(group_numbers(priced)))
    if n_groups >= MIN_GROUPS:
        return
    raise CannotTrain(
        f"the price model needs training rows with a price in {currency} of at least"
        f" {MIN_GROUPS} sellers or titles: {_found(len(priced), len(rows), n_groups)}"
    )


def _found(n_priced: int, n_rows: int, n_groups: int) -> str:
    """Return how many rows have a price, as the end of a sentence."""
    if not n_rows:
        return "there are no training rows"
    if not n_priced:
        return f"none of the {n_rows:,} training rows has one"
    verb = "has" if n_priced == 1 else "have"
    return f"{n_priced:,} of the {n_rows:,} training rows {verb} one, of {n_groups}"
