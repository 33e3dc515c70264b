"""The axis of a plot of effects, which goes to either side of none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.experiments.wording import show_amount

LABEL = 14
"""Height of a label."""


@dataclass(frozen=True, slots=True)
class EffectAxis:
    """An axis from ``floor`` at the bottom of a drawing to ``top``, ``height`` above it."""

    floor: float
    top: float
    height: int

    @classmethod
    def of(
        cls, ends: Sequence[tuple[float, float]], minimum: float, height: int
    ) -> EffectAxis:
        """Return the axis that shows an effect of ``minimum``, and intervals by their ``ends``.

        The intervals of the first half of the days are wide, and are cut.
        """
        later = ends[len(ends) // 2 :]
        top = max(1.1 * minimum, *(high for _, high in later))
        floor = min(-1.1 * minimum, *(low for low, _ in later))
        return cls(floor, top, height)

    def y(self, effect: float) -> float:
        """Return the height of an effect, from the top; one beyond an end is drawn there."""
        inside = min(max(effect, self.floor), self.top)
        return round(self.height * (self.top - inside) / (self.top - self.floor), 1)

    def ticks(self, metric: str) -> tuple[tuple[float, str], ...]:
        """Return the heights of labels, with these: of no effect, and of ends far from it."""
        zero = self.y(0.0)
        ends = [
            end for end in (self.top, self.floor) if abs(self.y(end) - zero) > LABEL
        ]
        return tuple((self.y(tick), show_amount(metric, tick)) for tick in (0.0, *ends))
