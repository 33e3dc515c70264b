"""What looks wrong with prices: mixed currencies, placeholders, one price for everything."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from common.snapshot import SnapshotManifest
from ingest.profile.counters import quantiles
from ingest.profile.counts import BINS_PER_UNIT, ProfileCounts
from ingest.profile.finding import NOTE, SERIOUS, WARNING, Finding
from ingest.profile.wording import amount, part, percent

MIN_ROWS = 20
"""Prices from which a distribution is spoken of."""

FENCES = 4.0
"""Interquartile ranges of the logarithm beyond the quartiles, from which a price is extreme.

Tukey's far outliers lie beyond 3; prices have heavier tails than a normal distribution.
"""

MIN_IQR = 0.5
"""Least interquartile range of the logarithm, for shops in which nearly all prices are one."""

MISTAKEN_SHARE = 0.05
"""Share of rows below which a second currency is rather a mistake than a market."""

CONSTANT_SHARE = 0.5
"""Share of rows with the very same price above which it is spoken of."""

_CURRENCY = re.compile(r"\b[A-Z]{3}\b")


def price_findings(
    manifest: SnapshotManifest, profile: ProfileCounts
) -> Iterator[Finding]:
    """Yield what looks wrong with the prices of each currency, and with the currencies.

    What the readings of the columns warn of already is not said again.
    """
    readings = manifest.source.get("readings", ())
    warnings = " ".join(reading["warning"] for reading in readings)
    yield from _currencies(manifest, warnings)

    n_prices = sum(manifest.currencies.values())
    for currency in sorted(profile.prices):
        bins, amounts = profile.prices[currency], profile.amounts[currency]
        # Of a currency in a few rows nothing is learned, and it was named above.
        if bins.total() >= max(MIN_ROWS, MISTAKEN_SHARE * n_prices):
            yield from _extreme_prices(currency, bins, amounts, warnings)
            yield from _constant_price(currency, bins.total(), amounts)


def _currencies(manifest: SnapshotManifest, warnings: str) -> Iterator[Finding]:
    counts = Counter(dict(manifest.currencies))
    n_prices = counts.total()
    known = set(_CURRENCY.findall(warnings))
    main = "".join(currency for currency, _ in counts.most_common(1))

    for currency, count in counts.most_common():
        if currency == main or currency in known:
            continue
        is_mistake = count < MISTAKEN_SHARE * n_prices
        yield Finding(
            WARNING if is_mistake else SERIOUS,
            f"{part(count, n_prices)} prices are in {currency}, most others in {main}:"
            f" the price model learns from {main} alone",
            f"correct them, if {currency} is a mistake; --currency is for prices without one"
            if is_mistake
            else f"make a snapshot of each currency, or convert {currency} in the table",
        )


def _extreme_prices(
    currency: str, bins: Counter[int], amounts: Counter[float], warnings: str
) -> Iterator[Finding]:
    low, median, high = quantiles(bins, (0.25, 0.5, 0.75))
    reach = FENCES * max(MIN_IQR * BINS_PER_UNIT, high - low)
    sides = {
        "above": {bin_ for bin_ in bins if bin_ > high + reach},
        "below": {bin_ for bin_ in bins if bin_ < low - reach},
    }
    for side, extreme in sides.items():
        example = _commonest(extreme, amounts) if extreme else ""
        if not example or example in warnings:
            continue
        count = sum(map(bins.__getitem__, extreme))
        yield Finding(
            WARNING,
            f"{part(count, bins.total())} prices in {currency} are far {side} the others,"
            f" such as {example}; the median is {_price(median)}",
            "placeholders teach a wrong price: empty these cells in the table, or correct them",
        )


def _commonest(bins: set[int], amounts: Counter[float]) -> str:
    """Return the commonest of the amounts in some bins, of equals the highest."""
    extreme = [
        value for value in amounts if round(math.log(value) * BINS_PER_UNIT) in bins
    ]
    # The amounts may be so rare that they were dropped from the counter.
    if not extreme:
        return _price(max(bins))
    value = max(extreme, key=lambda value: (amounts[value], value))
    return amount(value)


def _price(bin_: int) -> str:
    return amount(float(f"{math.exp(bin_ / BINS_PER_UNIT):.3g}"))


def _constant_price(
    currency: str, n_prices: int, amounts: Counter[float]
) -> Iterator[Finding]:
    ((value, count),) = amounts.most_common(1)
    if count > CONSTANT_SHARE * n_prices:
        yield Finding(
            SERIOUS if count == n_prices else NOTE,
            f"{percent(count, n_prices)} of the prices in {currency} are {amount(value)}",
            "there is little to learn from one price: check that the column is the price,"
            " or name another with --map price=COLUMN",
        )
