"""What a monitoring found, as the record that is kept of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from common.monitoring_record import (
    ChangeRecord,
    DaysRecord,
    DriftRecord,
    MonitoringRecord,
)
from pipelines.monitoring.comparison import Comparison
from pipelines.monitoring.config import INTERVAL_LEVEL, MonitoringConfig
from pipelines.monitoring.days import ComparedDays, Days
from pipelines.monitoring.drift import Drift
from pipelines.monitoring.figures import collect_figures
from pipelines.monitoring.quality_changes import QualityChange
from pipelines.monitoring.retrain_rule import History, is_too_large
from pipelines.outcomes.tables import OutcomeTables

if TYPE_CHECKING:
    import pandas as pd


def make_record(
    time: datetime,
    history: History,
    days: ComparedDays,
    tables: tuple[OutcomeTables, OutcomeTables],
    found: Comparison,
    config: MonitoringConfig,
) -> MonitoringRecord:
    """Return the record of a monitoring at a time, with the figures of all sellers.

    ``tables`` are what was put up and chosen on ``days.before`` and ``days.now``, ``found`` is how
    they differ.
    """
    before, now = tables
    has_before = not before.listings.empty
    decision = found.decision
    return MonitoringRecord(
        time=time.isoformat(timespec="seconds"),
        now=_describe_days(days.now, now),
        before=_describe_days(days.before, before) if has_before else None,
        releases=_releases(now.listings),
        figures=collect_figures(before.fields, now.fields, INTERVAL_LEVEL),
        drifts=tuple(_drift_records(found.drifts)),
        changes=tuple(_change_records(found.changes, config.max_loss)),
        retrain=decision.retrain,
        reasons=decision.reasons,
        wait_until=decision.wait_until.isoformat() if decision.wait_until else "",
        notes=tuple(_notes(days, before, found.drifts)),
        champion=history.champion,
    )


def _describe_days(days: Days, tables: OutcomeTables) -> DaysRecord:
    return DaysRecord(days.names[0], days.names[-1], len(tables.listings))


def _releases(listings: pd.DataFrame) -> tuple[str, ...]:
    return tuple(map(str, listings["release"].value_counts().index))


def _drift_records(drifts: Sequence[Drift]) -> Iterator[DriftRecord]:
    for drift in drifts:
        yield DriftRecord(
            feature=drift.feature,
            effect=drift.effect,
            q_value=drift.q_value,
            rows=drift.rows,
            found=drift.found,
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
