"""Metrics, their values and their effects in words: shares in percent, their effects in points."""

from __future__ import annotations

from common.experiments.analysis_record import (
    GuardrailRecord,
    MetricRecord,
    VariantRecord,
)
from common.experiments.metrics import METRICS

_FACTORS = {"share": 100.0}
_DIGITS = {"share": 1, "seconds": 1, "listings": 2, "ratio": 3, "money": 2}
_VALUE_UNITS = {"share": " %", "seconds": " seconds"}
_EFFECT_UNITS = {"share": " points", "seconds": " seconds"}


def name_of(metric: str) -> str:
    """Return the name of a metric in sentences: ``brand acceptance``."""
    return METRICS[metric].title


def show_value(metric: str, value: float | None) -> str:
    """Return a value of a metric: ``63.1 %``, or ``unknown``."""
    if value is None:
        return "unknown"
    return _number(metric, value) + _VALUE_UNITS.get(METRICS[metric].unit, "")


def show_amount(metric: str, amount: float) -> str:
    """Return a size of an effect without its direction: ``2.1 points``."""
    return _number(metric, amount) + _EFFECT_UNITS.get(METRICS[metric].unit, "")


def show_effect(result: MetricRecord | GuardrailRecord) -> str:
    """Return an effect with its interval: ``+2.1 points (0.3 to 3.9)``."""
    metric = result.metric
    if result.effect is None:
        return "unknown"
    effect = _number(metric, result.effect, "+")
    effect += _EFFECT_UNITS.get(METRICS[metric].unit, "")
    if result.low is None or result.high is None:
        return f"{effect} (too few sellers for an interval)"
    return f"{effect} ({_number(metric, result.low)} to {_number(metric, result.high)})"


def describe_guardrail(variant: VariantRecord, metric: str, max_harm: float) -> str:
    """Return what a variant does to a guardrail, and how far it may go.

    ``Seconds per listing: +3.1 seconds (-1.0 to 7.2), limit +10.0 seconds``.
    """
    effect = next((each for each in variant.guardrails if each.metric == metric), None)
    found = "unknown" if effect is None else show_effect(effect)
    limit = -max_harm if METRICS[metric].higher_is_better else max_harm
    end = _number(metric, limit, "+") + _EFFECT_UNITS.get(METRICS[metric].unit, "")
    return f"{name_of(metric).capitalize()}: {found}, limit {end}"


def _number(metric: str, value: float, sign: str = "") -> str:
    unit = METRICS[metric].unit
    digits = _DIGITS[unit]
    # Adding 0 makes a plain zero of minus zero.
    rounded = round(_FACTORS.get(unit, 1.0) * value, digits) + 0.0
    return f"{rounded:{sign},.{digits}f}"
