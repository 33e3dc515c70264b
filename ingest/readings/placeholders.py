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
    ordinary: dict[float, int] = {}
    shaped: dict[float, int] = {}
    for price, number in prices.items():
        if shape_of(price):
            shaped[price] = number
        else:
            ordinary[price] = number

    if sum(ordinary.values()) < MIN_PRICES:
        return PriceLimits()
    median, scale = _median_and_scale(ordinary)
    low, high = _bounds(ordinary, median, scale)
    return PriceLimits(
        median=math.exp(median),
        low=low,
        high=high,
        placeholders=_find_placeholders(shaped, ordinary, median, scale),
        absurd=_find_absurd(ordinary, median, scale),
    )


def _find_placeholders(
    shaped: Mapping[float, int],
    ordinary: Mapping[float, int],
    median: float,
    scale: float,
) -> dict[float, int]:
    """Return the lonely outliers among the prices with the shape of a placeholder."""
    found: dict[float, int] = {}
    for price, number in shaped.items():
        is_lonely = number > _n_neighbours(price, median, ordinary)
        distance = (math.log(price) - median) / scale
        if is_lonely and _is_placeholder(price, number, distance, scale):
            found[price] = number
    return found


def _find_absurd(
    ordinary: Mapping[float, int], median: float, scale: float
) -> dict[float, int]:
    """Return the ordinary prices that are too far from all others to be believed."""
    # Within a factor of 500 a price may be true, however alike the others are.
    max_distance = max(_ABSURD_DISTANCE, math.log(500) / scale)
    absurd: dict[float, int] = {}
    for price, number in ordinary.items():
        distance = (math.log(price) - median) / scale
        if abs(distance) > max_distance:
            absurd[price] = number
    return absurd


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
    far_below = math.exp(median - reach)
    far_above = math.exp(median + reach)
    lowest = min(prices) / _TAIL_FACTOR
    highest = max(prices) * _TAIL_FACTOR
    return min(far_below, lowest), max(far_above, highest)


def _median_and_scale(prices: Mapping[float, int]) -> tuple[float, float]:
    """Return the median of log prices and their scale, both robust."""
    values = np.log(list(prices))
    counts = list(prices.values())
    logs = np.repeat(values, counts)
    median = float(np.median(logs))

    distances = np.abs(logs - median)
    deviation = float(np.median(distances))
    scale = 1.4826 * deviation
    return median, min(max(scale, _MIN_SCALE), _MAX_SCALE)


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
    n_digits = len(digits)
    if len(set(digits)) == 1 or _is_run(digits):
        if n_digits >= 5:
            return 2
        return int(n_digits >= 3 or price == 1)

    is_power_of_ten = digits.rstrip("0") == "1"
    return int(is_power_of_ten and price >= 1e6)


def _is_run(digits: str) -> bool:
    return any(run.startswith(digits) for run in _RUNS)


def _is_placeholder(price: float, number: int, distance: float, scale: float) -> bool:
    n_scales = abs(distance)
    log_factor = n_scales * scale
    if n_scales < _MIN_DISTANCE:
        return False
    if number >= _REPEATED:
        factor = 20 if distance > 0 else 30
        return log_factor > math.log(factor)

    # A single one is a placeholder only where no price can be.
    if shape_of(price) == 2:
        return n_scales > 5 and log_factor > math.log(50)
    return n_scales > 6 and log_factor > math.log(1_000)


def _n_neighbours(price: float, median: float, ordinary: Mapping[float, int]) -> int:
    """Return how many ordinary prices are about as extreme as a price, or more so."""
    if math.log(price) > median:
        least = price / _TAIL_FACTOR
        extreme = [n for each, n in ordinary.items() if each >= least]
    else:
        most = price * _TAIL_FACTOR
        extreme = [n for each, n in ordinary.items() if each <= most]
    return sum(extreme)
