"""Comparisons of our models with their peers: ranks and paired differences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.shared.results import OURS, TRAIN, Results

LOWER_IS_BETTER = (
    "rmsle",
    "calibration_error",
    "seconds to train",
    "microseconds a listing",
)
"""Endings of the metrics of which less is better."""


def ranked_peers(results: Results, metric: str, variant: str = TRAIN) -> list[str]:
    """The peers that have a metric, the best first; one that was not reached counts as 0."""
    scores: dict[str, float] = {}

    for name in results.contestants(metric, variant):
        if name != OURS:
            values = results.values(metric, name, variant)
            mean = float(np.mean(values))
            scores[name] = float(np.nan_to_num(mean))

    is_descending = not metric.endswith(LOWER_IS_BETTER)
    return sorted(
        scores,
        key=lambda name: scores[name],
        reverse=is_descending,
    )


def gains(
    results: Results, metric: str, peer: str, variant: str = TRAIN
) -> list[float]:
    """By how much ours is better than a peer, fold by fold, in the folds that both have."""
    ours = results.by_repetition(metric, OURS, variant)
    theirs = results.by_repetition(metric, peer, variant)
    shared_folds = sorted(ours.keys() & theirs.keys())
    sign = -1 if metric.endswith(LOWER_IS_BETTER) else 1

    # Paired by fold, because folds differ more from each other than contestants do.
    differences = []
    for fold in shared_folds:
        difference = ours[fold] - theirs[fold]
        differences.append(sign * difference)
    return differences


def two_standard_errors(values: Sequence[float]) -> float:
    """Two standard errors of the mean; 0 for a single value."""
    if len(values) < 2:
        return 0.0
    deviation = np.std(values, ddof=1)
    standard_error = float(deviation / np.sqrt(len(values)))
    return 2 * standard_error
