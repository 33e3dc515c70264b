"""How good suggestions are now, what has changed, and whether models should be retrained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from common.errors import InputError
from common.events import MAX_LISTING_TIME
from common.monitoring_record import MonitoringRecord
from pipelines.monitoring.comparison import compare
from pipelines.monitoring.config import MonitoringConfig
from pipelines.monitoring.days import Days, choose_days
from pipelines.monitoring.distributions import Distribution, describe_drifts
from pipelines.monitoring.record import make_record
from pipelines.monitoring.retrain_rule import History
from pipelines.outcomes.other_variants import Variants, saw_other_variant
from pipelines.outcomes.tables import OutcomeTables, make_tables

if TYPE_CHECKING:
    from pipelines.outcomes.event_reader import EventReader


@dataclass(frozen=True, slots=True)
class Monitoring:
    """What a monitoring found.

    Attributes:
        record: what is kept of it.
        distributions: features that drifted, before and now.
    """

    record: MonitoringRecord
    distributions: tuple[Distribution, ...]


def monitor(
    read_events: EventReader,
    history: History,
    time: datetime,
    config: MonitoringConfig | None = None,
    others: Variants = frozenset(),
) -> Monitoring:
    """Look at the last whole days before a time, beside days before them.

    Sellers of the variants ``others`` are among the figures, and are not compared with days before:
    what an experiment changes is no reason to retrain.

    Raises ``InputError`` where nothing was put up on the days that are looked at.
    """
    config = config or MonitoringConfig()
    days = choose_days(time, history.promoted, config)
    before, now = read_days(read_events, days.before), read_days(read_events, days.now)
    _require_items(days.now, now)

    compared = _without(before, others), _without(now, others)
    found = compare(*compared, days, history, time, config)
    record = make_record(time, history, days, (before, now), found, config)
    return Monitoring(record, describe_drifts(found.drifts, *found.features))


def read_days(read_events: EventReader, days: Days) -> OutcomeTables:
    """Return what was put up and chosen on some days."""
    # What was chosen on the first day may have been shown the day before.
    tables = make_tables(read_events(days.since - MAX_LISTING_TIME, days.until))
    return OutcomeTables(days.of(tables.listings), days.of(tables.fields))


def _require_items(days: Days, tables: OutcomeTables) -> None:
    if tables.listings.empty:
        raise InputError(
            f"no item from {days.names[0]} to {days.names[-1]} is among the events: 'listrec events"
            " drain' moves those that wait in the log, and --until chooses other days"
        )


def _without(tables: OutcomeTables, others: Variants) -> OutcomeTables:
    """Return tables without what sellers of some variants did."""
    listings, fields = (
        table[~saw_other_variant(table["experiments"], others)]
        for table in (tables.listings, tables.fields)
    )
    return OutcomeTables(listings, fields)
