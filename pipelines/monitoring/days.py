"""Which days are looked at, and which ones they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.monitoring.config import MonitoringConfig

if TYPE_CHECKING:
    import pandas as pd

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days in UTC, from the midnight ``since`` on and before the midnight ``until``."""

    since: datetime
    until: datetime

    @property
    def names(self) -> tuple[str, ...]:
        """The days, such as ``2026-11-29``, the oldest first."""
        number = (self.until - self.since).days
        return tuple(f"{self.since + day * DAY:%Y-%m-%d}" for day in range(number))

    def of(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table whose ``time`` is on these days."""
        return table[(table["time"] >= self.since) & (table["time"] < self.until)]


@dataclass(frozen=True, slots=True)
class ComparedDays:
    """Days that are looked at, and those before them.

    Attributes:
        now: the days that are looked at.
        before: the days that they are compared with.
        has_served: whether the champion has answered on all of them, as far as is known. Else
            ``before`` has answers of releases that a newer one has replaced, and a difference is
            no reason to train another one.
    """

    now: Days
    before: Days
    has_served: bool


def choose_days(
    time: datetime, promoted: datetime | None, config: MonitoringConfig
) -> ComparedDays:
    """Return the whole days before a time that are compared.

    ``promoted`` is when the champion became it, ``None`` where that is not known. The first days
    that it served are what it was released for: later ones are compared with them, so that a slow
    change is seen too. While these are fewer days than are looked at, chance alone makes large
    differences: the days right before are taken in their place.
    """
    until = _midnight(time)
    now = Days(until - config.days * DAY, until)
    trailing = Days(now.since - config.reference_days * DAY, now.since)
    if promoted is None:
        return ComparedDays(now, trailing, has_served=True)

    # The day of the promotion has answers of both releases.
    first = _midnight(promoted) + DAY
    if first + config.days * DAY > now.since:
        return ComparedDays(now, trailing, has_served=False)
    end = min(first + config.reference_days * DAY, now.since)
    return ComparedDays(now, Days(first, end), has_served=True)


def _midnight(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
