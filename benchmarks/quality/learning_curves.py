"""Learning curves of ours and of the best peer: quality by the number of training rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.goals import BRAND, CATEGORY, PAYER, PRICE
from benchmarks.quality.jobs import Job
from benchmarks.shared.comparison import ranked_peers
from benchmarks.shared.drawing import drawing
from benchmarks.shared.results import OURS, TRAIN, Results
from models import NAMES

MAX_FOLDS = 2
"""Folds on which the models are trained with fewer rows."""

REDUCED = ("quarter", "half")
VARIANTS = (*REDUCED, TRAIN, "extra")
"""Shares of the training rows, all of them, and those of a second table as well."""

BOUNDS = {
    goal.metric: goal.bound
    for goal in (*PRICE, CATEGORY[0], CATEGORY[1], BRAND[0], PAYER[0])
}
"""Metrics that are drawn, and the bounds of their goals."""

LEARNED_ROWS = "learned rows"
"""The metric of ours that counts the rows of a variant."""


def curve_jobs(results: Results, folds: Sequence[int]) -> list[Job]:
    """The jobs on fewer rows: ours, and for each metric the peer that is best on all rows."""
    models_of: dict[str, set[str]] = {OURS: set(NAMES)}
    for metric in BOUNDS:
        model, _, _ = metric.partition(" ")
        for peer in ranked_peers(results, metric)[:1]:
            models_of.setdefault(peer, set()).add(model)

    jobs = []
    for variant in REDUCED:
        for contestant, wanted in models_of.items():
            names = tuple(name for name in NAMES if name in wanted)
            for fold in folds[:MAX_FOLDS]:
                jobs.append(Job(variant, fold, contestant, names))
    return jobs


def curve(
    results: Results, metric: str, contestant: str
) -> tuple[list[float], list[float]]:
    """Mean numbers of rows and mean values of a metric, variant by variant.

    The means are over the folds that every variant has.
    """
    rows, values = [], []
    for variant in VARIANTS:
        values_by_fold = results.by_repetition(metric, contestant, variant)
        if values_by_fold:
            values.append(values_by_fold)
            rows_by_fold = results.by_repetition(LEARNED_ROWS, OURS, variant)
            rows.append(rows_by_fold)

    if not values:
        return [], []

    folds = [set(by_fold) for by_fold in values]
    shared_folds = sorted(set.intersection(*folds))
    if not shared_folds:
        return [], []
    return _means(rows, shared_folds), _means(values, shared_folds)


def plot(results: Results, path: Path) -> bool:
    """Draw the curves into an SVG; returns whether there was anything to draw."""
    if not results.values("category top1", variant=REDUCED[0]):
        return False

    with drawing(path, 2, 3, size=(11, 6)) as (_, axes):
        for plot_axes, (metric, bound) in zip(axes, BOUNDS.items(), strict=True):
            _draw(plot_axes, results, metric, bound)
    return True


def _means(variants: Sequence[dict[int, float]], folds: Sequence[int]) -> list[float]:
    means = []
    for by_fold in variants:
        values = [by_fold[fold] for fold in folds]
        means.append(float(np.mean(values)))
    return means


def _draw(axes: Any, results: Results, metric: str, bound: float) -> None:
    for contestant in (OURS, *ranked_peers(results, metric)[:1]):
        rows, values = curve(results, metric, contestant)
        if not rows:
            continue

        axes.plot(rows, values, "o-", label=contestant)
        axes.set(xscale="log")
        axes.minorticks_off()
        if contestant == OURS:
            labels = [f"{count:,.0f}" for count in rows]
            axes.set_xticks(rows, labels)

    axes.axhline(bound, color="grey", linestyle=":", label="goal")
    axes.set(title=metric.replace("_", " "), xlabel="rows learned from")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")
