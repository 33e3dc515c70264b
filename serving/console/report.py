"""All that the console shows, as one object: the JSON of its address ``/console/data``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from common.daily_counts import DailyCounts
from common.store.release import ReleaseStore
from serving.console.experiments import Experiments, read_experiments
from serving.console.findings import (
    Finding,
    find_in_experiments,
    find_in_monitoring,
    find_in_training,
)
from serving.console.monitoring import Monitoring, read_monitoring
from serving.console.reading import Reader, Reading
from serving.console.training import Training
from serving.console.training_reader import TrainingReader

N_DAYS = 14
"""Days of sellers that are shown, today among them."""

COUNTS_MAX_AGE = 20.0
"""Seconds for which counts of events are shown: they take longer to read than the rest."""

CountDays = Callable[[datetime], DailyCounts]
"""Counts what sellers did from a time on, in the database of events; may block."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the console shows.

    Attributes:
        time: time of the answer, ISO 8601 in UTC.
        findings: what should be looked at, the serious ones first; none where all is well.
        training: releases and training runs.
        keeps_events: whether the shop keeps events; without them nothing is known of sellers.
        sellers: what sellers did.
        monitoring: what the last monitoring found.
        experiments: what is published, and what the analyses said.
    """

    time: str
    findings: tuple[Finding, ...]
    training: Reading[Training]
    keeps_events: bool
    sellers: Reading[DailyCounts]
    monitoring: Reading[Monitoring]
    experiments: Reading[Experiments]


class Reporter:
    """Makes reports; each part is read on its own, so that one that hangs holds up no other."""

    def __init__(self, store: ReleaseStore, count_days: CountDays | None) -> None:
        """Read a store, and events by ``count_days``, if the shop keeps any."""
        self._keeps_events = count_days is not None
        training = TrainingReader(store)
        self._training = Reader(lambda: training.read(datetime.now(UTC)))
        self._monitoring = Reader(partial(read_monitoring, store.storage))
        self._experiments = Reader(
            lambda: read_experiments(store.storage, datetime.now(UTC))
        )
        self._sellers = Reader(
            lambda: (count_days or _count_nothing)(_first_day()), COUNTS_MAX_AGE
        )

    async def report(self) -> Report:
        """Return what is known now."""
        training, sellers, monitoring, experiments = await asyncio.gather(
            self._training.get(),
            self._sellers.get(),
            self._monitoring.get(),
            self._experiments.get(),
        )
        now = datetime.now(UTC)
        parts: dict[str, Reading[Any]] = {
            "training": training,
            "sellers": sellers,
            "monitoring": monitoring,
            "experiments": experiments,
        }
        findings = [
            Finding("unread", True, name, part.problem)
            for name, part in parts.items()
            if part.problem
        ]
        if training.value:
            findings += find_in_training(training.value)
        if monitoring.value:
            findings += find_in_monitoring(monitoring.value, now)
        if experiments.value:
            findings += find_in_experiments(experiments.value)
        return Report(
            time=now.isoformat(timespec="seconds"),
            findings=tuple(sorted(findings, key=lambda each: not each.is_serious)),
            training=training,
            keeps_events=self._keeps_events,
            sellers=sellers,
            monitoring=monitoring,
            experiments=experiments,
        )


def _first_day() -> datetime:
    """Return the start of the first day that is shown."""
    today = datetime.combine(datetime.now(UTC).date(), time(), UTC)
    return today - timedelta(days=N_DAYS - 1)


def _count_nothing(_since: datetime) -> DailyCounts:
    return DailyCounts((), ())
