"""Plots of the page of a monitoring as shapes; the page's style gives their colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.monitoring_record import FigureRecord
from pipelines.reports.point import Point, line_through
from pipelines.reports.share_axis import ShareAxis
from pipelines.reports.time_axis import TimeAxis

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
        return line_through(self.points)


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
    values = [figure.value for _, line in series for figure in line]
    if not values:
        return None

    axis = ShareAxis.of(values, HEIGHT)
    time = TimeAxis(MARGIN, WIDTH - 6, len(days))
    places = {day: time.x(number) for number, day in enumerate(days)}
    return DayPlot(
        lines=tuple(
            Line(style, tuple(_point(each, places[each.group], axis) for each in line))
            for style, line in series
        ),
        ticks=axis.ticks,
        days=time.ends([day[5:] for day in days]),
        begin=round(places[now] - time.step / 2, 1),
    )


def _point(figure: FigureRecord, x: float, axis: ShareAxis) -> Point:
    return Point(
        x=x,
        y=axis.y(figure.value),
        low=axis.y(figure.value if figure.low is None else figure.low),
        high=axis.y(figure.value if figure.high is None else figure.high),
        label=f"{figure.group}: {100 * figure.value:.0f} % of {figure.rows:,}",
    )
