"""The section of docs/shops.md on learning curves, and its plot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.shared.drawing import drawing
from benchmarks.shared.markdown import bullets, describe_run, table
from benchmarks.shared.results import OURS, Results, Run
from benchmarks.shops.by_shop import collect_by_shop
from benchmarks.shops.jobs import Job

ROWS = "rows"
"""The metric that counts the rows learned from."""

DRAWN = ("category top1", "brand recall", "price r2", "shipping auc")
"""Metrics that are drawn."""

METHOD = (
    "Shops and folds are those of `benchmarks.shops.run`; the models have their default settings.",
    "A share of the groups of rows that are not tested is kept; a larger share has all of a smaller"
    " one. The tested rows are the same.",
)
"""How the benchmark measures, for the page."""

Curve = list[tuple[float, float]]
"""Rows learned from, and the value of a metric, in the order of the rows."""


def collect(outputs: Mapping[Job, Mapping[str, Any]], run: Run) -> Results:
    """Results by shop, metric and share of the rows: the slice is the share."""
    figures = (
        (job, share, f"{job.model} {metric}", value)
        for job, by_share in outputs.items()
        for share, metrics in by_share.items()
        for metric, value in metrics.items()
    )
    return collect_by_shop(figures, run)


def page_section(run: Run, results: Results, picture: str = "") -> str:
    """The section ``shops curve`` of the page, with the path of its plot."""
    image = [f"![Learning curves]({picture})", ""] if picture else []
    lines = ["## What more rows bring", "", describe_run(run), "", *bullets(METHOD), ""]
    return "\n".join([*lines, *image, *_table(results)])


def curves(results: Results) -> dict[tuple[str, str], Curve]:
    """The curve of each metric in each shop, by metric and shop."""
    points: dict[tuple[str, str], Curve] = defaultdict(list)
    for item in results:
        model, _, metric = item.metric.partition(" ")
        if metric == ROWS or item.value is None:
            continue
        rows = results.get(f"{model} {ROWS}", OURS, item.variant, item.slice)
        if rows and rows.value is not None:
            points[item.metric, item.variant].append((rows.value, item.value))
    return {key: sorted(curve) for key, curve in sorted(points.items())}


def plot(results: Results, path: Path) -> bool:
    """Draw the curves into an SVG; returns whether there was anything to draw."""
    by_metric: dict[str, dict[str, Curve]] = defaultdict(dict)
    for (metric, shop), curve in curves(results).items():
        if metric in DRAWN:
            by_metric[metric][shop] = curve
    if not by_metric:
        return False

    n_metrics = len(by_metric)
    with drawing(path, columns=n_metrics, size=(3.6 * n_metrics, 3.6)) as (_, axes):
        for plot_axes, (metric, by_shop) in zip(axes, by_metric.items(), strict=True):
            _draw_metric(plot_axes, metric, by_shop)
    return True


def _draw_metric(axes: Any, metric: str, by_shop: Mapping[str, Curve]) -> None:
    for shop, curve in by_shop.items():
        rows, values = zip(*curve, strict=True)
        axes.plot(rows, values, "o-", label=shop)
    axes.set(title=metric, xlabel="rows learned from", xscale="log")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")


def _table(results: Results) -> list[str]:
    """Lines of the table: each metric in each shop, by the rows learned from."""
    by_key = curves(results)
    n_points = max(map(len, by_key.values()), default=0)
    head = ["metric", "shop", *[""] * n_points]
    rows = []
    for (metric, shop), curve in by_key.items():
        cells = [f"{count:,.0f}: {value:.3f}" for count, value in curve]
        rows.append([metric, shop, *cells, *[""] * (n_points - len(cells))])
    return table(head, rows)
