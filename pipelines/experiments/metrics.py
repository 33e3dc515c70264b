"""The metrics of experiments: which rows of the tables of outcomes count, and with what value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.errors import InputError
from common.listing import CONFIRMABLE
from pipelines.outcomes.tables import OutcomeTables

if TYPE_CHECKING:
    import pandas as pd

ACCEPTANCE = "_acceptance"
"""End of the metrics that are the share of accepted suggestions for a field."""

SECONDS = "seconds"
"""The metric that is the mean time from the first entry to the listing."""

MAX_SECONDS = 1800.0
"""Longer times count as this one: a page that was left open would decide the mean alone."""

METRICS = (*(field + ACCEPTANCE for field in CONFIRMABLE), SECONDS)
"""Names of all metrics."""

_ANSWERED = ("accepted", "changed", "ignored")


def rows_of(tables: OutcomeTables, metric: str) -> pd.DataFrame:
    """Return a row for each time that counts for a metric: ``unit``, ``time`` and ``value``.

    The metric is the mean of all values. Raises ``InputError`` for an unknown metric.
    """
    if metric not in METRICS:
        raise InputError(
            f"there is no metric '{metric}': take one of {', '.join(METRICS)}"
        )
    if metric == SECONDS:
        listings = tables.listings[tables.listings["seconds"].notna()]
        seconds = listings["seconds"].clip(upper=MAX_SECONDS)
        return listings[["unit", "time"]].assign(value=seconds)

    # Of what was not on the screen nothing can be accepted, as in the weekly report.
    fields = tables.fields[tables.fields["action"].isin(_ANSWERED)]
    fields = fields[fields["field"] == metric.removesuffix(ACCEPTANCE)]
    accepted = (fields["action"] == "accepted").astype(float)
    return fields[["unit", "time"]].assign(value=accepted)
