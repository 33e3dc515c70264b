"""The gate: decides from metrics alone whether a trained model or encoder may be released.

It knows how many test rows a metric rests on. On few of them a threshold that is missed by chance
does not block a release; what is clearly too low does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from common.metrics import Threshold
from pipelines.evaluation.evidence import FEW_ROWS, MIN_ROWS
from pipelines.records import Evidence


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision of a gate.

    Attributes:
        passed: whether no threshold was clearly missed.
        reasons: a clause for each threshold that was missed.
        undecided: a clause for each threshold that the rows are too few to decide.
    """

    passed: bool
    reasons: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()

    def __add__(self, other: Verdict) -> Verdict:
        """Return the verdict of two gates, which both have to be passed."""
        return Verdict(
            self.passed and other.passed,
            self.reasons + other.reasons,
            self.undecided + other.undecided,
        )


def check_gate(
    metrics: Mapping[str, float],
    thresholds: Sequence[Threshold],
    evidence: Evidence | None = None,
) -> Verdict:
    """Compare metrics with every threshold.

    Without ``evidence`` each value has to hold, and a metric that is missing or NaN does not pass.
    With it, fewer than ``MIN_ROWS`` rows never block. On fewer than ``FEW_ROWS`` a missed threshold
    blocks only where the whole interval of the metric misses it, and modesty does not: few
    validation rows leave probabilities near those of equal weights, also of a model that is always
    right.
    """
    reasons, undecided = [], []
    for threshold in thresholds:
        reason = _failed_threshold(metrics, threshold)
        if not reason:
            continue
        if evidence is not None and _is_undecided(metrics, threshold, evidence):
            undecided.append(_describe_doubt(metrics, threshold, evidence))
        else:
            reasons.append(reason)
    return Verdict(not reasons, tuple(reasons), tuple(undecided))


def attainable(threshold: Threshold, evidence: Evidence | None) -> Threshold:
    """Return a threshold of the lift that can be met, others unchanged.

    Where nearly all rows have one label, always giving it is nearly always right, and nobody is
    1.5 times as good. At most half of the way from there to a model that is always right is asked
    for.
    """
    best = (evidence or {}).get("best_lift")
    if threshold.metric != "lift" or best is None:
        return threshold
    half_way = (1 + best) / 2
    return replace(threshold, minimum=min(threshold.minimum, half_way))


def format_threshold(threshold: Threshold) -> str:
    """Return a threshold in words: ``at least 0.4``, ``from 0.7 to 0.9``."""
    low, high = threshold.minimum, threshold.maximum
    if math.isinf(low):
        return f"at most {high:.4g}"
    if math.isinf(high):
        return f"at least {low:.4g}"
    return f"from {low:.4g} to {high:.4g}"


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


def _is_undecided(
    metrics: Mapping[str, float], threshold: Threshold, evidence: Evidence
) -> bool:
    # A label that all test rows share leaves nothing to measure, however many rows there are.
    is_measured = not math.isnan(metrics.get(threshold.metric, math.nan))
    if not is_measured and evidence.get("values", 2) < 2:
        return True
    if evidence["rows"] >= FEW_ROWS:
        return False
    # A metric that does not count its rows is taken at its word.
    if 0 < evidence["rows"] < MIN_ROWS:
        return True

    ends = evidence["intervals"].get(threshold.metric)
    if not is_measured or ends is None:
        return not is_measured
    if _is_modest(metrics, threshold, evidence):
        return True
    low, high = ends
    return low <= threshold.maximum and high >= threshold.minimum


def _is_modest(
    metrics: Mapping[str, float], threshold: Threshold, evidence: Evidence
) -> bool:
    """Tell whether a model is right more often than it says, and hardly ever less often."""
    overstated = evidence.get("overstated", math.inf)
    return (
        threshold.metric == "calibration_error"
        and threshold.holds(overstated)
        and 2 * overstated < metrics.get(threshold.metric, math.nan)
    )


def _describe_doubt(
    metrics: Mapping[str, float], threshold: Threshold, evidence: Evidence
) -> str:
    """Say what few test rows leave open about a threshold."""
    name = threshold.metric
    rows = _count_test_rows(evidence)
    value = metrics.get(name, math.nan)
    required = format_threshold(threshold)
    if _is_modest(metrics, threshold, evidence):
        return (
            f"on {rows} it is right more often than it says: {name} is {value:.3g},"
            f" which should be {required}"
        )

    doubt = f"{rows} cannot decide about {name}"
    if not math.isnan(value):
        ends = evidence["intervals"].get(name)
        doubt += f": {_format_value(value, ends)}"
    return f"{doubt}, which should be {required}"


def _count_test_rows(evidence: Evidence) -> str:
    # Kubeflow passes whole numbers on as floats.
    n_rows = int(evidence["rows"])
    return "1 test row" if n_rows == 1 else f"{n_rows:,} test rows"


def _format_value(value: float, ends: Sequence[float] | None) -> str:
    """Return the value of a metric with its interval, if it has one."""
    if ends is None:
        return f"{value:.3g}"
    low, high = ends
    return f"{value:.3g} ({low:.2g} to {high:.2g})"
