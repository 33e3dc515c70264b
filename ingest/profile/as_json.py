"""A profile for programs: counts, distributions and findings as values of JSON."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ingest.profile.counters import commonest, quantiles
from ingest.profile.counts import ProfileCounts
from ingest.profile.histogram import BINS_PER_UNIT
from ingest.profile.summary import summarise
from ingest.profile.table_profile import TableProfile
from ingest.profile.wording import month

MAX_VALUES = 20
"""Values that are listed of a field, the commonest ones."""

LEVELS = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
"""Quantiles of prices and of lengths of titles."""


def as_json(profile: TableProfile) -> dict[str, Any]:
    """Return a profile as JSON; ``snapshot`` is empty where it is that of a table."""
    manifest, counts = profile.manifest, profile.counts
    summary = summarise(manifest, counts)
    return {
        "name": summary.name,
        "snapshot": manifest.id,
        "facts": [{"name": name, "value": value} for name, value in summary.facts],
        "rows": dict(manifest.rows),
        "coverage": dict(manifest.coverage),
        "fields": [asdict(field) for field in summary.fields],
        "values": {
            name: {"different": len(values), "rows": commonest(values, MAX_VALUES)}
            for name, values in counts.values.items()
            if values
        },
        "prices": {
            currency: {"rows": bins.total(), "quantiles": _prices(bins)}
            for currency, bins in sorted(counts.prices.items())
        },
        "title_characters": _quantiles(counts.titles.lengths),
        "months": _months(counts),
        "photos": dict(manifest.photos),
        "photos_of_a_row": {str(n): rows for n, rows in sorted(counts.photos.items())},
        "findings": [
            {
                "severity": finding.word,
                "sentence": finding.sentence,
                "remedy": finding.remedy,
            }
            for finding in summary.findings
        ],
    }


def _prices(bins: Counter[int]) -> dict[str, float]:
    """Return quantiles of prices, to 0.5 %, as bins are 1 % wide."""
    return {
        level: float(f"{math.exp(bin_ / BINS_PER_UNIT):.4g}")
        for level, bin_ in _quantiles(bins).items()
    }


def _quantiles(counts: Counter[int]) -> dict[str, int]:
    if not counts:
        return {}
    names = [f"{level:g}" for level in LEVELS]
    return dict(zip(names, quantiles(counts, LEVELS), strict=True))


def _months(counts: ProfileCounts) -> Mapping[str, Mapping[str, int]]:
    return {
        name: {month(number): rows for number, rows in sorted(months.items())}
        for name, months in counts.months.items()
        if months
    }
