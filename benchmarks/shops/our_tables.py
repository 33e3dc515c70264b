"""Tables about our models alone: reliability, and what photos bring beside text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.shared.markdown import format_values, table
from benchmarks.shared.results import OURS, Results
from benchmarks.shops.collect import POOLED

GOAL = (
    "Goals: 80 % intervals cover 76 to 84 % of the prices, and calibration errors, over the rows of"
    " all folds together, are at most .05."
)

COVERAGES = ("price coverage", "price warm_coverage")

ALONE = {"text": "text_alone_", "photo": "photo_alone_"}
"""Prefixes of the metrics of listings that show their text alone or their photos alone."""

PHOTO_METRICS = {"category": "top1", "brand": "top1", "price": "r2"}
"""The metric of each model that is compared between text, photo and both."""


def reliability_table(results: Results, shops: Sequence[str]) -> list[str]:
    """Lines of the coverage of the 80 % intervals and of the calibration errors."""
    # A dictionary keeps the order of measurement, a set would not.
    pooled = [item.metric for item in results if item.slice == POOLED]
    errors = list(dict.fromkeys(pooled))

    rows = []
    for shop in shops:
        cells = list(_reliability(results, shop, errors))
        if any(cells):
            rows.append([shop, *cells])
    if not rows:
        return []

    names = [f"error, {name.removesuffix('calibration_error')}" for name in errors]
    header = ["", "80 % interval covers", "covers, warm", *names]
    return [*table(header, rows), "", GOAL]


def photo_table(results: Results, shops: Sequence[str]) -> list[str]:
    """Lines that compare text and photos with either alone, for listings that have both."""
    rows = []
    for shop in shops:
        for model, metric in PHOTO_METRICS.items():
            cells = _photo_cells(results, shop, model, metric)
            if cells:
                rows.append([f"{shop}, {model} {metric}", *cells])

    gains = [f"both better than {name} by" for name in ALONE]
    return table(["", "both", *ALONE, *gains], rows)


def _reliability(results: Results, shop: str, errors: Sequence[str]) -> Iterator[str]:
    for name in COVERAGES:
        values = results.values(name, OURS, shop)
        yield format_values(values)

    for metric in errors:
        item = results.get(metric, OURS, shop, POOLED)
        yield item.estimate.format() if item else ""


def _photo_cells(results: Results, shop: str, model: str, metric: str) -> list[str]:
    """Figures and differences; nothing for a shop without texts or without photos."""
    both = results.values(f"{model} {metric}", OURS, shop)
    alone = [
        results.values(f"{model} {prefix}{metric}", OURS, shop)
        for prefix in ALONE.values()
    ]
    if not all(alone):
        return []

    gains = []
    for values in alone:
        # Paired by fold; the few listings without a photo count in "both" alone.
        differences = [a - b for a, b in zip(both, values, strict=True)]
        gains.append(differences)
    return [format_values(values) for values in (both, *alone, *gains)]
