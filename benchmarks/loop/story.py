"""What the simulated days show: when changes were noticed, what came of runs, who won."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from benchmarks.loop.figures import PRICE_RATIO
from benchmarks.loop.record import LoopRecord, NightRecord, TrainingRecord
from common.runs.outcome import PROMOTED

MEMORY_DAYS = 17
"""Days for which monitoring sees a change: those it looks at, and those it compares them with."""

NOTICE_DAYS = 3
"""Days within which a change should be noticed."""

REPAIRED_RATIO = 1.1
"""Asked over suggested price from which on suggestions follow the inflation again."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was planted.

    Attributes:
        name: what happens, in words.
        field: the field of listings that it is seen in.
        day: the first day of it.
        noticed: the night on which monitoring named the field first; ``None`` where it did not.
    """

    name: str
    field: str
    day: int
    noticed: int | None

    @property
    def is_noticed_in_time(self) -> bool:
        """Whether it was noticed within ``NOTICE_DAYS``."""
        return self.noticed is not None and self.noticed < self.day + NOTICE_DAYS


def find_changes(record: LoopRecord) -> tuple[Change, ...]:
    """Return what was planted, and when it was noticed."""
    plan = record.plan
    return tuple(
        Change(name, field, day, _noticed(record, field, day))
        for name, field, day in (
            ("a new brand", "brand", plan.brand_day),
            ("an inflation", "price", plan.inflation_day),
        )
    )


def false_alarms(record: LoopRecord) -> tuple[NightRecord, ...]:
    """Return the nights on which monitoring asked for a run, and nothing had changed before."""
    planted = [change.day for change in find_changes(record)]
    return tuple(
        night
        for night in record.nights
        if night.retrain
        and not any(day <= night.day < day + MEMORY_DAYS for day in planted)
    )


def count_states(record: LoopRecord) -> Counter[str]:
    """Return how many training runs ended how."""
    return Counter(training.state for training in record.trainings)


def is_requested(training: TrainingRecord) -> bool:
    """Return whether a run that was not scheduled made a new champion."""
    return training.why != "schedule" and training.state == PROMOTED


def first_release_after(record: LoopRecord, day: int) -> TrainingRecord | None:
    """Return the first run on or after the night of a day that ``is_requested``."""
    after = (each for each in record.trainings if each.day >= day)
    return next((each for each in after if is_requested(each)), None)


def repaired_day(record: LoopRecord) -> int | None:
    """Return the first day on which prices are suggested as sellers ask them again."""
    day = record.plan.inflation_day
    for number, ratio in enumerate(record.figures[PRICE_RATIO][day - 1 :], day):
        if number > day + NOTICE_DAYS and ratio is not None and ratio < REPAIRED_RATIO:
            return number
    return None


def mean_between(record: LoopRecord, name: str, first: int, last: int) -> float:
    """Return the mean of a figure over some days, those without it left out."""
    values = [
        each for each in record.figures[name][first - 1 : last] if each is not None
    ]
    return sum(values) / len(values) if values else float("nan")


def _noticed(record: LoopRecord, field: str, day: int) -> int | None:
    nights = (each.day for each in record.nights if each.names(field))
    return next((night for night in nights if night >= day), None)
