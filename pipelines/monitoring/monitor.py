"""How good suggestions are now, what has changed, and whether models should be retrained."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
from pipelines.monitoring.config import INTERVAL_LEVEL, MonitoringConfig
from pipelines.monitoring.days import ComparedDays, Days, choose_days
from pipelines.monitoring.distributions import Distribution, describe_drifts
from pipelines.monitoring.drift import Drift, find_drift
from pipelines.monitoring.features import tabulate_features
from pipelines.monitoring.figures import collect_figures
from pipelines.monitoring.quality_changes import QualityChange, compare_quality
from pipelines.monitoring.retrain_rule import History, decide_retraining, is_too_large
from pipelines.outcomes.tables import OutcomeTables, make_tables

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ReadEvents = Callable[[datetime, datetime], "pa.Table"]
"""Gives the events from a time on and before another (``pipelines.outcomes.event_table``)."""


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
    read_events: ReadEvents,
    history: History,
    time: datetime,
    config: MonitoringConfig | None = None,
) -> Monitoring:
    """Look at the last whole days before a time, beside days before them.

    Raises ``InputError`` where nothing was put up on the days that are looked at.
    """
    config = config or MonitoringConfig()
    days = choose_days(time, history.promoted, config)
    now, before = _read(read_events, days.now), _read(read_events, days.before)
    if now.listings.empty:
        first, *_, last = (*days.now.names, days.now.names[-1])
        raise InputError(
            f"no item from {first} to {last} is among the events: 'listrec events drain' moves"
            " those that wait in the log, and --until chooses other days"
        )

    features = tabulate_features(before.fields), tabulate_features(now.fields)
    drifts = find_drift(*features, config.drift)
    changes = compare_quality(before.fields, now.fields)
    decision = decide_retraining(
        drifts if days.has_served else (),
        changes if days.has_served else (),
        history,
        time,
        config.retraining,
    )
    record = MonitoringRecord(
        time=time.isoformat(timespec="seconds"),
        now=_describe(days.now, now),
        before=None if before.listings.empty else _describe(days.before, before),
        releases=_releases(now.listings),
        figures=collect_figures(before.fields, now.fields, INTERVAL_LEVEL),
        drifts=tuple(map(_drift_record, drifts)),
        changes=tuple(_change_records(changes, config.max_loss)),
        retrain=decision.retrain,
        reasons=decision.reasons,
        wait_until=decision.wait_until.isoformat() if decision.wait_until else "",
        notes=tuple(_notes(days, before, drifts)),
    )
    return Monitoring(record, describe_drifts(drifts, *features))


def _read(read_events: ReadEvents, days: Days) -> OutcomeTables:
    """Return what was put up and chosen on some days."""
    # What was chosen on the first day may have been shown the day before.
    tables = make_tables(read_events(days.since - MAX_LISTING_TIME, days.until))
    return OutcomeTables(days.of(tables.listings), days.of(tables.fields))


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
        first, last = days.before.names[0], days.before.names[-1]
        yield f"there is nothing to compare with: no item from {first} to {last} is known"
    elif not drifts:
        yield "too few sellers listed anything to compare what they list with before"
    if not days.has_served:
        yield (
            "the champion has not served for longer than the days that are looked at, so a"
            " difference from days before it is no reason to train another one"
        )
