"""The page about a snapshot that has changed: the champion's rows beside those of now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from common.amounts import format_amount
from common.listing import NO_BRAND
from ingest.profile import plots
from ingest.profile.histogram import Histogram
from ingest.profile.page_templates import page_templates
from pipelines.data_checks.compare import Change
from pipelines.data_checks.config import DataConfig
from pipelines.data_checks.profile import Profile

HERE = Path(__file__).parent
MAX_BARS = 15
"""Categories, and brands, that are shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the comparison.

    Attributes:
        name: what is compared.
        before: its value in the snapshot of the champion.
        now: its value in this one.
        limit: how much it may change, in words.
        is_over: whether it has changed more.
    """

    name: str
    before: str
    now: str
    limit: str
    is_over: bool


def render(
    before: Profile, now: Profile, config: DataConfig, changes: Sequence[Change]
) -> str:
    """Return the page as HTML, with its style and its plots, and without scripts.

    ``changes`` are marked. All text of the tables is escaped.
    """
    over = {(change.kind, change.name) for change in changes}
    template = page_templates(HERE).get_template("data_report.html")
    return template.render(
        before=before,
        now=now,
        changes=[change.sentence for change in changes],
        rows=list(_rows(before, now, config, over)),
        prices=list(_prices(before, now)),
        shares={
            "Top categories": _shares(before.categories, now.categories),
            "Brands": _shares(before.brands, now.brands),
        },
        no_brand=NO_BRAND,
    )


def _rows(
    before: Profile, now: Profile, config: DataConfig, over: set[tuple[str, str]]
) -> Iterator[Row]:
    """Yield a line for everything that is compared, those of one kind together."""
    coverage = f"{config.max_coverage_change:.0%} more or less"
    yield Row(
        "rows",
        f"{before.rows:,}",
        f"{now.rows:,}",
        f"at least {config.min_rows_ratio:.0%}",
        ("rows", "") in over,
    )
    yield Row(
        "newest listings",
        _newest(before),
        _newest(now),
        f"at most {config.max_days_back:g} days older",
        ("dates", "") in over,
    )
    for name in sorted({*before.coverage, *now.coverage}):
        yield Row(
            f"rows with {name}",
            _share(before.coverage.get(name, 0), before.rows),
            _share(now.coverage.get(name, 0), now.rows),
            # Few of this week's listings are sold already.
            coverage if name != "sold_at" else "",
            ("coverage", name) in over,
        )
    yield from _currency_rows(before, now, config, over)
    yield Row(
        "top categories",
        f"{len(before.categories)}",
        f"{len(now.categories)}",
        f"{config.max_category_change:.0%} of the rows in others",
        ("category", "") in over,
    )


def _currency_rows(
    before: Profile, now: Profile, config: DataConfig, over: set[tuple[str, str]]
) -> Iterator[Row]:
    totals = sum(before.currencies.values()), sum(now.currencies.values())
    for currency in sorted({*before.currencies, *now.currencies}):
        yield Row(
            f"prices in {currency or 'no currency'}",
            _share(before.currencies.get(currency, 0), totals[0]),
            _share(now.currencies.get(currency, 0), totals[1]),
            f"{config.max_coverage_change:.0%} more or less",
            ("currency", currency) in over,
        )
        yield Row(
            f"median price in {currency or 'no currency'}",
            _median(before, currency),
            _median(now, currency),
            f"{config.max_price_ratio:g} times more or less",
            ("price", currency) in over,
        )


def _prices(
    before: Profile, now: Profile
) -> Iterator[tuple[Histogram | None, Histogram | None]]:
    """Yield the distributions of each currency's prices on one axis; ``None`` without prices."""
    for currency in sorted({*before.price_bins, *now.price_bins}):
        bins = [_bins(profile, currency) for profile in (before, now)]
        then, there = (
            plots.price_histogram(currency, mine, others=others) if mine else None
            for mine, others in (bins, reversed(bins))
        )
        yield then, there


def _bins(profile: Profile, currency: str) -> Counter[int]:
    counts = profile.price_bins.get(currency, {})
    return Counter({int(bin_): count for bin_, count in counts.items()})


def _shares(
    before: Mapping[str, int], now: Mapping[str, int]
) -> list[tuple[str, float, float]]:
    """Return the most frequent values of both snapshots with their shares in each."""
    totals = max(1, sum(before.values())), max(1, sum(now.values()))
    shares = [
        (name, before.get(name, 0) / totals[0], now.get(name, 0) / totals[1])
        for name in {*before, *now}
    ]
    return sorted(shares, key=lambda row: (-max(row[1:]), row[0]))[:MAX_BARS]


def _newest(profile: Profile) -> str:
    if not profile.dates:
        return "no dates"
    return f"{datetime.fromtimestamp(profile.dates[-1], UTC):%Y-%m-%d}"


def _share(count: int, total: int) -> str:
    return f"{count / total:.0%}" if total else "none"


def _median(profile: Profile, currency: str) -> str:
    quartiles = profile.prices.get(currency)
    return format_amount(quartiles[1], currency) if quartiles else "none"
