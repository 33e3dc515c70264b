"""The metrics that reports show of every outcome, and what each of them means."""

from __future__ import annotations

from collections.abc import Mapping

from models.evaluation.outcomes import Outcome
from models.evaluation.scoring import (
    ABSTAINED,
    AUC,
    BRIER,
    CALIBRATION_ERROR,
    COVERED,
    INTERVAL_SCORE,
    PRECISION,
    R2,
    RECALL,
    RMSLE,
    TOP1,
    TOP5,
    WIDTH,
    Metric,
)

METRICS = (
    TOP1,
    TOP5,
    AUC,
    RECALL,
    PRECISION,
    BRIER,
    CALIBRATION_ERROR,
    RMSLE,
    R2,
    COVERED,
    INTERVAL_SCORE,
    WIDTH,
    ABSTAINED,
)
"""Every metric of a report, the one that matters most first."""

DESCRIPTIONS: Mapping[str, str] = {
    "top1": "share of listings whose first candidate is right",
    "top5": "share of listings with the right one among five",
    "auc": "chance that of two listings with different answers the right one ranks higher",
    "recall": "share of branded listings whose brand comes first",
    "precision": "share of suggested brands that are right",
    "brier": "mean squared distance of the stated probabilities from what was chosen, 0 to 2",
    "calibration_error": "mean gap between stated and observed shares",
    "rmsle": "root mean squared error of log1p(price)",
    "r2": "explained share of the variance of log1p(price)",
    "coverage": "share of prices inside the 80 % interval; the target is 0.8",
    "interval_score": "mean width of the interval in log1p, with a penalty for misses",
    "width": "median quotient of the interval's ends",
    "abstained": "share of listings where the model abstains",
}
"""A sentence for each metric, by its name."""


def metrics(outcome: Outcome) -> tuple[Metric, ...]:
    """The metrics that an outcome has columns and labels enough for."""
    return tuple(
        metric
        for metric in METRICS
        if metric.needs in outcome.columns and outcome.n_labels >= metric.min_labels
    )
