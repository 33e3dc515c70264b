"""Prices that are none: 9,999,999 for "reserved", 1.00 beside thousands, 123456.

A placeholder has the shape of one, lies far from the other prices, and has no neighbours: a dear
watch at 99,999 beside others of 85,000 and 120,000 is a price. Distances are those of the modified
z-score (Iglewicz and Hoaglin, 1993): from the median of log prices, in units of 1.4826 times the
median absolute deviation.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

MIN_PRICES = 8
"""Ordinary prices that a currency needs before any price is called a placeholder."""

_MIN_SCALE, _MAX_SCALE = 0.5, 1.5
"""Bounds on the scale of log prices: few prices may agree by chance, two currencies never do."""

_REPEATED = 3
"""Occurrences from which a value is a habit and no single price."""

_TAIL_FACTOR = 2.0
"""Prices within this factor of a value are its neighbours."""

_MIN_DISTANCE, _ABSURD_DISTANCE = 3.5, 8.0
"""Distances from which a price is an outlier, and from which nobody believes it."""

_RUNS = ("123456789", "987654321")
_ALWAYS = frozenset([0.01, 2_147_483_647, 2_147_483_648, 4_294_967_295])
"""One cent, and the largest integers of computers."""


@dataclass(frozen=True, slots=True)
class PriceLimits:
    """Where the prices of one currency end, and what lies beyond.

    Attributes:
        median: the median of the ordinary prices.
        low: a price below it that has the shape of a placeholder is one.
        high: a price above it that has the shape of a placeholder is one.
        placeholders: occurrences of each placeholder in the sample.
        absurd: occurrences of other prices that are too far from all others to be believed.
    """

    median: float = 0.0
    low: float = 0.0
    high: float = math.inf
    placeholders: Mapping[float, int] = field(default_factory=dict)
    absurd: Mapping[float, int] = field(default_factory=dict)

    def is_placeholder(self, price: float) -> bool:
        """Return whether a price is one of the sample, or beyond a limit and shaped like one."""
        if self.low < price < self.high:
            return price in self.placeholders
        return price in self.placeholders or shape_of(price) == 2


def find_limits(prices: Mapping[float, int]) -> PriceLimits:
    """Return the limits of one currency's prices, given how often each occurs."""
    ordinary = {price: n for price, n in prices.items() if not shape_of(price)}
    if sum(ordinary.values()) < MIN_PRICES:
        return PriceLimits()

    median, scale = _median_and_scale(ordinary)
    found: dict[float, int] = {}
    absurd: dict[float, int] = {}
    for price, number in prices.items():
        distance = (math.log(price) - median) / scale
        if not shape_of(price):
            if abs(distance) > max(_ABSURD_DISTANCE, math.log(500) / scale):
                absurd[price] = number
            continue
        is_lonely = number > _n_neighbours(price, median, ordinary)
        if is_lonely and _is_placeholder(price, number, distance, scale):
            found[price] = number

    low, high = _bounds(ordinary, median, scale)
    return PriceLimits(math.exp(median), low, high, found, absurd)


def combine(limits: Iterable[PriceLimits]) -> PriceLimits:
    """Return the limits of prices whose currency is not known, given those of each currency.

    Only what is a placeholder in every currency is one: 1.00 may be a placeholder for yen, and is a
    price in dollars. Currencies of few prices say nothing.
    """
    known = [each for each in limits if each.median]
    if len(known) < 2:
        return known[0] if known else PriceLimits()

    counts = Counter[float]()
    for each in known:
        counts.update(each.placeholders)
    return PriceLimits(
        known[0].median,
        min(each.low for each in known),
        max(each.high for each in known),
        {
            price: number
            for price, number in counts.items()
            if all(each.is_placeholder(price) for each in known)
        },
    )


def _bounds(
    prices: Mapping[float, int], median: float, scale: float
) -> tuple[float, float]:
    """Return bounds that lie far outside of all prices seen, for rows beyond the sample."""
    reach = max(5 * scale, math.log(50))
    lowest = min(prices) / _TAIL_FACTOR
    highest = max(prices) * _TAIL_FACTOR
    low = min(math.exp(median - reach), lowest)
    high = max(math.exp(median + reach), highest)
    return low, high


def _median_and_scale(prices: Mapping[float, int]) -> tuple[float, float]:
    """Return the median of log prices and their scale, both robust."""
    logs = np.repeat(np.log(list(prices)), list(prices.values()))
    median = float(np.median(logs))
    deviation = float(np.median(np.abs(logs - median)))
    return median, min(max(1.4826 * deviation, _MIN_SCALE), _MAX_SCALE)


def shape_of(price: float) -> int:
    """Return 2 for the shape of a placeholder, 1 for one that a price may have too, 0 for others.

    One digit five times and more (99999, 9999.99), a run (12345), 0.01 and the largest integers of
    computers are placeholders elsewhere; 999, 1111, 1234, 1.00 and 1000000 may be.
    """
    if price in _ALWAYS:
        return 2
    digits = f"{price:.2f}".replace(".", "").lstrip("0")
    if price >= 1:
        digits = digits.removesuffix("00")

    is_same = len(set(digits)) == 1
    if is_same or any(run.startswith(digits) for run in _RUNS):
        return 2 if len(digits) >= 5 else int(len(digits) >= 3 or price == 1)
    # Powers of ten from a million.
    return int(price >= 1e6 and digits.rstrip("0") == "1")


def _is_placeholder(price: float, number: int, distance: float, scale: float) -> bool:
    log_factor = abs(distance) * scale
    if abs(distance) < _MIN_DISTANCE:
        return False
    if number >= _REPEATED:
        return log_factor > math.log(20 if distance > 0 else 30)

    # A single one is a placeholder only where no price can be.
    if shape_of(price) == 2:
        return abs(distance) > 5 and log_factor > math.log(50)
    return abs(distance) > 6 and log_factor > math.log(1_000)


def _n_neighbours(price: float, median: float, ordinary: Mapping[float, int]) -> int:
    """Return how many ordinary prices are about as extreme as a price, or more so."""
    if math.log(price) > median:
        return sum(n for each, n in ordinary.items() if each >= price / _TAIL_FACTOR)
    return sum(n for each, n in ordinary.items() if each <= price * _TAIL_FACTOR)
