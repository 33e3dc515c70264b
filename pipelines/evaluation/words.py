"""Figures in sentences."""

from __future__ import annotations

import math

from pipelines.evaluation.figures import Figure, Value


def conclude(figure: Figure, field: str = "") -> str:
    """State in a sentence whether A is better than B, worse, or whether it cannot be told."""
    name = f"{field} {figure.metric.name}".strip()
    if figure.b is None or figure.difference is None:
        return f"{name} is {format_value(figure.a)} on {figure.rows:,} listings."

    values = f"{name} is {number(figure.a.value)} against {number(figure.b.value)}"
    difference = f"a difference of {format_value(figure.difference, signed=True)}"
    sentences = {
        "better": f"A is better than B: {values}, {difference}.",
        "worse": f"A is worse than B: {values}, {difference}.",
        "few": f"{figure.rows:,} listings are too few to tell: {values}.",
        "same": f"A and B do not differ: {name} is {number(figure.a.value)} for both.",
        "open": (
            f"It cannot be told whether A or B is better: {values},"
            f" {difference} that luck may explain."
        ),
        "": f"{values}, {difference}.",
    }
    return sentences[figure.verdict]


def format_value(value: Value, *, signed: bool = False) -> str:
    """A value with its interval: ``0.612 (0.590 to 0.634)``."""
    if math.isnan(value.low):
        return number(value.value, signed=signed)
    ends = f"{number(value.low, signed=signed)} to {number(value.high, signed=signed)}"
    return f"{number(value.value, signed=signed)} ({ends})"


def number(value: float, *, signed: bool = False) -> str:
    """A figure of three decimals, or a dash where there is none; ``signed`` with plus or minus."""
    if math.isnan(value):
        return "–"
    rounded = round(value, 3) + 0.0  # never minus zero
    return f"{rounded:+.3f}" if signed and rounded else f"{rounded:.3f}"
