"""The plot of docs/shops.md: differences from the best peer in standard errors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.shared.drawing import drawing
from benchmarks.shared.results import Results
from benchmarks.shops.report import shops_of
from benchmarks.shops.standing import COMPARED, Comparison, compare

LIMIT = 12.0
"""Standard errors at which the plot ends; what lies beyond is drawn at its edge."""


BOUNDS = (-1, 2)
"""Standard errors from which on ours is level, and ahead."""


def plot(results: Results, path: Path) -> bool:
    """Draw the differences into an SVG; returns whether there was anything to draw."""
    comparisons = compare(results, shops_of(results))
    if not comparisons:
        return False

    with drawing(path, size=(9, 5)) as (_, [axes]):
        _draw(axes, comparisons)
    return True


def _draw(axes: Any, comparisons: Sequence[Comparison]) -> None:
    """A row for each metric, and a point for each shop."""
    measured = {item.metric for item in comparisons}
    metrics = [name for name in COMPARED if name in measured]
    for shop in dict.fromkeys(item.shop for item in comparisons):
        own = [item for item in comparisons if item.shop == shop]
        errors = np.clip([item.errors for item in own], -LIMIT, LIMIT)
        rows = [metrics.index(item.metric) for item in own]
        axes.plot(errors, rows, "o", label=shop, alpha=0.8)

    _decorate(axes, metrics)


def _decorate(axes: Any, metrics: Sequence[str]) -> None:
    labels = [name.replace("_", " ") for name in metrics]
    axes.set_yticks(range(len(metrics)), labels)
    for bound in BOUNDS:
        axes.axvline(bound, color="grey", linestyle=":")
    axes.set(xlabel="better than the best peer, in standard errors of the difference")
    axes.invert_yaxis()
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
