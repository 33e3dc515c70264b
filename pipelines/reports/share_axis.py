"""The axis of a plot of shares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MIN_SPAN = 0.2
"""Least height of the axis, so that chance does not look large."""


@dataclass(frozen=True, slots=True)
class ShareAxis:
    """An axis from ``floor`` at the bottom of a drawing to ``top``, ``height`` above it."""

    floor: float
    top: float
    height: int

    @classmethod
    def of(cls, values: Sequence[float], height: int) -> ShareAxis:
        """Return the axis whose ends are tens of percent around all values."""
        floor = math.floor(10 * min(values)) / 10
        top = math.ceil(10 * max(values)) / 10
        if top - floor < MIN_SPAN:
            floor, top = max(0.0, top - MIN_SPAN), max(MIN_SPAN, top)
        return cls(floor, top, height)

    def y(self, share: float) -> float:
        """Return the place of a share, from the top; one beyond an end is drawn there."""
        inside = min(max(share, self.floor), self.top)
        return round(self.height * (self.top - inside) / (self.top - self.floor), 1)

    @property
    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Places of the lines across, with their labels."""
        shares = (self.floor, (self.floor + self.top) / 2, self.top)
        return tuple((self.y(share), f"{100 * share:.0f} %") for share in shares)
