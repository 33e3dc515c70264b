"""Plots of a profile: prices on a logarithmic axis, lengths of titles, and rows by month."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator

from ingest.profile.counters import quantiles
from ingest.profile.histogram import BINS_PER_UNIT, Histogram, Scale, Tick, spaced
from ingest.profile.wording import amount, month

TAIL = 0.005
"""Share of titles and of months at either end that a plot leaves out, so that the rest is seen."""

MARGIN = 20
"""Bins of prices on both sides, so that a shop of one price has an axis too."""

MAX_FINE_POWERS = 3
"""Powers of ten that an axis of prices spans at most for ticks between them."""

_UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def price_histogram(
    currency: str, bins: Counter[int], others: Collection[int] = ()
) -> Histogram:
    """Return the distribution of the prices of a currency.

    The axis has room for the ``others`` of another plot too, beside which it is shown.
    """
    shown = {*bins, *others}
    scale = Scale.over(min(shown) - MARGIN, max(shown) + MARGIN)
    low, median, high = quantiles(bins, (0.05, 0.5, 0.95))
    return Histogram(
        title=f"Prices in {currency}",
        caption=(
            f"{bins.total():,} prices; the median is {_price(median)},"
            f" and nine in ten lie from {_price(low)} to {_price(high)}"
        ),
        bars=scale.bars(bins, _prices),
        ticks=spaced(_price_ticks(scale)),
        mark=scale.x(median),
    )


def length_histogram(lengths: Counter[int]) -> Histogram:
    """Return the distribution of the lengths of titles."""
    median, high = quantiles(lengths, (0.5, 1 - TAIL))
    scale = Scale.over(0, max(high, 10))
    distance = 10 * max(1, scale.stop // 60)
    values = range(0, scale.stop, distance)
    return Histogram(
        title="Length of titles",
        caption=f"half of the titles have at most {median} characters",
        bars=scale.bars(lengths, _characters),
        ticks=spaced(Tick(scale.x(value), f"{value}") for value in values),
        mark=scale.x(median),
    )


def month_histogram(title: str, months: Counter[int]) -> Histogram:
    """Return the number of rows by month; months are 12 times the year and on."""
    first, last = min(months), max(months)
    # A single mistyped year would leave a bar at each end, and nothing between them.
    start, stop = quantiles(months, (TAIL, 1 - TAIL))
    caption = f"from {month(first)} to {month(last)}"
    if (start, stop) != (first, last):
        caption += f"; {100 * TAIL:g} % at either end are not shown"

    scale = Scale.over(start, stop)
    return Histogram(
        title=title,
        caption=caption,
        bars=scale.bars(months, _months),
        ticks=spaced(_month_ticks(scale)),
    )


def _month_ticks(scale: Scale) -> Iterator[Tick]:
    """Yield a tick at the left end of each bar."""
    for value in range(scale.start, scale.stop, scale.step):
        yield Tick(scale.x(value), month(value))


def _price(bin_: float) -> str:
    price = math.exp(bin_ / BINS_PER_UNIT)
    return amount(float(f"{price:.3g}"))


def _prices(start: int, stop: int) -> str:
    return f"{_price(start)} to {_price(stop)}"


def _price_ticks(scale: Scale) -> Iterator[Tick]:
    """Yield 1, 2 and 5 times powers of ten; over many powers, the powers alone."""
    for value in _round_prices(scale):
        bin_ = BINS_PER_UNIT * math.log(value)
        if scale.start <= bin_ <= scale.stop:
            yield Tick(scale.x(bin_), _short(value))


def _round_prices(scale: Scale) -> Iterator[float]:
    """Yield the round prices of all powers of ten that a scale touches."""
    bins_per_power = BINS_PER_UNIT * math.log(10)
    first = math.floor(scale.start / bins_per_power)
    last = math.floor(scale.stop / bins_per_power)
    is_short = last - first <= MAX_FINE_POWERS
    factors = (1, 2, 5) if is_short else (1,)

    for power in range(first, last + 1):
        for factor in factors:
            yield factor * 10.0**power


def _short(value: float) -> str:
    """Return a round amount in few characters: ``10k``, ``5M``."""
    for unit, letter in _UNITS:
        if value >= unit:
            return f"{value / unit:g}{letter}"
    return f"{value:g}"


def _characters(start: int, stop: int) -> str:
    last = stop - 1
    return f"{start} characters" if start == last else f"{start} to {last} characters"


def _months(start: int, stop: int) -> str:
    first = month(start)
    last = month(stop - 1)
    return first if first == last else f"{first} to {last}"
