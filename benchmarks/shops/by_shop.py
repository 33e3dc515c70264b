"""Results of an experiment by shop, metric and condition, which is the slice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from benchmarks.shared.results import OURS, Results, Run, repeated_result
from benchmarks.shops.jobs import Job

Figure = tuple[Job, str, str, float]
"""Job, condition, metric and value."""


def collect_by_shop(figures: Iterable[Figure], run: Run) -> Results:
    """Results with a value for each fold."""
    values: dict[tuple[str, str, str], dict[int, float]] = defaultdict(dict)
    for job, condition, metric, value in figures:
        values[job.shop.name, condition, metric][job.number] = value

    results = []
    for (shop, condition, metric), by_fold in values.items():
        where = {"variant": shop, "dataset": shop, "slice": condition}
        results.append(repeated_result(run, OURS, metric, by_fold, **where))
    return Results(results)
