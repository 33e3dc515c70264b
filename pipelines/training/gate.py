"""The gate: decides from metrics alone whether a trained thing may be released."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.metrics import Threshold


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate decided; ``reasons`` holds one clause for each threshold that was missed."""

    passed: bool
    reasons: tuple[str, ...] = ()


def check_gate(metrics: Mapping[str, float], thresholds: Sequence[Threshold]) -> Verdict:
    """Compare metrics with every threshold; a metric that is missing or NaN does not pass."""
    clauses = (_objection(metrics, threshold) for threshold in thresholds)
    reasons = tuple(clause for clause in clauses if clause)
    return Verdict(not reasons, reasons)


def format_threshold(threshold: Threshold) -> str:
    """Say in words what a threshold demands: ``at least 0.4``, ``from 0.7 to 0.9``."""
    low, high = threshold.minimum, threshold.maximum
    if math.isinf(low):
        return f"at most {high:g}"
    if math.isinf(high):
        return f"at least {low:g}"
    return f"from {low:g} to {high:g}"


def _objection(metrics: Mapping[str, float], threshold: Threshold) -> str:
    name, demanded = threshold.metric, format_threshold(threshold)
    if name not in metrics:
        return f"{name} was not measured; it must be {demanded}"
    value = metrics[name]
    if math.isnan(value):
        return f"{name} is not a number; it must be {demanded}"
    return "" if threshold.holds(value) else f"{name} is {value:.4g}; it must be {demanded}"
