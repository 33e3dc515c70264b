"""Plots and columns of a profile in the characters of a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.preview import width_of
from ingest.profile.histogram import HEIGHT, WIDTH, Histogram, Tick

COLUMNS = 72
"""Characters of a plot from left to right."""

LINES = 4
"""Characters of a plot from bottom to top."""

BAR_CHARACTERS = 24

_EIGHTHS = " ▁▂▃▄▅▆▇█"


def fit(text: str, width: int) -> str:
    """Return a text that takes ``width`` places of a terminal: filled up, or cut with a sign."""
    if width_of(text) > width:
        while width_of(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - width_of(text))


def text_bar(count: float, longest: float) -> str:
    """Return a horizontal bar; something is never an empty one."""
    if not count:
        return ""
    return "█" * max(1, round(BAR_CHARACTERS * count / longest))


def text_histogram(plot: Histogram) -> Iterator[str]:
    """Yield the lines of a plot: title and figures, bars, and the labels of the axis."""
    yield f"{plot.title}: {plot.caption}"
    heights = _heights(plot)
    for line in reversed(range(LINES)):
        bars = "".join(_block(height - line) for height in heights)
        yield f"  {bars}".rstrip()
    yield f"  {_axis(plot.ticks)}".rstrip()


def _heights(plot: Histogram) -> list[float]:
    """Return the height of each column, in lines."""
    heights = [0.0] * COLUMNS
    for bar in plot.bars:
        start = round(COLUMNS * bar.x / WIDTH)
        stop = round(COLUMNS * (bar.x + bar.width) / WIDTH)
        height = max(LINES * bar.height / HEIGHT, 1 / 8)
        for column in range(start, min(stop, COLUMNS)):
            heights[column] = height
    return heights


def _block(height: float) -> str:
    eighths = round(8 * min(max(height, 0), 1))
    return _EIGHTHS[eighths]


def _axis(ticks: Sequence[Tick]) -> str:
    """Return the labels, each below its place, without those that would touch others."""
    axis = ""
    for tick in ticks:
        start = round(COLUMNS * tick.x / WIDTH)
        if not axis or start > len(axis) + 1:
            axis = axis.ljust(start) + tick.label
    return axis
