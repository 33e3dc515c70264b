"""ISO weeks in UTC: from Monday, 00:00, to the next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from common.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """A week that begins on the Monday ``start``, at 00:00 in UTC."""

    start: datetime

    @classmethod
    def parse(cls, text: str) -> Week:
        """Read ``2026-W48``; raise ``InputError`` for anything else."""
        numbers = re.fullmatch(r"(\d{4})-W(\d{2})", text, re.ASCII)
        try:
            year, week = map(int, numbers.groups() if numbers else ())
            return cls(datetime.fromisocalendar(year, week, 1).replace(tzinfo=UTC))
        except ValueError:
            raise InputError(
                f"the week must be one such as 2026-W48, not {text!r}"
            ) from None

    @classmethod
    def last_complete(cls, now: datetime) -> Week:
        """Return the last week that has ended at a time with a zone."""
        monday = now.astimezone(UTC) - timedelta(days=now.astimezone(UTC).weekday())
        midnight = monday.replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(midnight).before(1)

    @property
    def end(self) -> datetime:
        """The first time after the week."""
        return self.start + WEEK

    def before(self, weeks: int) -> Week:
        """Return the week so many weeks earlier."""
        return Week(self.start - weeks * WEEK)

    def __str__(self) -> str:
        """Return the week as ``parse`` reads it."""
        year, week, _ = self.start.isocalendar()
        return f"{year}-W{week:02}"


def in_week(table: pd.DataFrame, week: Week) -> pd.DataFrame:
    """Return the rows of a table whose ``time`` is in a week."""
    return table[(table["time"] >= week.start) & (table["time"] < week.end)]
