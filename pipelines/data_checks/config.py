"""Thresholds of the comparison of a snapshot with that of the champion."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DataConfig:
    """How much a snapshot may differ from that of the champion.

    A change counts by what chance does not explain, so the thresholds suit small shops too.

    Attributes:
        check: whether snapshots are compared at all.
        min_rows_ratio: least number of rows, as a share of those before.
        max_coverage_change: largest change of the share of rows that have a field, up or down.
        max_category_change: largest share of rows that are in another top category than before.
        max_price_ratio: largest factor between the medians of a currency's prices.
        max_days_back: largest number of days by which the newest listings are older than before.
    """

    check: bool = True
    min_rows_ratio: float = 0.5
    max_coverage_change: float = 0.2
    max_category_change: float = 0.3
    max_price_ratio: float = 2.0
    max_days_back: float = 7.0
