"""What looks wrong with prices: mixed currencies, placeholders, one price for everything."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from common.snapshot import SnapshotManifest
from ingest.profile.counters import quantiles
from ingest.profile.counts import ProfileCounts
from ingest.profile.finding import NOTE, SERIOUS, WARNING, Finding
from ingest.profile.histogram import BINS_PER_UNIT
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

_QUARTILES = (0.25, 0.5, 0.75)
_EXTREME_REMEDY = (
    "placeholders teach a wrong price: empty these cells in the table, or correct them"
)
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

    # Of a currency in a few rows nothing is learned, and it was named above.
    n_prices = sum(manifest.currencies.values())
    min_rows = max(MIN_ROWS, MISTAKEN_SHARE * n_prices)
    for currency, bins in sorted(profile.prices.items()):
        if bins.total() < min_rows:
            continue

        amounts = profile.amounts[currency]
        yield from _extreme_prices(
            currency,
            bins,
            amounts,
            warnings,
        )
        yield from _constant_price(
            currency,
            bins.total(),
            amounts,
        )


def _currencies(manifest: SnapshotManifest, warnings: str) -> Iterator[Finding]:
    counts = Counter(dict(manifest.currencies))
    known = set(_CURRENCY.findall(warnings))
    main = "".join(currency for currency, _ in counts.most_common(1))

    for currency, count in counts.most_common():
        if currency != main and currency not in known:
            yield _second_currency(
                currency,
                count,
                main,
                counts.total(),
            )


def _second_currency(currency: str, count: int, main: str, n_prices: int) -> Finding:
    is_mistake = count < MISTAKEN_SHARE * n_prices
    if is_mistake:
        remedy = f"correct them, if {currency} is a mistake; --currency is for prices without one"
    else:
        remedy = f"make a snapshot of each currency, or convert {currency} in the table"

    return Finding(
        WARNING if is_mistake else SERIOUS,
        f"{part(count, n_prices)} prices are in {currency}, most others in {main}:"
        f" the price model learns from {main} alone",
        remedy,
    )


def _extreme_prices(
    currency: str, bins: Counter[int], amounts: Counter[float], warnings: str
) -> Iterator[Finding]:
    """Yield a finding for prices far above the others, and one for those far below them."""
    _, median, _ = quantiles(bins, _QUARTILES)
    for side, extreme in _extreme_bins(bins).items():
        example = _commonest(extreme, amounts) if extreme else ""
        # The readings may have named the same placeholder.
        if not example or example in warnings:
            continue

        count = sum(bins[bin_] for bin_ in extreme)
        prices = f"{part(count, bins.total())} prices in {currency}"
        yield Finding(
            WARNING,
            f"{prices} are far {side} the others, such as {example};"
            f" the median is {_price(median)}",
            _EXTREME_REMEDY,
        )


def _extreme_bins(bins: Counter[int]) -> dict[str, set[int]]:
    """Return the bins beyond the fences, by the side on which they are."""
    low, _, high = quantiles(bins, _QUARTILES)
    reach = FENCES * max(MIN_IQR * BINS_PER_UNIT, high - low)
    return {
        "above": {bin_ for bin_ in bins if bin_ > high + reach},
        "below": {bin_ for bin_ in bins if bin_ < low - reach},
    }


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
    """Return the price in the middle of a bin, to three digits."""
    price = math.exp(bin_ / BINS_PER_UNIT)
    return amount(float(f"{price:.3g}"))


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
