"""The axis of a plot over days or weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """An axis from ``left`` to ``right`` of a drawing, with the same room for each of ``n`` days.

    Days, or weeks, are numbered from 0. Each is drawn in the middle of its room.
    """

    left: float
    right: float
    n: int

    @property
    def step(self) -> float:
        """The room of a day."""
        return (self.right - self.left) / self.n

    def x(self, number: int) -> float:
        """Return the place of a day, from the left."""
        return round(self.left + self.step * (number + 0.5), 1)

    def ends(self, labels: Sequence[str]) -> tuple[tuple[float, str], ...]:
        """Return the places of the first and the last day that has a label, with these labels."""
        days = sorted({0, len(labels) - 1})
        return tuple((self.x(day), labels[day]) for day in days)
