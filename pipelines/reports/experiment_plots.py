"""Plots of the page of experiments as shapes in a drawing; the page's style gives their colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.experiments.analysis_record import DayRecord
from pipelines.experiments.wording import show_amount

WIDTH, HEIGHT = 320, 130
"""Size of a drawing without the labels of its axis; a phone shows it unscaled."""

MARGIN = 84
"""Room on the left for the labels of effects."""

LABEL = 14
"""Height of a label."""


@dataclass(frozen=True, slots=True)
class EffectPlot:
    """The effect of a variant by day, with its interval.

    Attributes:
        band: the interval, as the points of a polygon.
        line: the effect, as the points of a line.
        points: place of each day, and what was known then.
        zero: height of no effect.
        minimum: heights of the smallest difference that is worth having, to either side.
        ticks: heights of labels.
        days: places of the first and the last day, with their labels.
    """

    band: str
    line: str
    points: tuple[tuple[float, float, str], ...]
    zero: float
    minimum: tuple[float, float]
    ticks: tuple[tuple[float, str], ...]
    days: tuple[tuple[float, str], ...]


def effect_plot(
    history: Sequence[DayRecord], days: int, metric: str, minimum_effect: float
) -> EffectPlot | None:
    """Return the plot of the days whose effect has an interval; ``None`` without two of them.

    There is room for all ``days`` of the plan. Wide intervals of the first days are cut.
    """
    known = [
        (number, each.day, each.effect, each.low, each.high)
        for number, each in enumerate(history)
        if each.effect is not None and each.low is not None and each.high is not None
    ]
    if len(known) < 2:
        return None

    later = known[len(known) // 2 :]
    top = max(1.1 * minimum_effect, *(high for *_, high in later))
    floor = min(-1.1 * minimum_effect, *(low for *_, low, _ in later))

    def x(number: int) -> float:
        return round(MARGIN + (WIDTH - MARGIN - 8) * (number + 0.5) / days, 1)

    def y(effect: float) -> float:
        inside = min(max(effect, floor), top)
        return round(HEIGHT * (top - inside) / (top - floor), 1)

    upper = [f"{x(number)},{y(high)}" for number, _, _, _, high in known]
    lower = [f"{x(number)},{y(low)}" for number, _, _, low, _ in known]
    points = [
        (x(number), y(effect), f"{day}: {show_amount(metric, effect)}")
        for number, day, effect, _, _ in known
    ]
    ends = [end for end in (top, floor) if abs(y(end) - y(0.0)) > LABEL]
    first, last = history[0], history[-1]
    return EffectPlot(
        band=" ".join([*upper, *reversed(lower)]),
        line=" ".join(f"{left},{height}" for left, height, _ in points),
        points=tuple(points),
        zero=y(0.0),
        minimum=(y(minimum_effect), y(-minimum_effect)),
        ticks=tuple((y(tick), show_amount(metric, tick)) for tick in (0.0, *ends)),
        days=((x(0), first.day[5:]), (x(len(history) - 1), last.day[5:])),
    )
