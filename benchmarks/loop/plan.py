"""What is to happen in the simulated days, and on which of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class LoopPlan:
    """The days of a shop, which are counted from 1.

    Attributes:
        start: the first day, in UTC.
        days: number of days.
        items: items that sellers list on a day.
        sellers: sellers of the shop.
        seed: seed of all random draws.
        training_days: days whose listings a training run learns from. As many days lie before the
            first one; sellers list without suggestions then.
        brand_day: day from which on every other item without a brand is of a new one.
        inflation_day: day from which on sellers ask more.
        experiment_day: first day of the experiment.
        experiment_days: number of its days.
        challenger_days: days whose listings the model of the experiment learns from.
    """

    start: date
    days: int = 60
    items: int = 200
    sellers: int = 8000
    seed: int = 1
    training_days: int = 5
    brand_day: int = 17
    inflation_day: int = 35
    experiment_day: int = 41
    experiment_days: int = 14
    challenger_days: int = 21

    @property
    def last_experiment_day(self) -> int:
        """The day after which the experiment is decided."""
        return self.experiment_day + self.experiment_days - 1

    def date_of(self, day: int) -> date:
        """Return the date of a day."""
        return self.start + timedelta(days=day - 1)

    def time_of(self, day: int) -> datetime:
        """Return when a day begins, in UTC; it is the end of the night before."""
        return datetime.combine(self.date_of(day), time(), UTC)
