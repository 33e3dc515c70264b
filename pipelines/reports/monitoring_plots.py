"""Plots of the page of a monitoring as shapes; the page's style gives their colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.monitoring_record import FigureRecord
from pipelines.reports.share_axis import Point, ShareAxis

WIDTH, HEIGHT = 320, 120
"""Size of a drawing without the labels of its axis; a phone shows it unscaled."""

MARGIN = 34
"""Room on the left for the labels of shares."""


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
    axis = ShareAxis.of([figure.value for figure in figures], HEIGHT)
    step = (WIDTH - MARGIN - 6) / len(days)
    places = {day: round(MARGIN + step * (n + 0.5), 1) for n, day in enumerate(days)}
    lines = []
    for style, line in series:
        points = [
            Point(
                x=places[each.group],
                y=axis.y(each.value),
                low=axis.y(each.value if each.low is None else each.low),
                high=axis.y(each.value if each.high is None else each.high),
                label=f"{each.group}: {100 * each.value:.0f} % of {each.rows:,}",
            )
            for each in line
        ]
        lines.append(Line(style, tuple(points)))
    return DayPlot(
        lines=tuple(lines),
        ticks=axis.ticks,
        days=((places[days[0]], days[0][5:]), (places[days[-1]], days[-1][5:])),
        begin=round(places[now] - step / 2, 1),
    )
