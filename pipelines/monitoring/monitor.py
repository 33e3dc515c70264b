"""How good suggestions are now, what has changed, and whether models should be retrained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from common.errors import InputError
from common.events import MAX_LISTING_TIME
from common.monitoring_record import (
    ChangeRecord,
    DaysRecord,
    DriftRecord,
    MonitoringRecord,
)
from pipelines.monitoring.comparison import compare
from pipelines.monitoring.config import INTERVAL_LEVEL, MonitoringConfig
from pipelines.monitoring.days import ComparedDays, Days, choose_days
from pipelines.monitoring.distributions import Distribution, describe_drifts
from pipelines.monitoring.drift import Drift
from pipelines.monitoring.figures import collect_figures
from pipelines.monitoring.quality_changes import QualityChange
from pipelines.monitoring.retrain_rule import History, is_too_large
from pipelines.outcomes.other_variants import Variants, saw_other_variant
from pipelines.outcomes.tables import OutcomeTables, make_tables

if TYPE_CHECKING:
    import pandas as pd

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
    now, before = read_days(read_events, days.now), read_days(read_events, days.before)
    if now.listings.empty:
        names = days.now.names
        raise InputError(
            f"no item from {names[0]} to {names[-1]} is among the events: 'listrec events drain'"
            " moves those that wait in the log, and --until chooses other days"
        )

    compared = _without(before, others), _without(now, others)
    found = compare(*compared, days, history, time, config)
    decision = found.decision
    record = MonitoringRecord(
        time=time.isoformat(timespec="seconds"),
        now=_describe(days.now, now),
        before=None if before.listings.empty else _describe(days.before, before),
        releases=_releases(now.listings),
        figures=collect_figures(before.fields, now.fields, INTERVAL_LEVEL),
        drifts=tuple(map(_drift_record, found.drifts)),
        changes=tuple(_change_records(found.changes, config.max_loss)),
        retrain=decision.retrain,
        reasons=decision.reasons,
        wait_until=decision.wait_until.isoformat() if decision.wait_until else "",
        notes=tuple(_notes(days, before, found.drifts)),
    )
    return Monitoring(record, describe_drifts(found.drifts, *found.features))


def read_days(read_events: EventReader, days: Days) -> OutcomeTables:
    """Return what was put up and chosen on some days."""
    # What was chosen on the first day may have been shown the day before.
    tables = make_tables(read_events(days.since - MAX_LISTING_TIME, days.until))
    return OutcomeTables(days.of(tables.listings), days.of(tables.fields))


def _without(tables: OutcomeTables, others: Variants) -> OutcomeTables:
    """Return tables without what sellers of some variants did."""
    listings, fields = (
        table[~saw_other_variant(table["experiments"], others)]
        for table in (tables.listings, tables.fields)
    )
    return OutcomeTables(listings, fields)


def _describe(days: Days, tables: OutcomeTables) -> DaysRecord:
    return DaysRecord(days.names[0], days.names[-1], len(tables.listings))


def _releases(listings: pd.DataFrame) -> tuple[str, ...]:
    return tuple(map(str, listings["release"].value_counts().index))


def _drift_record(drift: Drift) -> DriftRecord:
    return DriftRecord(
        drift.feature, drift.effect, drift.q_value, drift.rows, drift.found
    )


def _change_records(
    changes: Sequence[QualityChange], max_loss: float
) -> Iterator[ChangeRecord]:
    for change in changes:
        loss = change.loss
        yield ChangeRecord(
            metric=change.metric,
            field=change.field,
            loss=loss.value,
            low=loss.low if loss.has_interval else None,
            high=loss.high if loss.has_interval else None,
            found=is_too_large(change, max_loss),
        )


def _notes(
    days: ComparedDays, before: OutcomeTables, drifts: Sequence[Drift]
) -> Iterator[str]:
    """Yield what limits the comparison."""
    if before.listings.empty:
        names = days.before.names
        yield (
            f"there is nothing to compare with: no item from {names[0]} to {names[-1]} is"
            " known"
        )
    elif not drifts:
        yield "too few sellers listed anything to compare what they list with before"
    if not days.has_served:
        yield (
            "the champion is too young to have days of its own to compare with, so a difference"
            " from days before it is no reason to train another one"
        )
