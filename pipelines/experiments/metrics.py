"""Measures metrics of experiments: which rows of the tables of outcomes count, with what value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from common.experiments.metrics import ACCEPTANCE, SALE_DAYS
from pipelines.outcomes.tables import OutcomeTables

if TYPE_CHECKING:
    import pandas as pd

MAX_SECONDS = 1800.0
"""Longer times count as this one: a page that was left open would decide the mean alone."""

_ANSWERED = ("accepted", "changed", "ignored")


def rows_of(tables: OutcomeTables, metric: str) -> pd.DataFrame:
    """Return a row for each time that counts for a metric: ``unit``, ``time`` and ``value``.

    ``metric`` is a key of ``common.experiments.metrics.METRICS``. Values of listings that are
    younger than the metric's ``days`` are not known yet: whoever reads them leaves them out.
    """
    if metric.endswith(ACCEPTANCE):
        return _accepted(tables, metric.removesuffix(ACCEPTANCE))
    return {
        "seconds": _seconds,
        "listings": _listings,
        "price_error": _price_errors,
        "sold_in_7_days": _sold,
        "revenue_in_7_days": _revenue,
    }[metric](tables)


def _accepted(tables: OutcomeTables, field: str) -> pd.DataFrame:
    # Of what was not on the screen nothing can be accepted, as in the weekly report.
    fields = tables.fields[tables.fields["action"].isin(_ANSWERED)]
    fields = fields[fields["field"] == field]
    return _rows(fields, (fields["action"] == "accepted").astype(float))


def _seconds(tables: OutcomeTables) -> pd.DataFrame:
    listings = tables.listings[tables.listings["seconds"].notna()]
    return _rows(listings, listings["seconds"].clip(upper=MAX_SECONDS))


def _listings(tables: OutcomeTables) -> pd.DataFrame:
    return _rows(tables.listings, 1.0)


def _price_errors(tables: OutcomeTables) -> pd.DataFrame:
    fields = tables.fields[tables.fields["field"] == "price"]
    prices = fields[(fields["number"] > 0) & (fields["amount"] > 0)]
    return _rows(prices, np.abs(np.log(prices["number"] / prices["amount"])))


def _sold(tables: OutcomeTables) -> pd.DataFrame:
    return _rows(tables.listings, _is_sold(tables.listings).astype(float))


def _revenue(tables: OutcomeTables) -> pd.DataFrame:
    sales = tables.listings[_is_sold(tables.listings)]
    sales = sales[sales["sold_price"].notna()]
    # Amounts of several currencies have no sum.
    sales = sales[sales["currency"].isin(sales["currency"].mode().head(1))]
    return _rows(sales, sales["sold_price"])


def _is_sold(listings: pd.DataFrame) -> pd.Series[bool]:
    return listings["sold"] & (listings["days"] <= SALE_DAYS)


def _rows(table: pd.DataFrame, value: Any) -> pd.DataFrame:
    return table[["unit", "time"]].assign(value=value)
