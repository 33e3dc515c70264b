"""The report of a week: all its figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from common.errors import InputError
from common.events import MAX_LISTING_TIME, POLICIES
from pipelines.outcomes.tables import OutcomeTables, make_tables
from pipelines.weekly_report.acceptance import Acceptance, measure_acceptance
from pipelines.weekly_report.changes import Change, count_changes
from pipelines.weekly_report.choice_bias import Agreement, measure_choice_bias
from pipelines.weekly_report.prices import Prices, measure_prices
from pipelines.weekly_report.time_saved import TimeSaved, measure_time_saved
from pipelines.weekly_report.weeks import Week, in_week

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from _typeshed import DataclassInstance

N_WEEKS = 8
"""Weeks of the history, and of figures that need the holdout: it is too small for one week."""


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """What sellers made of suggestions in a week.

    Attributes:
        week: the week, such as ``2026-W48``.
        weeks: the last ``N_WEEKS``, the oldest first; the last one is the week.
        listings: items that were put up in the week.
        listings_before: the same of the week before.
        sellers: known sellers of these items.
        unknown: items of the week whose seller is not known.
        policies: sellers of the week by policy, of those whose policy is known.
        acceptance: what became of suggestions, by field.
        time_saved: seconds to list an item, over all ``weeks``.
        prices: asked prices beside suggested ones.
        choice_bias: how much suggestions pull, over all ``weeks``.
        changes: what was chosen in the place of the first suggestion.
    """

    week: str
    weeks: tuple[str, ...]
    listings: int
    listings_before: int
    sellers: int
    unknown: int
    policies: Mapping[str, int]
    acceptance: tuple[Acceptance, ...]
    time_saved: TimeSaved
    prices: Prices
    choice_bias: tuple[Agreement, ...]
    changes: tuple[Change, ...]


def read_report(
    week: Week, read_events: Callable[[datetime, datetime], pa.Table]
) -> WeeklyReport:
    """Return the report of a week.

    ``read_events`` gives the events from a time on and before another, as
    ``pipelines.outcomes.event_table`` does. Sales of the week before count within ``SALE_DAYS``,
    so no event after the week is needed, and the report of a week stays the same.

    Raises ``InputError`` where nothing was put up in the week.
    """
    first = week.before(N_WEEKS - 1)
    events = read_events(first.start - MAX_LISTING_TIME, week.end)
    return make_report(make_tables(events), week)


def make_report(tables: OutcomeTables, week: Week) -> WeeklyReport:
    """Return the report of a week from the tables of its events and of those before it."""
    weeks = [week.before(number) for number in reversed(range(N_WEEKS))]
    listings = _since(tables.listings, weeks[0])
    fields = _since(tables.fields, weeks[0])
    now, before = in_week(listings, week), in_week(listings, week.before(1))
    if now.empty:
        raise InputError(
            f"no item of {week} is among the events: 'listrec events drain' moves those that wait"
            " in the log, and --week chooses another week"
        )
    fields_now = in_week(fields, week)
    fields_before = in_week(fields, week.before(1))
    known = now[now["seller"] != ""]
    # The events of a shop that has begun lately are of fewer weeks.
    n_weeks = sum(not in_week(listings, each).empty for each in weeks)
    return WeeklyReport(
        week=str(week),
        weeks=tuple(map(str, weeks)),
        listings=len(now),
        listings_before=len(before),
        sellers=known["seller"].nunique(),
        unknown=len(now) - len(known),
        policies=_count_policies(known),
        acceptance=measure_acceptance(fields, weeks),
        time_saved=measure_time_saved(listings, n_weeks),
        prices=measure_prices(fields_now, fields_before, listings),
        choice_bias=measure_choice_bias(fields),
        changes=count_changes(fields_now, fields),
    )


def as_json(report: DataclassInstance) -> dict[str, Any]:
    """Return a report for programs; what is not a number is ``None``."""
    return {name: _defined(value) for name, value in asdict(report).items()}


def _defined(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _defined(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_defined(each) for each in value]
    is_missing = isinstance(value, float) and not math.isfinite(value)
    return None if is_missing else value


def _since(table: pd.DataFrame, week: Week) -> pd.DataFrame:
    return table[table["time"] >= week.start]


def _count_policies(known: pd.DataFrame) -> dict[str, int]:
    sellers = known.groupby("policy")["seller"].nunique()
    return {policy: int(sellers.get(policy, 0)) for policy in POLICIES}
