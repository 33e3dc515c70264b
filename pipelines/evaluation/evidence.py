"""How much the test rows say about the metrics that a gate checks: their number, and intervals."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np

import models
from common.metrics import Values, Weights
from models.evaluation.outcomes import Outcome
from models.evaluation.scoring import (
    ABSTAINED,
    AUC,
    CALIBRATION_ERROR,
    COVERED,
    MAJORITY_BASELINE,
    MEDIAN_BASELINE,
    PRECISION,
    RECALL,
    RMSLE,
    TOP1,
    TOP5,
    full_name,
)
from models.evaluation.scoring import lift as quotient
from models.evaluation.views import EARLY
from pipelines.evaluation import bootstrap, figures
from pipelines.evaluation.load import LoadedEncoder
from pipelines.evaluation.measure import Measured
from pipelines.evaluation.scoring import metrics
from pipelines.evaluation.wilson import wilson
from pipelines.records import Evidence

FEW_ROWS = 400
"""Test rows from which on the value of a metric decides, without its interval."""

MIN_ROWS = 10
"""Test rows below which nothing is decided: the commonest of a handful of labels is chance too."""

SHARES = (TOP1, TOP5, AUC, RECALL, PRECISION, CALIBRATION_ERROR, COVERED, ABSTAINED)
"""Metrics from 0 to 1, and so are the ends of their intervals."""

Interval = tuple[float, float]


def weigh(measured: Measured, target: str) -> Evidence:
    """Return the evidence of the test rows for a model's or an encoder's metrics."""
    if isinstance(measured.loaded, LoadedEncoder):
        return _of_encoder(measured.metrics)

    main_field = models.outputs(target)[0]
    values = [getattr(listing, main_field) for listing in measured.listings]
    labels = [value for value in values if value is not None]
    evidence = Evidence(rows=len(labels), values=len(set(labels)), intervals={})

    for outcome in measured.outcomes:
        if outcome.is_main and outcome.view is EARLY:
            evidence |= _of_outcome(outcome, measured.metrics)
    return evidence


def _of_encoder(measured: Mapping[str, float]) -> Evidence:
    """Weigh the lift of a linear probe: the accuracy for one label over that of its commonest."""
    from common.encoder_training.probe import PROBED_FIELDS

    rows = int(measured.get("rows", 0))
    evidence = Evidence(rows=rows, values=2, intervals={})
    lift = measured.get("lift", math.nan)
    if math.isnan(lift):
        return evidence

    accuracies = [measured[name] for name in PROBED_FIELDS if name in measured]
    if accuracies:
        return evidence | _of_probed_label(lift, accuracies[0], rows)

    # The quotient of two errors of prices: the probe's, and the median's.
    low, high = _widen((lift, lift), lift, rows)
    evidence["intervals"]["lift"] = [low, high]
    return evidence


def _of_probed_label(lift: float, accuracy: float, rows: int) -> Evidence:
    """Return the bound and the interval of the lift of a probe's accuracy for one label."""
    best = lift / accuracy if accuracy else math.inf
    # An accuracy of 0 says nothing about the share of the commonest label.
    if not math.isfinite(best):
        return Evidence()

    low, high = wilson(accuracy, rows)
    return Evidence(
        best_lift=best,
        intervals={"lift": [low * best, high * best]},
    )


def _of_outcome(outcome: Outcome, measured: Mapping[str, float]) -> Evidence:
    rows = len(outcome.rows)
    evidence = Evidence(rows=rows, intervals={})
    # A bootstrap over many rows takes seconds, and no gate would look at it.
    if rows < FEW_ROWS:
        evidence["intervals"] |= dict(_intervals(outcome))
        lift = _lift_interval(outcome, measured)
        if lift is not None:
            evidence["intervals"]["lift"] = list(lift)

    if CALIBRATION_ERROR.name in measured:
        evidence["overstated"] = _overstated(outcome, measured[CALIBRATION_ERROR.name])

    # Of a share there is a best value; errors of prices may become as small as they like.
    baseline = measured.get("baseline", 0.0)
    if not outcome.is_price and baseline > 0:
        evidence["best_lift"] = 1 / baseline
    return evidence


def _overstated(outcome: Outcome, calibration_error: float) -> float:
    """Return the part of the calibration error of bins that state more than their accuracy.

    Both parts add up to the error, and differ by the mean confidence less the accuracy.
    """
    confidence, hit = outcome.columns["confidence"], outcome.columns["hit"]
    difference = float(np.mean(confidence) - np.mean(hit))
    return (calibration_error + difference) / 2


def _intervals(outcome: Outcome) -> Iterator[tuple[str, list[float]]]:
    rows = len(outcome.rows)
    for figure in figures.measure(metrics(outcome), outcome.columns):
        if math.isnan(figure.a.value):
            continue
        ends = (figure.a.low, figure.a.high)
        low, high = _widen(ends, figure.a.value, rows, unit=1.0)
        if figure.metric in SHARES:
            low, high = max(low, 0.0), min(high, 1.0)
        yield full_name(outcome, figure.metric), [low, high]


def _lift_interval(outcome: Outcome, measured: Mapping[str, float]) -> Interval | None:
    """Return the interval of the lift, or ``None`` where it is of another metric than usual."""
    lift = measured.get("lift", math.nan)
    if not _is_usual(lift, outcome):
        return None

    rows = len(outcome.rows)
    draws = bootstrap.resample([partial(_lift, outcome)], rows)
    ends = bootstrap.interval(draws[0])
    unit = lift if outcome.is_price else 1 / measured["baseline"]
    low, high = _widen(ends, lift, rows, unit)
    return max(low, 0.0), high


def _is_usual(lift: float, outcome: Outcome) -> bool:
    """Whether a lift is the quotient of the usual metrics, whose draws say how far it may vary."""
    main = RMSLE if outcome.is_price else TOP1
    if not math.isfinite(lift) or main.needs not in outcome.columns:
        return False

    # With every row drawn once, the draw has the lift of the rows themselves.
    once = np.ones((1, len(outcome.rows)))
    (usual,) = _lift(outcome, once)
    return math.isclose(float(usual), lift, rel_tol=1e-6)


def _lift(outcome: Outcome, weights: Weights) -> Values:
    """Return the lift of every draw ``[draws]``, from how often it has each row ``[draws, rows]``.

    Model and baseline see the same draws: rows that are hard for both do not blur the quotient.
    """
    main, baseline = TOP1, MAJORITY_BASELINE
    if outcome.is_price:
        main, baseline = RMSLE, MEDIAN_BASELINE

    value = main.value(outcome.columns, weights)
    reference = baseline.value(outcome.columns, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(quotient(main, value, reference), np.float64)


def _widen(
    ends: Interval, value: float, rows: int, unit: float | None = None
) -> Interval:
    """Let an interval reach as far as rows that were not drawn may move a metric.

    Few rows that are all alike give the bootstrap nothing to vary: an interval without a width.
    What does not happen in ``rows`` rows may still have a share of 3 / rows (the rule of three:
    Hanley and Lippman-Hand, If Nothing Goes Wrong, Is Everything All Right?, 1983). ``unit`` is
    how much of the metric is a share of 1; by default its value.
    """
    reach = 3 / max(rows, 1) * (value if unit is None else unit)
    low, high = ends
    lows = [value - reach] if math.isnan(low) else [value - reach, low]
    highs = [value + reach] if math.isnan(high) else [value + reach, high]
    return min(lows), max(highs)
