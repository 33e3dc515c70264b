"""Figures with their intervals, of one model or of two on the same listings."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from common.metrics import Values, Weights
from models.evaluation.columns import Columns
from models.evaluation.scoring import Metric
from pipelines.evaluation import bootstrap


@dataclass(frozen=True, slots=True)
class Value:
    """A figure and its 95 % interval; NaN where there is none."""

    value: float
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True, slots=True)
class MeasuredMetric:
    """A metric of A and, where there is one, of B on the same rows.

    Attributes:
        metric: the metric.
        rows: how many rows it was computed on.
        a: the value of A.
        b: the value of B, if two models are compared.
        difference: A less B.
        verdict: ``better`` or ``worse`` where chance alone would hardly make A so, ``same`` where
            the two never differ, ``few`` where the rows are too few to tell, else ``open``; empty
            where more is neither better nor worse, or there is nothing to compare.
    """

    metric: Metric
    rows: int
    a: Value
    b: Value | None = None
    difference: Value | None = None
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class _Side:
    """A metric of one model: its value on all rows, and on every draw."""

    value: float
    draws: Values

    def with_interval(self) -> Value:
        """Return the value with the interval of its draws."""
        return Value(self.value, *bootstrap.interval(self.draws))


def measure(
    metrics: Sequence[Metric], a: Columns, b: Columns | None = None, min_rows: int = 2
) -> tuple[MeasuredMetric, ...]:
    """Compute figures of one model, or of two on the same rows.

    With fewer than ``min_rows`` rows they have no intervals.
    """
    columns = [a] if b is None else [a, b]
    rows = len(next(iter(a.values())))

    # All metrics and both models at once: they have to see the same draws.
    statistics = [
        partial(_weighted, metric, side) for metric in metrics for side in columns
    ]
    if rows >= max(min_rows, 2):
        draws = bootstrap.resample(statistics, rows)
    else:
        draws = np.full((len(statistics), 1), np.nan)

    return tuple(_figures(metrics, columns, rows, draws))


def _weighted(metric: Metric, columns: Columns, weights: Weights) -> Values:
    values: Values = metric.value(columns, weights)
    return values


def _figures(
    metrics: Sequence[Metric], columns: Sequence[Columns], rows: int, draws: Values
) -> Iterator[MeasuredMetric]:
    """Figures in the order of the metrics; ``draws`` are ``[metrics * sides, draws]``."""
    by_metric = draws.reshape(len(metrics), len(columns), -1)

    for metric, draws_of_sides in zip(metrics, by_metric, strict=True):
        sides = [
            _side(metric, side, side_draws)
            for side, side_draws in zip(columns, draws_of_sides, strict=True)
        ]
        if len(sides) == 1:
            yield MeasuredMetric(metric, rows, sides[0].with_interval())
        else:
            yield _compared(metric, rows, *sides)


def _side(metric: Metric, columns: Columns, draws: Values) -> _Side:
    # All rows once, without weights: the same to the last digit as in ``models.evaluate``.
    value = float(metric.value(columns, None))
    if metric.is_centred:
        # The bias of the draws, Efron and Tibshirani, 1993, chapter 10.
        draws = np.maximum(draws - (draws.mean() - value), 0)
    return _Side(value, draws)


def _compared(metric: Metric, rows: int, a: _Side, b: _Side) -> MeasuredMetric:
    difference = _Side(a.value - b.value, a.draws - b.draws)
    gain = metric.goodness(a.draws) - metric.goodness(b.draws)
    return MeasuredMetric(
        metric,
        rows,
        a.with_interval(),
        b.with_interval(),
        difference.with_interval(),
        _verdict(gain) if metric.better else "",
    )


def _verdict(gain: Values) -> str:
    """Judge A by the draws of how much better it is than B."""
    low, high = bootstrap.interval(gain)
    if math.isnan(low):
        return "few"
    if low == high == 0:
        return "same"
    if low > 0:
        return "better"
    return "worse" if high < 0 else "open"
