"""Metrics of outcomes: the catalogue, and the dictionary that a model's evaluation returns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from common import metrics
from common.metrics import Score, Values, Weights
from models.evaluation.columns import COVERAGE, Columns
from models.evaluation.outcomes import Outcome
from models.evaluation.views import EARLY, View

ROWS_PER_BIN = 50
"""With fewer rows a bin, chance alone would look like bad calibration."""

MAX_BINS = 15
"""Bins of the calibration error where there are rows enough."""


MAX_LIFT = 1e6
"""Lift of a model that makes no error at all."""

_SMALLEST = 1e-300
"""Divisor in place of 0."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of one outcome.

    Attributes:
        name: its name in ``models.evaluate``, mlflow and gates, without the prefix of a view.
        better: ``higher``, ``lower``, ``near`` (to ``aim``), or empty where none is better.
        needs: a column without which there is no such metric.
        value: computes it from columns ``[rows]`` and weights ``[rows]`` or ``[draws, rows]``.
        aim: the value that a metric which should be ``near`` one is compared with.
        is_centred: whether the bias of a bootstrap is taken out of its draws: a metric that grows
            with noise is higher in every draw than in the rows they come from.
        is_optional: whether it is left out where the rows do not define it; others are NaN.
        min_labels: distinct labels below which it says nothing.
    """

    name: str
    better: str
    needs: str
    value: Callable[[Columns, Weights | None], Score]
    aim: float = 0.0
    is_centred: bool = False
    is_optional: bool = False
    min_labels: int = 0

    def goodness(self, values: Values) -> Values:
        """The same values on a scale where more is better."""
        if self.better == "near":
            return -np.abs(values - self.aim)
        return -values if self.better == "lower" else values


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A model's metrics by their names, and the outcomes they were computed from."""

    metrics: dict[str, float]
    outcomes: tuple[Outcome, ...] = ()


def measure(
    outcomes: Sequence[Outcome], wanted: Mapping[View, Sequence[Metric]]
) -> dict[str, float]:
    """Compute the wanted metrics of every outcome in such a view, in the order of outcomes."""
    measured: dict[str, float] = {}
    for outcome in outcomes:
        for metric in wanted.get(outcome.view, ()):
            value = score(outcome, metric)
            if metric.is_optional and math.isnan(value):
                continue
            measured[full_name(outcome, metric)] = value
    return measured


def measure_main(
    outcomes: Iterable[Outcome],
    wanted: Mapping[View, Sequence[Metric]],
    baseline: Metric,
) -> dict[str, float]:
    """Measure a model's main field: ``rows``, the wanted metrics, ``baseline`` and ``lift``.

    ``lift`` compares the first early metric with the baseline, so that more is better; it is left
    out where the baseline makes no error on these very rows. Without a row that has a label there
    is nothing but ``rows``.
    """
    main = [outcome for outcome in outcomes if outcome.is_main]
    if not main:
        return {"rows": 0.0}

    measured = {"rows": float(len(main[0].rows))} | measure(main, wanted)
    reference = measured["baseline"] = score(main[0], baseline)

    headline = wanted[EARLY][0]
    if reference > 0:
        value = measured[headline.name]
        measured["lift"] = float(lift(headline, value, reference))
    return measured


def lift(headline: Metric, value: Score, reference: Score) -> Score:
    """Return how many times better a value is than that of a baseline; 1 is as good."""
    is_error = headline.better == "lower"
    better, worse = (reference, value) if is_error else (value, reference)
    return np.minimum(better / np.maximum(worse, _SMALLEST), MAX_LIFT)


def score(outcome: Outcome, metric: Metric) -> float:
    """Compute one metric over all rows of an outcome; NaN where it has no such column."""
    if metric.needs not in outcome.columns:
        return math.nan
    return float(metric.value(outcome.columns, None))


def full_name(outcome: Outcome, metric: Metric) -> str:
    """Name a metric as ``models.evaluate`` does: ``warm_top1``, ``parcel_size_top1``."""
    field = "" if outcome.is_main else f"{outcome.field}_"
    return f"{field}{outcome.view.metric_prefix}{metric.name}"


