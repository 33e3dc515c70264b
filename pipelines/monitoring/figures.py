"""The figures of a monitoring: of all rows, and by day, version, policy, variant and slice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from common.monitoring_record import FigureRecord, Group
from pipelines.evaluation.intervals import share
from pipelines.monitoring.expected_figures import expect_figures
from pipelines.monitoring.hits import collect_hits
from pipelines.monitoring.measured_quality import Figure, add_slice, measure_quality

if TYPE_CHECKING:
    import pandas as pd

GROUPS: tuple[Group, ...] = ("version", "policy", "variant", "slice")
"""What the rows of the days that are looked at are grouped by, in this order."""

EXPECTED_ACCURACY = "expected_accuracy"


def collect_figures(
    before: pd.DataFrame, now: pd.DataFrame, level: float
) -> tuple[FigureRecord, ...]:
    """Return the figures of ``now``, and those that are shares by day of both tables.

    The tables are ``OutcomeTables.fields``. ``level`` is the share of amounts that shown intervals
    are to contain.
    """
    import pandas as pd

    days = pd.concat([before, now])
    return (
        *_expected(now, level),
        *_measured(now, "all", level),
        *(each for by in GROUPS for each in _measured(_add_group(now, by), by, level)),
        *_by_day(days),
    )


def _expected(fields: pd.DataFrame, level: float) -> Iterator[FigureRecord]:
    for name, rows in fields.groupby("field"):
        for metric, expected in expect_figures(str(name), rows, level):
            if expected.rows:
                ends = expected.low, expected.high
                yield FigureRecord(
                    metric, str(name), "all", "", expected.value, *ends, expected.rows
                )


def _measured(fields: pd.DataFrame, by: Group, level: float) -> Iterator[FigureRecord]:
    keys = [] if by == "all" else [by]
    for figure in measure_quality(fields, keys, level):
        # Of the whole there is what chance allows around it.
        if by != "all" or figure.metric != EXPECTED_ACCURACY:
            yield _to_record(figure, by)


def _to_record(figure: Figure, by: Group) -> FigureRecord:
    estimate = figure.estimate
    has_interval = estimate.has_interval
    return FigureRecord(
        metric=figure.metric,
        field=figure.field,
        by=by,
        group="".join(figure.group),
        value=estimate.value,
        low=estimate.low if has_interval else None,
        high=estimate.high if has_interval else None,
        rows=estimate.rows,
    )


def _add_group(fields: pd.DataFrame, by: Group) -> pd.DataFrame:
    if by == "slice":
        return add_slice(fields)
    if by == "variant":
        return _add_variant(fields)
    return fields[fields[by].notna()]


def _add_variant(fields: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each experiment that the seller of a row was in."""
    names = fields["experiments"].map(
        lambda variants: [f"{key}: {name}" for key, name in variants.items()]
    )
    exploded = fields.assign(variant=names).explode("variant")
    return exploded[exploded["variant"].notna()]


def _by_day(fields: pd.DataFrame) -> Iterator[FigureRecord]:
    """Yield the shares of each day; other figures would take long, and nobody looks at them."""
    names = fields["time"].dt.strftime("%Y-%m-%d")
    for (day, name), rows in fields.groupby([names, fields["field"]]):
        for hits in collect_hits(str(name), rows):
            if len(hits.values):
                estimate = share(hits.values, hits.units)
                figure = Figure(hits.metric, str(name), (str(day),), estimate)
                yield _to_record(figure, "day")
