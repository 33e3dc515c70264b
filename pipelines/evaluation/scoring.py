"""Metrics as functions of outcomes' columns and of how often each row counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from models.evaluation import FULL_METRIC_PREFIX, ROWS_PER_BIN
from pipelines.evaluation import bootstrap
from pipelines.evaluation.bootstrap import Values, mean
from pipelines.evaluation.outcomes import COVERED, Columns, Outcome


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of some rows; ``better`` is ``higher``, ``lower``, ``near`` (``aim``) or empty.

    ``value`` takes weights ``[draws, rows]`` and columns, and gives ``[draws]``; ``needs`` names
    a column without which there is no such figure. A figure that grows with noise is higher in
    every draw than in the rows they come from; ``centred`` moves its draws back by that bias.
    """

    name: str
    better: str
    needs: str
    value: Callable[[Values, Columns], Values]
    aim: float = 0.0
    centred: bool = False

    def goodness(self, values: Values) -> Values:
        """The same values on a scale where more is better."""
        if self.better == "near":
            return -np.abs(values - self.aim)
        return -values if self.better == "lower" else values


def metrics(outcome: Outcome) -> tuple[Metric, ...]:
    """The metrics that an outcome has columns for, the one that matters most first."""
    return tuple(each for each in METRICS if each.needs in outcome.columns)


def full_name(outcome: Outcome, metric: Metric) -> str:
    """What a model's ``evaluate`` calls the metric: ``warm_top1``, ``parcel_size_top1``."""
    field = "" if outcome.main else f"{outcome.field}_"
    return f"{field}{FULL_METRIC_PREFIX * outcome.is_full}{metric.name}"


def _column(name: str) -> Callable[[Values, Columns], Values]:
    return lambda weights, columns: mean(weights, columns[name])


def _share(of: str) -> Callable[[Values, Columns], Values]:
    """The share of hits among the rows where a column is 1."""

    def value(weights: Values, columns: Columns) -> Values:
        hits, rows = weights @ (columns["hit"] * columns[of]), weights @ columns[of]
        with np.errstate(invalid="ignore"):
            found: Values = hits / rows
        return found

    return value


def _calibration_error(weights: Values, columns: Columns) -> Values:
    """As ``metrics.expected_calibration_error``, over as many of 15 bins as the rows can fill."""
    rows = len(columns["sure"])
    bins = min(max(rows // ROWS_PER_BIN, 1), 15)
    gaps = np.zeros((rows, bins))
    which = np.minimum((columns["sure"] * bins).astype(int), bins - 1)
    gaps[np.arange(rows), which] = columns["hit"] - columns["sure"]
    found: Values = np.abs(weights @ gaps).sum(axis=1) / weights.sum(axis=1)
    return found


def _r2(weights: Values, columns: Columns) -> Values:
    truth = columns["truth"]
    spread = mean(weights, truth**2) - mean(weights, truth) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Values = 1 - mean(weights, columns["squared"]) / spread
    return found


def _auc(weights: Values, columns: Columns) -> Values:
    return bootstrap.auc(weights, columns["positive"], columns["score"])


def _rmsle(weights: Values, columns: Columns) -> Values:
    return np.sqrt(mean(weights, columns["squared"]))


def _width(weights: Values, columns: Columns) -> Values:
    return bootstrap.median(weights, columns["width"])


METRICS = (
    Metric("top1", "higher", "hit", _column("hit")),
    Metric("top5", "higher", "among", _column("among")),
    Metric("auc", "higher", "positive", _auc),
    Metric("recall", "higher", "branded", _share("branded")),
    Metric("precision", "higher", "named", _share("named")),
    Metric("brier", "lower", "hit", _column("brier")),
    Metric("calibration_error", "lower", "hit", _calibration_error, centred=True),
    Metric("rmsle", "lower", "winkler", _rmsle),
    Metric("r2", "higher", "winkler", _r2),
    Metric("coverage", "near", "winkler", _column("inside"), aim=COVERED),
    Metric("interval_score", "lower", "winkler", _column("winkler")),
    Metric("width", "", "winkler", _width),
    Metric("abstained", "", "abstained", _column("abstained")),
)
"""Every metric there is; an outcome has those it has the columns for."""

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
    "coverage": "share of prices inside the 80 % interval; 0.8 is meant",
    "interval_score": "mean width of the interval in log1p, with a penalty for misses",
    "width": "median quotient of the interval's ends",
    "abstained": "share of listings where it would rather not say",
}
