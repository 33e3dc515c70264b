"""Plots of the page of a week as shapes in a drawing; the page's style gives their colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.evaluation.intervals import Estimate
from pipelines.reports.point import Point, line_through
from pipelines.reports.share_axis import ShareAxis
from pipelines.reports.time_axis import TimeAxis

WIDTH, HEIGHT = 320, 110
"""Size of a drawing without the labels of its axis; a phone shows it unscaled."""

MARGIN = 30
"""Room on the left for the labels of shares."""

N_TICKS = 5

BarShape = tuple[float, float, float, str]
"""Left end, width, height, and what it stands for."""


@dataclass(frozen=True, slots=True)
class History:
    """A share over the weeks.

    Attributes:
        points: weeks with a share, the oldest first.
        ticks: heights of the lines across, with their labels.
        weeks: places of the first and the last week, with their labels.
    """

    points: tuple[Point, ...]
    ticks: tuple[tuple[float, str], ...]
    weeks: tuple[tuple[float, str], ...]

    @property
    def line(self) -> str:
        """The points as SVG takes them."""
        return line_through(self.points)


@dataclass(frozen=True, slots=True)
class TimeBars:
    """How long items take.

    Attributes:
        bars: from left to right.
        ticks: places on the axis with their labels.
        median: place of the median.
    """

    bars: tuple[BarShape, ...]
    ticks: tuple[tuple[float, str], ...]
    median: float


def history(shares: Sequence[Estimate], weeks: Sequence[str]) -> History:
    """Return the plot of a share in each week, the oldest first."""
    known = [share for share in shares if math.isfinite(share.value)]
    axis = ShareAxis.of([end for share in known for end in _ends(share)], HEIGHT)
    time = TimeAxis(MARGIN, WIDTH - 8, len(weeks))
    points = []
    for number, (week, share) in enumerate(zip(weeks, shares, strict=True)):
        if math.isfinite(share.value):
            low, high = _ends(share)
            label = f"{week}: {100 * share.value:.0f} %"
            heights = axis.y(share.value), axis.y(low), axis.y(high)
            points.append(Point(time.x(number), *heights, label))
    return History(
        points=tuple(points),
        ticks=axis.ticks,
        weeks=time.ends([week[-3:] for week in weeks]),
    )


def time_bars(
    bins: Sequence[float], edges: Sequence[float], highest: float, median: float
) -> TimeBars:
    """Return the plot of the shares of ``bins`` in seconds, as high as ``highest`` at most."""
    width = WIDTH / len(bins)
    longest = edges[-1]
    bars = []
    for number, share in enumerate(bins):
        if share:
            end = (
                f"to {edges[number + 1]:.0f}" if number < len(bins) - 1 else "and more"
            )
            label = f"{edges[number]:.0f} {end} seconds: {share:.1%} of the items"
            height = round(HEIGHT * share / highest, 1)
            bars.append((round(number * width, 1), round(width - 1, 1), height, label))

    step = math.ceil(len(bins) / N_TICKS)
    ticks = [(WIDTH * edge / longest, f"{edge:.0f} s") for edge in edges[:-1:step]]
    return TimeBars(
        bars=tuple(bars),
        ticks=tuple((round(x, 1), label) for x, label in ticks),
        median=round(WIDTH * min(median, longest) / longest, 1),
    )


def _ends(share: Estimate) -> tuple[float, float]:
    return (share.low, share.high) if share.has_interval else (share.value, share.value)
