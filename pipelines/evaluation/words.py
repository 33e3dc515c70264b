"""Figures in sentences."""

from __future__ import annotations

import math

from pipelines.evaluation.figures import MeasuredMetric, Value

_SENTENCES = {
    "better": "A is better than B: {values}, {difference}.",
    "worse": "A is worse than B: {values}, {difference}.",
    "few": "{rows} listings are too few to tell: {values}.",
    "same": "A and B do not differ: {same} for both.",
    "open": (
        "It cannot be told whether A or B is better: {values}, {difference} that luck may explain."
    ),
    "": "{values}, {difference}.",
}
"""The sentence of each verdict, to be filled with figures."""


def conclude(figure: MeasuredMetric, field: str = "") -> str:
    """State in a sentence whether A is better than B, worse, or whether it cannot be told."""
    name = f"{field} {figure.metric.name}".strip()
    if figure.b is None or figure.difference is None:
        return f"{name} is {format_value(figure.a)} on {figure.rows:,} listings."

    a, b = number(figure.a.value), number(figure.b.value)
    template = _SENTENCES[figure.verdict]
    return template.format(
        rows=f"{figure.rows:,}",
        same=f"{name} is {a}",
        values=f"{name} is {a} against {b}",
        difference=f"a difference of {format_value(figure.difference, signed=True)}",
    )


def format_value(value: Value, *, signed: bool = False) -> str:
    """A value with its interval: ``0.612 (0.590 to 0.634)``."""
    if math.isnan(value.low):
        return number(value.value, signed=signed)
    low = number(value.low, signed=signed)
    high = number(value.high, signed=signed)
    return f"{number(value.value, signed=signed)} ({low} to {high})"


def number(value: float, *, signed: bool = False) -> str:
    """A figure of three decimals, or a dash where there is none; ``signed`` with plus or minus."""
    if math.isnan(value):
        return "–"
    rounded = round(value, 3) + 0.0  # never minus zero
    return f"{rounded:+.3f}" if signed and rounded else f"{rounded:.3f}"
