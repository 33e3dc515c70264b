"""Plots of the page of experiments as shapes in a drawing; the page's style gives their colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from common.experiments.analysis_record import DayRecord
from pipelines.experiments.wording import show_amount
from pipelines.reports.effect_axis import EffectAxis
from pipelines.reports.point import Point, line_through
from pipelines.reports.time_axis import TimeAxis

WIDTH, HEIGHT = 320, 130
"""Size of a drawing without the labels of its axis; a phone shows it unscaled."""

MARGIN = 84
"""Room on the left for the labels of effects."""


@dataclass(frozen=True, slots=True)
class EffectPlot:
    """The effect of a variant by day, with its interval.

    Attributes:
        points: the days whose effect has an interval, the oldest first.
        zero: height of no effect.
        minimum: heights of the smallest difference that is worth having, to either side.
        ticks: heights of labels.
        days: places of the first and the last day, with their labels.
    """

    points: tuple[Point, ...]
    zero: float
    minimum: tuple[float, float]
    ticks: tuple[tuple[float, str], ...]
    days: tuple[tuple[float, str], ...]

    @property
    def line(self) -> str:
        """The effect, as SVG takes the points of a line."""
        return line_through(self.points)

    @property
    def band(self) -> str:
        """The interval, as SVG takes the points of a polygon."""
        upper = [f"{point.x},{point.high}" for point in self.points]
        lower = [f"{point.x},{point.low}" for point in reversed(self.points)]
        return " ".join([*upper, *lower])


def effect_plot(
    history: Sequence[DayRecord], days: int, metric: str, minimum_effect: float
) -> EffectPlot | None:
    """Return the plot of the days whose effect has an interval; ``None`` without two of them.

    There is room for all ``days`` of the plan. Wide intervals of the first days are cut.
    """
    known = list(_known_effects(history))
    if len(known) < 2:
        return None

    ends = [(effect.low, effect.high) for effect in known]
    axis = EffectAxis.of(ends, minimum_effect, HEIGHT)
    time = TimeAxis(MARGIN, WIDTH - 8, days)
    points = [
        Point(
            x=time.x(effect.number),
            y=axis.y(effect.value),
            low=axis.y(effect.low),
            high=axis.y(effect.high),
            label=f"{effect.day}: {show_amount(metric, effect.value)}",
        )
        for effect in known
    ]
    return EffectPlot(
        points=tuple(points),
        zero=axis.y(0.0),
        minimum=(axis.y(minimum_effect), axis.y(-minimum_effect)),
        ticks=axis.ticks(metric),
        days=time.ends([each.day[5:] for each in history]),
    )


@dataclass(frozen=True, slots=True)
class _KnownEffect:
    """The effect at the end of day ``number``, with the ends of its interval."""

    number: int
    day: str
    value: float
    low: float
    high: float


def _known_effects(history: Sequence[DayRecord]) -> Iterator[_KnownEffect]:
    for number, each in enumerate(history):
        if each.effect is not None and each.low is not None and each.high is not None:
            yield _KnownEffect(number, each.day, each.effect, each.low, each.high)
