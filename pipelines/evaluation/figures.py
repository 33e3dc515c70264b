"""Figures with their intervals, of one model or of two on the same listings."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from pipelines.evaluation import bootstrap
from pipelines.evaluation.bootstrap import Values
from pipelines.evaluation.outcomes import Columns
from pipelines.evaluation.scoring import Metric


@dataclass(frozen=True, slots=True)
class Value:
    """A figure and its 95 % interval; NaN where there is none."""

    value: float
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric of A and, where there is one, of B on the same ``rows``.

    ``difference`` is A less B; ``verdict`` is ``better`` or ``worse`` where luck alone would
    hardly make A so, ``same`` where the two never differ, ``few`` where too few rows can tell, else
    ``open``; empty where more is neither better nor worse, or there is nothing to compare.
    """

    metric: Metric
    rows: int
    a: Value
    b: Value | None = None
    difference: Value | None = None
    verdict: str = ""


def measure(
    wanted: Sequence[Metric], ours: Columns, theirs: Columns | None = None, least: int = 2
) -> tuple[Figure, ...]:
    """Figures of one model, or of two on the same rows, without intervals below ``least`` rows."""
    rows = len(next(iter(ours.values())))
    sides = [ours] if theirs is None else [ours, theirs]
    asked = [partial(_of, metric, side) for metric in wanted for side in sides]
    plain = np.stack([statistic(np.ones((1, rows))) for statistic in asked])[:, 0]
    draws = (
        bootstrap.resample(asked, rows)
        if rows >= max(least, 2)
        else np.full((len(asked), 1), np.nan)
    )
    return tuple(_figures(wanted, rows, len(sides), plain, draws))


def _of(metric: Metric, columns: Columns, weights: Values) -> Values:
    return metric.value(weights, columns)


def _figures(
    wanted: Sequence[Metric], rows: int, sides: int, plain: Values, draws: Values
) -> Iterator[Figure]:
    for number, metric in enumerate(wanted):
        place = number * sides
        if metric.centred:  # Efron and Tibshirani, 1993, chapter 10
            mine = slice(place, place + sides)
            draws[mine] -= draws[mine].mean(axis=1, keepdims=True) - plain[mine, None]
            draws[mine] = np.maximum(draws[mine], 0)
        first = _value(plain[place], draws[place])
        if sides == 1:
            yield Figure(metric, rows, first)
            continue
        second = _value(plain[place + 1], draws[place + 1])
        apart = _value(plain[place] - plain[place + 1], draws[place] - draws[place + 1])
        gain = metric.goodness(draws[place]) - metric.goodness(draws[place + 1])
        verdict = _judge(gain) if metric.better else ""
        yield Figure(metric, rows, first, second, apart, verdict)


def _value(plain: float, draws: Values) -> Value:
    return Value(float(plain), *bootstrap.interval(draws))


def _judge(gain: Values) -> str:
    low, high = bootstrap.interval(gain)
    if math.isnan(low):
        return "few"
    if low == high == 0:
        return "same"
    return "better" if low > 0 else "worse" if high < 0 else "open"
