"""Points of plots, in units of their drawing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A figure and its interval.

    Attributes:
        x: its place, from the left.
        y: its height, from the top.
        low: height of the lower end of its interval; that of ``y`` where there is none.
        high: height of the upper end.
        label: what it stands for.
    """

    x: float
    y: float
    low: float
    high: float
    label: str


def line_through(points: Iterable[Point]) -> str:
    """Return the points of a line as SVG takes them."""
    return " ".join(f"{point.x},{point.y}" for point in points)
