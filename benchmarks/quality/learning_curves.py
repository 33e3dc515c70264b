"""Learning curves: what more rows would bring us, and the best peer, on two of the folds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.goals import BRAND, CATEGORY, PAYER, PRICE
from benchmarks.quality.jobs import OURS, Job
from benchmarks.quality.results import Results
from common.store.atomic import atomic_file
from models import NAMES

FOLDS = 2
VARIANTS = ("quarter", "half", "train", "extra")
"""Shares of the training rows, all of them, and those of a second table as well."""

CURVES = {
    goal.metric: goal.bound for goal in (*PRICE, CATEGORY[0], CATEGORY[1], BRAND[0], PAYER[0])
}
"""Metrics that are drawn, and their goals."""

LEARNED = "learned rows"
"""The metric of ours that counts the rows of a variant."""


def curve_jobs(found: Results, folds: Sequence[int]) -> list[Job]:
    """Name the jobs on fewer rows: ours, and for each metric the peer that is best on all rows."""
    wanted: dict[str, set[str]] = {OURS: set(NAMES)}
    for metric in CURVES:
        for peer in found.peers(metric)[:1]:
            wanted.setdefault(peer, set()).add(metric.partition(" ")[0])
    return [
        Job(variant, fold, who, tuple(name for name in NAMES if name in names))
        for variant in VARIANTS[:2]
        for who, names in wanted.items()
        for fold in folds[:FOLDS]
    ]


def curve(found: Results, metric: str, contestant: str) -> tuple[list[float], list[float]]:
    """Return mean numbers of rows and mean values of a metric, variant by variant, on the folds
    that every variant has.
    """
    variants = [each for each in VARIANTS if found.values(metric, contestant, each)]
    tables = [found.figures[each, contestant, metric] for each in variants]
    folds = sorted(set.intersection(*(set(each) for each in tables))) if tables else []
    rows = [found.figures[each, OURS, LEARNED] for each in variants]
    means = [[float(np.mean([table[fold] for fold in folds])) for table in each]
             for each in (rows, tables)] if folds else [[], []]  # fmt: skip
    return means[0], means[1]


def plot(found: Results, path: Path) -> bool:
    """Draw the curves into an SVG; tell whether there was anything to draw."""
    if not found.values("category top1", variant=VARIANTS[0]):
        return False
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "quality"  # the same figures give the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 3, figsize=(11, 6), layout="constrained")
    for place, (metric, goal) in zip(axes.flat, CURVES.items(), strict=True):
        _draw(place, found, metric, goal)
    with atomic_file(path) as draft:
        figure.savefig(draft, format="svg", metadata={"Date": None})
    pyplot.close(figure)
    return True


def _draw(axes: Any, found: Results, metric: str, goal: float) -> None:
    for who in (OURS, *found.peers(metric)[:1]):
        rows, values = curve(found, metric, who)
        if rows:
            axes.plot(rows, values, "o-", label=who)
            axes.set(xscale="log")
            axes.minorticks_off()
            if who == OURS:
                axes.set_xticks(rows, [f"{each:,.0f}" for each in rows])
    axes.axhline(goal, color="grey", linestyle=":", label="goal")
    axes.set(title=metric.replace("_", " "), xlabel="rows learned from")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")
