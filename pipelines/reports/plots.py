"""Plots as SVG to be put into a page: the same figures give the same bytes."""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pipelines.evaluation.fields import Field, Part
from pipelines.evaluation.figures import MeasuredMetric, Value
from pipelines.evaluation.reliability import Point

COLOURS = ("#1f6f8b", "#c8553d")
"""Of A and of B; people who see few colours tell them apart by the shape of the marks."""

MARKS = ("o", "s")
GREY = "#8a9099"

WIDTH = 7.2
"""Inches, as heights are."""

ROW_HEIGHT = 0.25
"""Height of a slice in a forest plot."""

DIMENSION_GAP = 1.6
"""Rows between the last slice of a dimension and the first of the next."""

_STYLE: Any = {
    # Words stay words: a browser draws them, a reader can search them.
    "svg.fonttype": "none",
    "svg.hashsalt": "listrec",
    "text.parse_math": False,  # a dollar in a category is a dollar
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "xtick.color": "#444a52",
    "ytick.color": "#444a52",
    "grid.color": "#e3e6ea",
}


def forest(parts: Sequence[Part], metric: str, *, as_difference: bool = True) -> str:
    """Plot a metric by slice with its interval.

    Where there are A and B it is their difference, or with ``as_difference=False`` both beside
    each other.
    """
    figures = [_figure(part, metric) for part in parts]
    heights = list(_heights(parts))

    with drawing(0.9 + ROW_HEIGHT * heights[-1]) as plot:
        axes = plot.axes[0]
        for figure, height in zip(figures, heights, strict=True):
            if as_difference:
                _whisker(axes, figure.difference or figure.a, height, side=0)
            else:
                _whiskers(axes, figure, height)
        _label_axis(axes, figures[0], as_difference)
        _name_parts(axes, parts, heights)
    return plot.svg


def reliability(field: Field) -> str:
    """Plot stated against observed shares; of probabilities with the number of answers below."""
    if field.is_price:
        stated, height, n_axes = "quantile", 3.8, 1
    else:
        stated, height, n_axes = "probability of the first candidate", 5.0, 2

    with drawing(height, n_axes) as plot:
        top, bottom = plot.axes[0], plot.axes[-1]
        _curves(top, field.curves)
        if not field.is_price:
            _counts(bottom, field.curves)

        bottom.set(xlabel=f"stated {stated}")
        for axes in plot.axes:
            axes.grid()
            axes.set_axisbelow(True)
        top.legend(frameon=False, loc="upper left")
    return plot.svg


class Drawing:
    """A figure with ``n_axes`` axes below each other while it is drawn, and its SVG afterwards."""

    def __init__(self, height: float, n_axes: int) -> None:
        """Make the axes, which share the one from left to right."""
        from matplotlib.figure import Figure

        self.figure = Figure(figsize=(WIDTH, height), layout="constrained")
        subplots: Any = self.figure.subplots(
            n_axes,
            1,
            sharex=True,
            squeeze=False,
            gridspec_kw={"height_ratios": [3, 1][:n_axes]},
        )
        self.axes: list[Any] = list(subplots[:, 0])
        self.svg = ""


@contextmanager
def drawing(height: float, n_axes: int = 1) -> Iterator[Drawing]:
    """Yield a figure to draw on, ``height`` inches high; it has its SVG when the block ends."""
    import matplotlib as mpl

    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a browser has the glyphs that our font lacks
        plot = Drawing(height, n_axes)
        yield plot
        file = io.StringIO()
        plot.figure.savefig(
            file,
            format="svg",
            metadata={"Date": None, "Creator": None},  # the same bytes on every day
        )
    plot.svg = _inline(file.getvalue())


def _inline(text: str) -> str:
    """The SVG element alone, as wide as the page lets it be, without ids that plots share."""
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'<g id="[^"]*"', "<g", text)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    return text.replace("<svg ", '<svg role="img" ', 1)


