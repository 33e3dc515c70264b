"""Turns the outputs of the benchmark's jobs into results, pooling rows of all folds where due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.quality.cost import Cost
from benchmarks.quality.jobs import MARKET, Job
from benchmarks.shared.calibration import Confidence, accuracy_of_surest, pooled_error
from benchmarks.shared.intervals import Intervals, coverage, gain_over_constant
from benchmarks.shared.results import (
    OURS,
    TRAIN,
    Result,
    Results,
    Run,
    repeated_result,
    result,
)

INTERVAL_COVERAGE = "price interval coverage"
INTERVAL_GAIN = "price interval score gain"
CONFIDENT_ACCURACY = "accuracy"

CONFIDENT_SHARES = (0.1, 0.2, 0.35, 0.6, 1.0)
"""Shares of the most confident answers whose accuracy is reported."""

POOLED = "all folds together"
"""Slice of a calibration error that is computed over the rows of all folds."""

Outputs = Mapping[Job, Mapping[str, Any]]


def collect(outputs: Outputs, run: Run) -> Results:
    """Collect the results of all jobs; ours come first, then the peers in the order of jobs."""
    ordered = dict(sorted(outputs.items(), key=lambda item: item[0].contestant != OURS))
    return Results(
        [
            *_figures(ordered, run),
            *_market_figures(ordered, run),
            *_intervals(ordered, run),
            *_confidences(ordered, run),
        ]
    )


def cost_results(costs: Mapping[str, Cost], run: Run) -> list[Result]:
    """Results of ``measure_cost``: medians with their quartiles."""
    return [
        result(
            run,
            OURS,
            name,
            cost.median,
            quartiles=(cost.low, cost.high),
            variant="cost",
        )
        for name, cost in costs.items()
    ]


def _figures(outputs: Outputs, run: Run) -> Iterator[Result]:
    figures: dict[tuple[str, str, str], dict[int, float]] = defaultdict(dict)

    for job, output in outputs.items():
        # The figures of the market have one level more, and a function of their own.
        if job.variant == MARKET:
            continue
        for metric, value in output.get("figures", {}).items():
            key = (job.variant, job.contestant, metric)
            figures[key][job.number] = value

    for key, values in figures.items():
        variant, contestant, metric = key
        yield repeated_result(run, contestant, metric, values, variant=variant)


def _market_figures(outputs: Outputs, run: Run) -> Iterator[Result]:
    """Figures on the synthetic market: the variant is a language, or the rules."""
    figures: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)

    for job, output in outputs.items():
        if job.variant != MARKET:
            continue
        for variant, metrics in output["figures"].items():
            for metric, value in metrics.items():
                figures[variant, metric][job.number] = value

    for key, values in figures.items():
        variant, metric = key
        yield repeated_result(
            run, OURS, metric, values, variant=variant, dataset="synthetic"
        )


def _intervals(outputs: Outputs, run: Run) -> Iterator[Result]:
    """Coverage of the price intervals over all folds, and their gain over one width."""
    for context, by_fold in _intervals_by_context(outputs).items():
        intervals = list(by_fold.values())
        yield from _coverage(context, intervals, run)
        # The constant width of a fold comes from the others: with one fold there is none.
        if len(intervals) > 1:
            gains = dict(zip(by_fold, gain_over_constant(intervals), strict=True))
            yield repeated_result(
                run, OURS, f"{INTERVAL_GAIN} {context}", gains, variant=TRAIN
            )


def _intervals_by_context(outputs: Outputs) -> dict[str, dict[int, Intervals]]:
    """The intervals of every fold, by context."""
    folds: dict[str, dict[int, Intervals]] = defaultdict(dict)
    for job, output in outputs.items():
        if job.variant == TRAIN:
            for context, intervals in output.get("intervals", {}).items():
                folds[context][job.number] = Intervals.from_json(intervals)
    return folds


def _coverage(context: str, folds: Sequence[Intervals], run: Run) -> Iterator[Result]:
    for root, share in coverage(folds).items():
        yield result(
            run,
            OURS,
            f"{INTERVAL_COVERAGE} {context}",
            share.value,
            standard_error=share.standard_error,
            variant=TRAIN,
            slice=root,
            n_rows=share.n_rows,
        )


def _confidences(outputs: Outputs, run: Run) -> Iterator[Result]:
    """Accuracy of the most confident answers, and calibration over the rows of all folds."""
    folds: dict[str, list[Confidence]] = defaultdict(list)

    for job, output in outputs.items():
        # Curves on fewer rows have calibrations of their own, which are not pooled with these.
        if (job.variant, job.contestant) == (TRAIN, OURS):
            for metric, confidence in output.get("confidences", {}).items():
                folds[metric].append(confidence)

    for metric, confidences in folds.items():
        yield from _surest(metric, confidences, run)
        error = pooled_error(confidences)
        yield result(run, OURS, metric, error, variant=TRAIN, slice=POOLED)


def _surest(
    metric: str, confidences: Sequence[Confidence], run: Run
) -> Iterator[Result]:
    name = f"{metric.removesuffix('calibration_error')}{CONFIDENT_ACCURACY}"
    for share in CONFIDENT_SHARES:
        accuracy = accuracy_of_surest(confidences, share)
        label = f"surest {share:.0%}"
        yield result(run, OURS, name, accuracy, variant=TRAIN, slice=label)
