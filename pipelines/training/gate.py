"""The gate: decides from metrics alone whether a trained model or encoder may be released."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.metrics import Threshold


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision of a gate.

    Attributes:
        passed: whether every threshold holds.
        reasons: a clause for each threshold that was missed.
    """

    passed: bool
    reasons: tuple[str, ...] = ()


def check_gate(
    metrics: Mapping[str, float], thresholds: Sequence[Threshold]
) -> Verdict:
    """Compare metrics with every threshold; a metric that is missing or NaN does not pass."""
    reasons = []
    for threshold in thresholds:
        if reason := _failed_threshold(metrics, threshold):
            reasons.append(reason)
    return Verdict(not reasons, tuple(reasons))


def format_threshold(threshold: Threshold) -> str:
    """Return a threshold in words: ``at least 0.4``, ``from 0.7 to 0.9``."""
    low, high = threshold.minimum, threshold.maximum
    if math.isinf(low):
        return f"at most {high:g}"
    if math.isinf(high):
        return f"at least {low:g}"
    return f"from {low:g} to {high:g}"


def _failed_threshold(metrics: Mapping[str, float], threshold: Threshold) -> str:
    """Return why a threshold was missed, or an empty string where it holds."""
    name = threshold.metric
    required = format_threshold(threshold)

    if name not in metrics:
        return f"{name} was not measured; it must be {required}"
    value = metrics[name]
    if math.isnan(value):
        return f"{name} is not a number; it must be {required}"
    if not threshold.holds(value):
        return f"{name} is {value:.4g}; it must be {required}"
    return ""
