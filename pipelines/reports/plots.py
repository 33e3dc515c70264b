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
from pipelines.evaluation.figures import Figure, Value
from pipelines.evaluation.reliability import Point

COLOURS = ("#1f6f8b", "#c8553d")
"""Of A and of B; told apart by people who see few colours, and by the shape of their marks too."""

MARKS = ("o", "s")
GREY = "#8a9099"
WIDTH = 7.2

_STYLE: Any = {
    "svg.fonttype": "none",  # words stay words: a browser draws them, a reader can search them
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


def forest(parts: Sequence[Part], metric: str, *, apart: bool = True) -> str:
    """Plot a metric by slice with its interval.

    Where there are A and B it is their difference, or with ``apart=False`` both beside each other.
    """
    rows = [_figure(part, metric) for part in parts]
    places = list(_places(parts))
    with _drawn(0.9 + 0.25 * places[-1]) as svg:
        (axes,) = svg.axes
        for figure, place in zip(rows, places, strict=True):
            if apart:
                _whisker(axes, figure.difference or figure.a, place, 0)
            for number, value in enumerate((figure.a, figure.b) if not apart else ()):
                if value:
                    _whisker(axes, value, place + 0.3 * number, number)
        _mark(axes, rows[0], apart)
        names = [f"{part.dimension}: {part.name} ({part.rows:,})" for part in parts]
        axes.set_yticks(places, names)
        axes.set_ylim(places[-1] + 0.8, 0.2)
        axes.grid(axis="x")
    return svg.text


def reliability(field: Field) -> str:
    """Plot stated against observed shares; of probabilities with the number of answers below."""
    with _drawn(3.8 if field.is_price else 5.0, rows=1 if field.is_price else 2) as svg:
        top, *rest = svg.axes
        top.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=":")
        for number, curve in enumerate(field.curves):
            _curve(top, curve, "AB"[number], number)
            for below in rest:
                _counts(below, curve, number, len(field.curves))
                below.set(ylabel="answers")
        top.set(xlim=(0, 1), ylim=(-0.03, 1.03), ylabel="came true")
        kind = "quantile" if field.is_price else "probability of the first candidate"
        svg.axes[-1].set(xlabel=f"stated {kind}")
        for axes in svg.axes:
            axes.grid()
            axes.set_axisbelow(True)
        top.legend(frameon=False, loc="upper left")
    return svg.text


class _Drawing:
    """A figure with ``rows`` of axes while it is drawn, and its SVG afterwards."""

    def __init__(self, height: float, rows: int) -> None:
        from matplotlib.figure import Figure

        self.figure = Figure(figsize=(WIDTH, height), layout="constrained")
        ratios = {"height_ratios": [3, 1][:rows]}
        drawn: Any = self.figure.subplots(rows, 1, sharex=True, squeeze=False, gridspec_kw=ratios)
        self.axes: list[Any] = list(drawn[:, 0])
        self.text = ""


@contextmanager
def _drawn(height: float, rows: int = 1) -> Iterator[_Drawing]:
    import matplotlib as mpl

    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a browser has the glyphs that our font lacks
        drawing = _Drawing(height, rows)
        yield drawing
        file = io.StringIO()
        drawing.figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    drawing.text = _inline(file.getvalue())


def _inline(text: str) -> str:
    """The SVG element alone, as wide as the page lets it be, without names that plots share."""
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'<g id="[^"]*"', "<g", text)
    return re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1).replace(
        "<svg ", '<svg role="img" ', 1
    )


def _curve(axes: Any, curve: Sequence[Point], letter: str, number: int) -> None:
    low = [point.observed - point.low for point in curve]
    high = [point.high - point.observed for point in curve]
    axes.errorbar(
        [point.stated for point in curve],
        [point.observed for point in curve],
        yerr=[[max(each, 0) for each in low], [max(each, 0) for each in high]],
        fmt=f"{MARKS[number]}-",
        color=COLOURS[number],
        markersize=4.5,
        linewidth=1.2,
        elinewidth=0.8,
        label=letter,
    )


def _counts(axes: Any, curve: Sequence[Point], number: int, sides: int) -> None:
    width = 0.05 / sides
    places = [point.stated + (number - (sides - 1) / 2) * width for point in curve]
    axes.bar(places, [point.rows for point in curve], width=width, color=COLOURS[number])


def _figure(part: Part, metric: str) -> Figure:
    return next(each for each in part.figures if each.metric.name == metric)


def _places(parts: Sequence[Part]) -> Iterator[float]:
    """How far down each slice is drawn, with a gap between dimensions."""
    place = 1.0
    for before, part in zip((None, *parts), parts, strict=False):
        if before:
            place += 1.6 if part.dimension != before.dimension else 1.0
        yield place


def _whisker(axes: Any, value: Value, place: float, number: int) -> None:
    colour, mark = COLOURS[number], MARKS[number]
    if math.isnan(value.low):
        axes.plot([value.value], [place], mark, color="white", markeredgecolor=GREY, markersize=4.5)
        return
    axes.plot([value.low, value.high], [place, place], color=colour, linewidth=1.4)
    axes.plot([value.value], [place], mark, color=colour, markersize=4.5)


def _mark(axes: Any, figure: Figure, apart: bool) -> None:
    """Name the axis, and draw where A and B are alike, or what is meant."""
    metric = figure.metric
    side = {"lower": "below", "higher": "above"}.get(metric.better)
    if apart and figure.b:
        axes.axvline(0, color=GREY, linewidth=1)
        better = f": {side} 0 A is better" if side else ""
        axes.set_xlabel(f"{metric.name} of A less that of B{better}")
    else:
        axes.set_xlabel(metric.name + (f", {metric.better} is better" if side else ""))
    if metric.better == "near" and not apart:
        axes.axvline(metric.aim, color=GREY, linewidth=1, linestyle=":")
