"""The section of docs/shops.md on what each part brings, rendered from its results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.shared.markdown import bullets, describe_run, format_values, table
from benchmarks.shared.results import Results, Run
from benchmarks.shops.by_shop import Figure, collect_by_shop
from benchmarks.shops.jobs import Job

WHOLE = "whole"
"""The part of the figures with every part."""

GAIN = "gain"
"""Last word of the metrics that are differences of the whole from what is left without a part."""

METHOD = (
    "Shops and folds are those of `benchmarks.shops.run`; the models have their default settings.",
    "A gain is what the whole has over what is left without the part, paired by fold, and its mean"
    " over the shops with the standard error between shops. More is better.",
)
"""How the benchmark measures, for the page."""


def collect(outputs: Mapping[Job, Mapping[str, Any]], run: Run) -> Results:
    """Results of the whole, and the gain that each part brings: the slice is the part."""
    figures = (
        figure for job, by_part in outputs.items() for figure in _gains(job, by_part)
    )
    return collect_by_shop(figures, run)


def page_section(run: Run, results: Results) -> str:
    """The section ``shops ablation`` of the page."""
    lines = ["## What each part brings over all shops", "", describe_run(run), ""]
    return "\n".join([*lines, *bullets(METHOD), "", *result_table(results)])


def result_table(results: Results) -> list[str]:
    """Lines of the table: the gain of each part in each metric, over the shops."""
    rows = []
    for key, values in sorted(_gains_of_shops(results).items()):
        n_better = sum(gain > 0 for gain in values)
        share = f"{n_better} of {len(values)}"
        rows.append([*key, format_values(values, 4), share])
    return table(["metric", "part", "gain", "shops that gain"], rows)


def _gains(job: Job, figures: Mapping[str, Any]) -> Iterator[Figure]:
    """Yield the figures of the whole, and how much less there is without each part."""
    whole = figures[WHOLE]
    for metric, value in whole.items():
        yield job, WHOLE, f"{job.model} {metric}", value

    for part, metrics in figures.items():
        if part == WHOLE:
            continue
        for metric, value in metrics.items():
            # Paired by fold, because folds differ more than parts do.
            gain = whole[metric] - value
            yield job, part, f"{job.model} {metric} {GAIN}", gain


def _gains_of_shops(results: Results) -> dict[tuple[str, str], list[float]]:
    """The gains in all shops, by metric and part."""
    gains: dict[tuple[str, str], list[float]] = defaultdict(list)
    for item in results:
        if item.slice != WHOLE and item.value is not None:
            metric = item.metric.removesuffix(f" {GAIN}")
            gains[metric, item.slice].append(item.value)
    return gains
