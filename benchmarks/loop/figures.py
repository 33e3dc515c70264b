"""Figures of each simulated day, from all events."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.loop.plan import LoopPlan
from common.event_database.database import EventDatabase
from pipelines.monitoring.config import INTERVAL_LEVEL
from pipelines.monitoring.hits import select_priced
from pipelines.monitoring.measured_quality import measure_quality
from pipelines.outcomes.event_table import to_table
from pipelines.outcomes.tables import COLUMNS, make_tables

if TYPE_CHECKING:
    import pandas as pd

PRICE_RATIO = "ratio price"
"""Median of the price that sellers ask over the one that was suggested."""


def collect_figures(
    plan: LoopPlan, database: EventDatabase
) -> dict[str, tuple[float | None, ...]]:
    """Return a figure of each day by its name, such as ``acceptance category``.

    They are of sellers who see suggestions as models rank them.
    """
    until = plan.time_of(plan.days + 1)
    events = to_table(database.read(plan.time_of(1), until), COLUMNS)
    fields = make_tables(events).fields
    fields = fields[fields["policy"] == "greedy"]
    days = (fields["time"] - plan.time_of(1)).dt.days + 1

    by_name: dict[str, dict[int, float]] = {}
    for day, rows in fields.groupby(days):
        for name, value in _figures_of(rows):
            by_name.setdefault(name, {})[int(str(day))] = value
    return {name: _by_day(values, plan.days) for name, values in by_name.items()}


def _figures_of(rows: pd.DataFrame) -> Iterator[tuple[str, float]]:
    for figure in measure_quality(rows, [], INTERVAL_LEVEL):
        yield f"{figure.metric} {figure.field}", figure.estimate.value
    priced = select_priced(rows[rows["field"] == "price"])
    if len(priced):
        ratios = priced["number"].to_numpy(float) / priced["amount"].to_numpy(float)
        yield PRICE_RATIO, float(np.median(ratios))


def _by_day(values: Mapping[int, float], days: int) -> tuple[float | None, ...]:
    found = [values.get(day, math.nan) for day in range(1, days + 1)]
    return tuple(None if math.isnan(each) else round(each, 4) for each in found)
