"""Turns the outputs of the jobs into results: the variant of a result is the shop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.shared.calibration import pooled_error
from benchmarks.shared.results import (
    OURS,
    Result,
    Results,
    Run,
    repeated_result,
    result,
)
from benchmarks.shops.jobs import Job

POOLED = "all folds together"
"""Slice of a calibration error over the rows of all folds: a fold of a small shop has too few."""

ROWS = "rows"
"""Metric that is the number of rows of a shop."""

Outputs = Mapping[Job, Mapping[str, Any]]


def collect(outputs: Outputs, n_rows: Mapping[str, int], run: Run) -> Results:
    """Collect the figures of all contestants in all shops; ``n_rows`` are those of each shop."""
    results: list[Result] = []
    for shop, count in n_rows.items():
        own = {job: outputs[job] for job in outputs if job.shop.name == shop}
        size = result(run, OURS, ROWS, count, variant=shop, dataset=shop, n_rows=count)
        results.append(size)
        results += _figures(own, shop, run)
        results += _pooled_calibration(own, shop, run)
    return Results(results)


def _figures(outputs: Outputs, shop: str, run: Run) -> Iterator[Result]:
    """Figures with a value for each fold, ours first."""
    figures: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    # False sorts before True, and the sort is stable: peers keep their order.
    jobs = sorted(outputs, key=lambda job: job.contestant != OURS)
    for job in jobs:
        for metric, value in outputs[job]["figures"].items():
            figures[job.contestant, metric][job.number] = value

    for key, values in figures.items():
        contestant, metric = key
        yield repeated_result(
            run,
            contestant,
            metric,
            values,
            variant=shop,
            dataset=shop,
        )


def _pooled_calibration(outputs: Outputs, shop: str, run: Run) -> Iterator[Result]:
    confidences = defaultdict(list)
    for output in outputs.values():
        for metric, confidence in output.get("confidences", {}).items():
            confidences[metric].append(confidence)

    for metric, folds in confidences.items():
        error = pooled_error(folds)
        yield result(run, OURS, metric, error, variant=shop, dataset=shop, slice=POOLED)
