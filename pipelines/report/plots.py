"""Plots as SVG to be put into a page: the same figures give the same bytes."""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pipelines.comparing.fields import Field, Part
from pipelines.comparing.figures import Value
from pipelines.comparing.reliability import Point

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


def forest(parts: Sequence[Part], metric: str) -> str:
    """Plot a metric by slice with its interval: the difference of A and B, else that of A."""
    rows = [(part, _value(part, metric)) for part in parts]
    compared = any(_figure(part, metric).b for part in parts)
    with _drawn(WIDTH, 0.9 + 0.25 * (len(rows) + 0.6 * len({p.dimension for p in parts}))) as svg:
        axes, figure = svg.axes, svg.figure
        place, places, labels, before = 0.0, [], [], ""
        for part, value in rows:
            place += 1.6 if before and part.dimension != before else 1.0
            before = part.dimension
            places.append(place)
            labels.append(f"{part.dimension}: {part.name} ({part.rows:,})")
            _whisker(axes, value, place, COLOURS[0])
        if compared:
            axes.axvline(0, color=GREY, linewidth=1)
        axes.set_yticks(places, labels)
        axes.set_ylim(place + 0.8, 0.2)
        axes.grid(axis="x")
        axes.set_xlabel(f"{metric} of A less that of B" if compared else metric)
        figure.set_layout_engine("constrained")
    return svg.text


def reliability(field: Field) -> str:
    """Plot stated against observed shares, with the number of answers below."""
    with _drawn(WIDTH, 5.0, rows=2) as svg:
        top, below = svg.axes
        top.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=":")
        for number, curve in enumerate(field.curves):
            _curve(top, curve, "AB"[number], number)
            _counts(below, curve, number, len(field.curves))
        kind = "quantile" if field.is_price else "probability"
        top.set(xlim=(0, 1), ylim=(-0.03, 1.03), ylabel="came true")
        below.set(xlabel=f"stated {kind}", ylabel="answers", xlim=(0, 1))
        for axes in (top, below):
            axes.grid()
            axes.set_axisbelow(True)
        top.legend(frameon=False, loc="upper left")
        svg.figure.set_layout_engine("constrained")
    return svg.text


class _Drawing:
    """A figure while it is drawn, and its SVG afterwards."""

    def __init__(self, width: float, height: float, rows: int) -> None:
        from matplotlib.figure import Figure

        self.figure = Figure(figsize=(width, height))
        ratios = {"height_ratios": [3, 1][:rows]}
        self.axes: Any = self.figure.subplots(rows, 1, sharex=True, gridspec_kw=ratios)
        self.text = ""


@contextmanager
def _drawn(width: float, height: float, rows: int = 1) -> Iterator[_Drawing]:
    import matplotlib as mpl

    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a browser has the glyphs that our font lacks
        drawing = _Drawing(width, height, rows)
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


def _figure(part: Part, metric: str) -> Any:
    return next(each for each in part.figures if each.metric.name == metric)


def _value(part: Part, metric: str) -> Value:
    found = _figure(part, metric)
    value: Value = found.difference or found.a
    return value


def _whisker(axes: Any, value: Value, place: float, colour: str) -> None:
    if math.isnan(value.low):
        axes.plot([value.value], [place], "o", color="white", markeredgecolor=GREY, markersize=4.5)
        return
    axes.plot([value.low, value.high], [place, place], color=colour, linewidth=1.4)
    axes.plot([value.value], [place], "o", color=colour, markersize=4.5)
