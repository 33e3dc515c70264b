"""The record of what a variant changes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from common.experiments.analysis_record import (
    BreachRecord,
    DayRecord,
    GuardrailRecord,
    MetricRecord,
    MetricVerdict,
    VariantRecord,
)
from common.experiments.metrics import METRICS
from pipelines.experiments.analysis import MetricResult, VariantResult
from pipelines.experiments.intervals import ALPHA


def to_record(
    name: str,
    result: VariantResult,
    stopped: datetime | None,
    history: Sequence[DayRecord],
) -> VariantRecord:
    """Return the record of a variant, in which ``None`` stands for what is not a number."""
    return VariantRecord(
        name=name,
        information=_known(result.information),
        metrics=tuple(_metric(name, each) for name, each in result.metrics.items()),
        guardrails=tuple(_guardrails(result)),
        breaches=tuple(_breaches(result)),
        stopped="" if stopped is None else stopped.isoformat(timespec="seconds"),
        history=tuple(history),
    )


def to_day_record(day: date, deciding: MetricResult) -> DayRecord:
    """Return the record of what the deciding metric said at the end of a day."""
    interval = deciding.interval
    return DayRecord(
        day.isoformat(),
        _known(deciding.effect.value),
        _known(interval.low),
        _known(interval.high),
    )


def _metric(name: str, result: MetricResult) -> MetricRecord:
    effect = result.effect
    return MetricRecord(
        metric=name,
        control=_known(effect.control),
        treatment=_known(effect.treatment),
        effect=_known(effect.value),
        low=_known(result.interval.low),
        high=_known(result.interval.high),
        q_value=_known(result.q_value),
        verdict=_metric_verdict(name, result),
    )


def _metric_verdict(name: str, result: MetricResult) -> MetricVerdict:
    is_clear = result.interval.excludes_zero
    if math.isfinite(result.q_value):
        is_clear = result.q_value <= ALPHA
    if not is_clear:
        return "unclear"
    is_more = result.effect.value > 0
    return "better" if is_more == METRICS[name].higher_is_better else "worse"


def _guardrails(result: VariantResult) -> Iterator[GuardrailRecord]:
    for metric, interval in result.guardrails.items():
        yield GuardrailRecord(
            metric,
            _known(result.metrics[metric].effect.value),
            _known(interval.low),
            _known(interval.high),
        )


def _breaches(result: VariantResult) -> Iterator[BreachRecord]:
    for each in result.breaches:
        guardrail = each.guardrail
        yield BreachRecord(
            guardrail.metric, guardrail.max_harm, each.harm, each.min_harm
        )


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
