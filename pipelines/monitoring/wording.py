"""What metrics and features are called in sentences for people."""

from __future__ import annotations

from pipelines.monitoring.drift import MISSING

METRICS = {
    "acceptance": "accepted",
    "top_1_accuracy": "first suggestion chosen",
    "top_k_accuracy": "one of the first three chosen",
    "expected_accuracy": "first suggestion right, as expected",
    "calibration_error": "calibration error",
    "coverage": "within the suggested range",
    "expected_coverage": "within the suggested range, as expected",
    "rmsle": "error of amounts (RMSLE)",
    "pinball_loss": "pinball loss",
    "expected_pinball_loss": "pinball loss, as expected",
}
"""What a metric is called for people."""

SHARES = (
    "acceptance",
    "top_1_accuracy",
    "top_k_accuracy",
    "expected_accuracy",
    "coverage",
    "expected_coverage",
)
"""Metrics that are stated in percent."""

PARTS = {
    "suggested": "the first suggestion of {field}",
    "probability": "the probability of the first {field}",
    "chosen": "the {field} that sellers choose",
    "ratio": "the ratio of the chosen to the suggested {field}",
}
"""What a feature of ``pipelines.monitoring.features`` is called for people."""


def describe_feature(feature: str) -> str:
    """Return what a feature is: ``the price that sellers choose``."""
    name, part, *missing = feature.split()
    text = PARTS[part].format(field=name.replace("_", " "))
    return f"how often {text} is {MISSING}" if missing else text


def name_of(field: str) -> str:
    """Return a field as a title: ``Shipping payer``."""
    return field.replace("_", " ").capitalize()
