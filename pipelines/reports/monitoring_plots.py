"""Plots of the page of a monitoring as shapes; the page's style gives their colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from common.monitoring_record import FigureRecord

WIDTH, HEIGHT = 320, 120
"""Size of a drawing without the labels of its axis; a phone shows it unscaled."""

MARGIN = 34
"""Room on the left for the labels of shares."""

MIN_SPAN = 0.2
"""Least height of the axis of shares, so that chance does not look large."""


@dataclass(frozen=True, slots=True)
class Point:
    """A share of a day, with its interval; ``low`` and ``high`` are ``y`` where there is none."""

    x: float
    y: float
    low: float
    high: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A share over days.

    Attributes:
        style: class of the line in the page.
        points: the days that have it, the oldest first.
    """

    style: str
    points: tuple[Point, ...]

    @property
    def path(self) -> str:
        """The points as SVG takes them."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)


@dataclass(frozen=True, slots=True)
class DayPlot:
    """Shares over days.

    Attributes:
        lines: the shares.
        ticks: heights of the lines across, with their labels.
        days: places of the first and the last day, with their labels.
        begin: place from which on days are looked at; those before it are compared with.
    """

    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, str], ...]
    days: tuple[tuple[float, str], ...]
    begin: float


def day_plot(
    series: Sequence[tuple[str, Sequence[FigureRecord]]], days: Sequence[str], now: str
) -> DayPlot | None:
    """Return a plot of shares by day, or ``None`` where there are none.

    ``series`` are the style and the figures of each line. ``days`` are all days, the oldest first;
    those from ``now`` on are looked at.
    """
    figures = [figure for _, line in series for figure in line]
    if not figures:
        return None
    floor, top = _span([figure.value for figure in figures])

    def y(share: float) -> float:
        inside = min(max(share, floor), top)
        return round(HEIGHT * (top - inside) / (top - floor), 1)

    step = (WIDTH - MARGIN - 6) / len(days)
    places = {day: round(MARGIN + step * (n + 0.5), 1) for n, day in enumerate(days)}
    lines = []
    for style, line in series:
        points = [
            Point(
                x=places[each.group],
                y=y(each.value),
                low=y(each.value if each.low is None else each.low),
                high=y(each.value if each.high is None else each.high),
                label=f"{each.group}: {100 * each.value:.0f} % of {each.rows:,}",
            )
            for each in line
        ]
        lines.append(Line(style, tuple(points)))
    return DayPlot(
        lines=tuple(lines),
        ticks=tuple(
            (y(tick), f"{100 * tick:.0f} %") for tick in (floor, (floor + top) / 2, top)
        ),
        days=((places[days[0]], days[0][5:]), (places[days[-1]], days[-1][5:])),
        begin=round(places[now] - step / 2, 1),
    )


def _span(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis of shares: tens of percent around all values."""
    floor = math.floor(10 * min(values)) / 10
    top = math.ceil(10 * max(values)) / 10
    if top - floor >= MIN_SPAN:
        return floor, top
    return max(0.0, top - MIN_SPAN), max(MIN_SPAN, top)
