"""Plots of the notebooks, as SVG; all are read without colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipelines.exploration.snapshot_frame import PRICE_LEVELS
from pipelines.reports.plots import COLOURS, GREY, drawing

if TYPE_CHECKING:
    import pandas as pd

ROW_HEIGHT = 0.28
"""Inches of a row of a plot that has one for each group."""

MARKS = "osD^vP"
LINES = ("-", "--", ":", "-.")

DARK = 0.6
"""Share from which a cell is so dark that its text is white."""


def coverage(table: pd.DataFrame) -> str:
    """Plot the shares of ``label_coverage``: the darker, the more rows have the label."""
    shares = table.drop(columns="rows")
    with drawing(0.9 + ROW_HEIGHT * len(shares)) as plot:
        axes = plot.axes[0]
        axes.imshow(shares.to_numpy(float), cmap="Greys", vmin=0, vmax=1, aspect="auto")
        for row, values in enumerate(shares.to_numpy(float)):
            for column, share in enumerate(values):
                colour = "white" if share > DARK else "black"
                axes.text(
                    column, row, f"{share:.0%}", ha="center", va="center", color=colour
                )
        axes.set_xticks(range(shares.shape[1]), list(shares.columns))
        axes.set_yticks(range(len(shares)), _names(table))
        axes.set(xlabel="share of the rows that have the label")
    return plot.svg


def prices(table: pd.DataFrame) -> str:
    """Plot ``price_quantiles``: the median, half of the prices, and nine in ten of them."""
    low, lower, median, upper, high = (table[level] for level in PRICE_LEVELS)
    heights = range(len(table))
    with drawing(0.9 + ROW_HEIGHT * len(table)) as plot:
        axes = plot.axes[0]
        axes.hlines(heights, low, high, color=GREY, linewidth=1, label="9 in 10")
        axes.hlines(heights, lower, upper, color=COLOURS[0], linewidth=5, label="half")
        axes.plot(median, heights, "|", color="black", markersize=11, label="median")
        axes.set_xscale("log")
        axes.set_yticks(heights, _names(table))
        axes.invert_yaxis()
        axes.grid(axis="x")
        axes.set(xlabel=f"price in {table.columns.name} (logarithmic)")
        axes.legend(frameon=False, ncols=3, loc="lower left", bbox_to_anchor=(0, 1))
    return plot.svg


def values_needed(shares: Mapping[str, Sequence[float]]) -> str:
    """Plot how many of the commonest values cover which share of the rows, by field."""
    with drawing(3.2) as plot:
        axes = plot.axes[0]
        for number, (name, covered) in enumerate(shares.items()):
            axes.plot(
                range(1, len(covered) + 1),
                covered,
                LINES[number % len(LINES)],
                color=COLOURS[number % len(COLOURS)],
                label=f"{name}: {len(covered):,} values",
            )
        axes.set_xscale("log")
        axes.set(
            xlabel="number of the commonest values (logarithmic)",
            ylabel="share of the labelled rows",
            ylim=(0, 1.02),
        )
        axes.grid()
        axes.legend(frameon=False)
    return plot.svg


def history(table: pd.DataFrame, unit: str) -> str:
    """Plot the columns of a table over its index of times; ``unit`` says what they are."""
    with drawing(3.2) as plot:
        axes = plot.axes[0]
        for number, name in enumerate(table.columns):
            values = table[name].dropna()
            style = MARKS[number % len(MARKS)] + LINES[number % len(LINES)]
            axes.plot(values.index, values, style, label=name, markersize=5)
        axes.set(xlabel="start of the run (UTC)", ylabel=unit)
        axes.grid()
        axes.tick_params(axis="x", rotation=25)
        axes.legend(frameon=False)
    return plot.svg


def bars(values: pd.Series[Any], unit: str) -> str:
    """Plot a series as horizontal bars, the largest first; ``unit`` says what they are."""
    largest_last = values.sort_values()
    with drawing(0.9 + ROW_HEIGHT * max(len(values), 1)) as plot:
        axes = plot.axes[0]
        axes.barh([str(name) for name in largest_last.index], largest_last, color=GREY)
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        axes.set(xlabel=unit)
    return plot.svg


def _names(table: pd.DataFrame) -> list[str]:
    return [
        f"{name} ({rows:,.0f})"
        for name, rows in zip(table.index, table["rows"], strict=True)
    ]
