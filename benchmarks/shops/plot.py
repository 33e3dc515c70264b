"""The plot of docs/shops.md: differences from the best peer in standard errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.shared.results import Results
from benchmarks.shops.report import shops_of
from benchmarks.shops.standing import COMPARED, Comparison, compare
from common.store.atomic import atomic_file

LIMIT = 12.0
"""Standard errors at which the plot ends; what lies beyond is drawn at its edge."""


def plot(results: Results, path: Path) -> bool:
    """Draw the differences into an SVG; returns whether there was anything to draw."""
    comparisons = compare(results, shops_of(results))
    if not comparisons:
        return False

    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "shops"  # the same figures give the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 5), layout="constrained")
    _draw(axes, comparisons)
    with atomic_file(path) as draft:
        figure.savefig(draft, format="svg", metadata={"Date": None})
    pyplot.close(figure)
    return True


def _draw(axes: Any, comparisons: list[Comparison]) -> None:
    """A row for each metric, and a point for each shop."""
    metrics = [
        name for name in COMPARED if any(item.metric == name for item in comparisons)
    ]
    for shop in dict.fromkeys(item.shop for item in comparisons):
        own = [item for item in comparisons if item.shop == shop]
        errors = [max(-LIMIT, min(LIMIT, item.errors)) for item in own]
        rows = [metrics.index(item.metric) for item in own]
        axes.plot(errors, rows, "o", label=shop, alpha=0.8)

    for bound, name in ((-1, "level"), (2, "ahead")):
        axes.axvline(bound, color="grey", linestyle=":")
        axes.text(bound, -0.8, name, ha="center", fontsize="small")
    axes.set_yticks(range(len(metrics)), [name.replace("_", " ") for name in metrics])
    axes.set(xlabel="better than the best peer, in standard errors of the difference")
    axes.invert_yaxis()
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
