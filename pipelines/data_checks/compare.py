"""Compares the profiles of two snapshots: a pure function of them and of the thresholds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from common.amounts import format_amount
from common.validation.texts import quote
from pipelines.data_checks.config import DataConfig
from pipelines.data_checks.profile import Profile

Z = 3.3
"""Standard errors that chance explains: it goes beyond them once in a thousand comparisons."""

MIN_PRICES = 20
"""Prices of a currency from which their medians are compared."""

SECONDS_A_DAY = 86_400

NOT_COMPARED = {"sold_at"}
"""Fields whose coverage says how old the listings are: few of this week's are sold already."""


@dataclass(frozen=True, slots=True)
class Change:
    """A way in which a snapshot differs more than it may.

    Attributes:
        kind: what is compared: ``rows``, ``coverage``, ``currency``, ``category``, ``price`` or
            ``dates``.
        name: the field or the currency, where the kind has several.
        sentence: what differs.
    """

    kind: str
    name: str
    sentence: str


def find_changes(before: Profile, now: Profile, config: DataConfig) -> list[Change]:
    """Return each way in which a snapshot differs more than it may.

    ``before`` is the snapshot of the champion. A change is compared with its threshold less what
    chance explains of it.
    """
    return [
        *_rows(before, now, config),
        *_coverage(before, now, config),
        *_currencies(before, now, config),
        *_categories(before, now, config),
        *_prices(before, now, config),
        *_dates(before, now, config),
    ]


def _rows(before: Profile, now: Profile, config: DataConfig) -> Iterator[Change]:
    expected = config.min_rows_ratio * before.rows
    if now.rows + Z * math.sqrt(expected) < expected:
        yield Change(
            "rows",
            "",
            f"there are {now.rows:,} rows, and {before.rows:,} before: at least"
            f" {config.min_rows_ratio:.0%} of those are wanted",
        )


def _coverage(before: Profile, now: Profile, config: DataConfig) -> Iterator[Change]:
    for name in sorted({*before.coverage, *now.coverage} - NOT_COMPARED):
        counts = before.coverage.get(name, 0), now.coverage.get(name, 0)
        if _share_change(counts, (before.rows, now.rows)) > config.max_coverage_change:
            then, there = _shares(counts, (before.rows, now.rows))
            sentence = (
                f"{name} is there in {there:.0%} of the rows, and in {then:.0%} before"
            )
            yield Change("coverage", name, sentence)


def _currencies(before: Profile, now: Profile, config: DataConfig) -> Iterator[Change]:
    totals = sum(before.currencies.values()), sum(now.currencies.values())
    for currency in sorted({*before.currencies, *now.currencies}):
        counts = before.currencies.get(currency, 0), now.currencies.get(currency, 0)
        if _share_change(counts, totals) > config.max_coverage_change:
            then, there = _shares(counts, totals)
            name = currency or "no currency"
            sentence = f"{there:.0%} of the prices are in {name}, and {then:.0%} before"
            yield Change("currency", currency, sentence)


def _categories(before: Profile, now: Profile, config: DataConfig) -> Iterator[Change]:
    """Compare the shares of top categories by their total variation distance."""
    totals = sum(before.categories.values()), sum(now.categories.values())
    if not all(totals):
        return  # that the field is empty is said of its coverage

    names = {*before.categories, *now.categories}
    moves: dict[str, float] = {}
    noise = 0.0
    for name in names:
        counts = before.categories.get(name, 0), now.categories.get(name, 0)
        then, there = _shares(counts, totals)
        moves[name] = there - then
        noise += _standard_error(counts, totals)

    # Half of the sum of absolute differences: each row that moved is counted twice. So is chance.
    distance = sum(map(abs, moves.values())) / 2
    if distance - noise / 2 > config.max_category_change:
        name = max(moves, key=lambda name: (abs(moves[name]), name))
        counts = before.categories.get(name, 0), now.categories.get(name, 0)
        then, there = _shares(counts, totals)
        yield Change(
            "category",
            "",
            f"{distance:.0%} of the rows are in other top categories than before: {quote(name)}"
            f" has {there:.0%} of them, and {then:.0%} before",
        )


def _prices(before: Profile, now: Profile, config: DataConfig) -> Iterator[Change]:
    for currency in sorted(before.prices.keys() & now.prices.keys()):
        counts = before.currencies[currency], now.currencies[currency]
        if min(counts) < MIN_PRICES:
            continue

        _, then, _ = before.prices[currency]
        _, there, _ = now.prices[currency]
        errors = [
            _median_error(profile, currency) for profile in (before, now)
        ]  # of logarithms
        change = abs(math.log(there / then)) - Z * math.hypot(*errors)
        if change > math.log(config.max_price_ratio):
            yield Change(
                "price",
                currency,
                f"the median price is {format_amount(there, currency)}, and"
                f" {format_amount(then, currency)} before",
            )


def _dates(before: Profile, now: Profile, config: DataConfig) -> Iterator[Change]:
    if not (before.dates and now.dates):
        return
    then, there = before.dates[-1], now.dates[-1]
    if then - there > config.max_days_back * SECONDS_A_DAY:
        yield Change(
            "dates",
            "",
            f"the newest listings are of {_day(there)}, older than those before, of"
            f" {_day(then)}",
        )


def _share_change(counts: tuple[int, int], totals: tuple[int, int]) -> float:
    """Return the change of a share that chance does not explain; 0 without rows."""
    if not all(totals):
        return 0.0
    then, there = _shares(counts, totals)
    return abs(there - then) - Z * _standard_error(counts, totals)


def _shares(counts: tuple[int, int], totals: tuple[int, int]) -> tuple[float, float]:
    return counts[0] / totals[0], counts[1] / totals[1]


def _standard_error(counts: tuple[int, int], totals: tuple[int, int]) -> float:
    """Return the standard error of a difference of two shares, from the pooled share."""
    pooled = sum(counts) / sum(totals)
    return math.sqrt(pooled * (1 - pooled) * (1 / totals[0] + 1 / totals[1]))


def _median_error(profile: Profile, currency: str) -> float:
    """Return the standard error of the logarithm of a median, as of a normal distribution.

    It is 1.2533 sigma / sqrt(n), and sigma the interquartile range / 1.349.
    """
    low, _, high = profile.prices[currency]
    sigma = math.log(high / low) / 1.349
    return 1.2533 * sigma / math.sqrt(profile.currencies[currency])


def _day(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"