def calibration_bins(rows: int) -> int:
    """Number of bins of the calibration error that so many rows can fill, at most 15."""
    return min(max(rows // ROWS_PER_BIN, 1), MAX_BINS)


def _mean(column: str, columns: Columns, weights: Weights | None) -> Score:
    return metrics.mean(columns[column], weights)


def _mean_where(
    column: str, condition: str, columns: Columns, weights: Weights | None
) -> Score:
    return metrics.conditional_mean(columns[column], columns[condition], weights)


def _calibration_error(columns: Columns, weights: Weights | None) -> Score:
    return metrics.expected_calibration_error(
        columns["hit"],
        columns["confidence"],
        calibration_bins(len(columns["hit"])),
        weights,
    )


def _auc(columns: Columns, weights: Weights | None) -> Score:
    return metrics.auc(columns["positive"], columns["score"], weights)


def _precision_at_60(columns: Columns, weights: Weights | None) -> Score:
    # Without a branded row every threshold would reach the recall.
    if not columns["branded"].any():
        return math.nan

    best = metrics.precision_at_recall(
        columns["quoted_hit"],
        columns["quoted_score"],
        columns["branded"],
        sample_weight=weights,
    )
    # 0 says that no threshold reaches the recall: there is no such precision.
    return np.where(np.asarray(best) > 0, best, np.nan)


def _rmsle(columns: Columns, weights: Weights | None) -> Score:
    return metrics.rmsle(columns["price"], columns["median"], weights)


def _r2(columns: Columns, weights: Weights | None) -> Score:
    return metrics.r2_log1p(columns["price"], columns["median"], weights)


def _absolute_error(columns: Columns, weights: Weights | None) -> Score:
    return metrics.mean(np.abs(columns["price"] - columns["median"]), weights)


def _median_width(columns: Columns, weights: Weights | None) -> Score:
    return metrics.median(columns["width"], weights)


def _rmsle_of_the_median(columns: Columns, weights: Weights | None) -> Score:
    price = columns["price"]
    answers = np.full(len(price), np.median(price))
    return metrics.rmsle(price, answers, weights)


TOP1 = Metric("top1", "higher", "hit", partial(_mean, "hit"))
TOP5 = Metric("top5", "higher", "among", partial(_mean, "among"), min_labels=6)
AUC = Metric("auc", "higher", "positive", _auc, is_optional=True)
RECALL = Metric(
    "recall",
    "higher",
    "branded",
    partial(_mean_where, "hit", "branded"),
    is_optional=True,
)
PRECISION = Metric(
    "precision",
    "higher",
    "named",
    partial(_mean_where, "hit", "named"),
    is_optional=True,
)
PRECISION_AT_60 = Metric(
    "precision_at_60", "higher", "quoted_hit", _precision_at_60, is_optional=True
)
BRIER = Metric("brier", "lower", "brier", partial(_mean, "brier"))
CALIBRATION_ERROR = Metric(
    "calibration_error", "lower", "confidence", _calibration_error, is_centred=True
)
COMMITTED = Metric("committed", "higher", "committed", partial(_mean, "committed"))
COMMITTED_AT_LEAF = Metric(
    "committed_at_leaf",
    "higher",
    "committed_at_leaf",
    partial(_mean, "committed_at_leaf"),
)
COMMITTED_RIGHT = Metric(
    "committed_right",
    "higher",
    "committed",
    partial(_mean_where, "committed_hit", "committed"),
    is_optional=True,
)
RMSLE = Metric("rmsle", "lower", "price", _rmsle)
R2 = Metric("r2", "higher", "price", _r2, is_optional=True)
MAE = Metric("mae", "lower", "price", _absolute_error)
"""The mean absolute error of an amount, in units of its currency."""

COVERED = Metric("coverage", "near", "inside", partial(_mean, "inside"), aim=COVERAGE)
INTERVAL_SCORE = Metric("interval_score", "lower", "winkler", partial(_mean, "winkler"))
WIDTH = Metric("width", "", "width", _median_width)
ABSTAINED = Metric("abstained", "", "abstained", partial(_mean, "abstained"))

MAJORITY_BASELINE = Metric("baseline", "higher", "majority", partial(_mean, "majority"))
"""The accuracy of always answering the most frequent label of these very rows."""

MEDIAN_BASELINE = Metric("baseline", "lower", "price", _rmsle_of_the_median)
"""The RMSLE of always answering the median price of these very rows."""
