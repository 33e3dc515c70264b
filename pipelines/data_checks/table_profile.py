"""The compact profile of a table that is no snapshot yet, from the counts of its rows."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime

from common.listing import CATEGORY_SEPARATOR
from ingest.profile.counters import quantiles
from ingest.profile.histogram import BINS_PER_UNIT
from ingest.profile.table_profile import TableProfile
from pipelines.data_checks.profile import (
    DATE_RANGE,
    QUARTILES,
    Profile,
    commonest_values,
)


def profile_table(table: TableProfile) -> Profile:
    """Return what is compared of a table, with the name of its file as its id.

    Prices are exact to 0.5 %, and dates to a day.
    """
    counts = table.counts
    tops: Counter[str] = Counter()
    for path, n_rows in counts.values["category"].items():
        tops[path.split(CATEGORY_SEPARATOR)[0]] += n_rows

    return Profile(
        id=table.manifest.id or table.manifest.source["name"],
        created_at=table.manifest.created_at,
        rows=counts.rows["accepted"],
        coverage=dict(table.manifest.coverage),
        currencies={code: bins.total() for code, bins in counts.prices.items()},
        categories=commonest_values(tops),
        prices={
            code: [
                math.exp(bin_ / BINS_PER_UNIT) for bin_ in quantiles(bins, QUARTILES)
            ]
            for code, bins in counts.prices.items()
        },
        dates=[_seconds(day) for day in quantiles(counts.days, DATE_RANGE)]
        if counts.days
        else [],
        brands=commonest_values(counts.values["brand"]),
        price_bins={
            code: {str(bin_): n_rows for bin_, n_rows in sorted(bins.items())}
            for code, bins in counts.prices.items()
        },
    )


def _seconds(day: int) -> float:
    return datetime.fromordinal(day).replace(tzinfo=UTC).timestamp()