def _curves(axes: Any, curves: Sequence[Sequence[Point]]) -> None:
    """The curves of A and of B, if any, and the diagonal on which stated shares come true."""
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=":")
    for side, curve in enumerate(curves):
        _curve(axes, curve, side)

    # Intervals of the outer points reach a little beyond the square.
    axes.set(xlim=(0, 1), ylim=(-0.03, 1.03), ylabel="came true")


def _curve(axes: Any, curve: Sequence[Point], side: int) -> None:
    stated = [point.stated for point in curve]
    observed = [point.observed for point in curve]
    # Rounding may put an end on the wrong side of the point, which matplotlib refuses.
    below = [max(point.observed - point.low, 0) for point in curve]
    above = [max(point.high - point.observed, 0) for point in curve]

    axes.errorbar(
        stated,
        observed,
        yerr=[below, above],
        fmt=f"{MARKS[side]}-",
        color=COLOURS[side],
        markersize=4.5,
        linewidth=1.2,
        elinewidth=0.8,
        label="AB"[side],
    )


def _counts(axes: Any, curves: Sequence[Sequence[Point]]) -> None:
    """The number of answers at each point, as bars of A and of B beside each other."""
    axes.set(ylabel="answers")
    n_sides = len(curves)
    width = 0.05 / n_sides

    for side, curve in enumerate(curves):
        shift = (side - (n_sides - 1) / 2) * width
        axes.bar(
            [point.stated + shift for point in curve],
            [point.rows for point in curve],
            width=width,
            color=COLOURS[side],
        )


def _name_parts(axes: Any, parts: Sequence[Part], heights: Sequence[float]) -> None:
    names = [f"{part.dimension}: {part.name} ({part.rows:,})" for part in parts]
    axes.set_yticks(heights, names)
    axes.set_ylim(heights[-1] + 0.8, 0.2)  # upside down: the first slice is on top
    axes.grid(axis="x")


def _figure(part: Part, metric: str) -> MeasuredMetric:
    return next(figure for figure in part.figures if figure.metric.name == metric)


def _heights(parts: Sequence[Part]) -> Iterator[float]:
    """How far down each slice is drawn, with a gap between dimensions."""
    height = 1.0
    previous = parts[0].dimension
    for index, part in enumerate(parts):
        if index:
            height += 1.0 if part.dimension == previous else DIMENSION_GAP
        previous = part.dimension
        yield height


def _whiskers(axes: Any, figure: MeasuredMetric, height: float) -> None:
    """The values of A and of B, if any, below each other."""
    _whisker(axes, figure.a, height, side=0)
    if figure.b:
        _whisker(axes, figure.b, height + 0.3, side=1)


def _whisker(axes: Any, value: Value, height: float, side: int) -> None:
    """A value and its interval; hollow where there is none."""
    if math.isnan(value.low):
        axes.plot(
            [value.value],
            [height],
            MARKS[side],
            color="white",
            markeredgecolor=GREY,
            markersize=4.5,
        )
        return

    colour = COLOURS[side]
    axes.plot([value.low, value.high], [height, height], color=colour, linewidth=1.4)
    axes.plot([value.value], [height], MARKS[side], color=colour, markersize=4.5)


def _label_axis(axes: Any, figure: MeasuredMetric, as_difference: bool) -> None:
    """Name the axis; draw a line where A and B are equal, or at the aim of the metric."""
    metric = figure.metric
    side_of_better = {"lower": "below", "higher": "above"}.get(metric.better)

    if as_difference and figure.b:
        axes.axvline(0, color=GREY, linewidth=1)
        better = f": {side_of_better} 0 A is better" if side_of_better else ""
        axes.set_xlabel(f"{metric.name} of A less that of B{better}")
    else:
        better = f", {metric.better} is better" if side_of_better else ""
        axes.set_xlabel(metric.name + better)

    if metric.better == "near" and not as_difference:
        axes.axvline(metric.aim, color=GREY, linewidth=1, linestyle=":")
