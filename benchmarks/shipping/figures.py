"""Figures of predicted fees and payers, the same for every contestant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common import metrics
from common.listing import PAYERS, Listing

Floats = NDArray[np.float64]

NEAR = 0.2
"""A fee is near where it is off by this share of the true one at most."""

HALF_A_CENT = 0.005

MAX_CLASSES = 12
"""Where a table has as many different fees at most, the share of exact answers is measured."""


@dataclass(frozen=True, slots=True)
class Fees:
    """Predicted fees of rows.

    Attributes:
        amounts: predicted fees, ``[rows]``.
        low: lower ends of the 80 % intervals, or ``None`` without intervals.
        high: their upper ends.
    """

    amounts: Floats
    low: Floats | None = None
    high: Floats | None = None


def fees_of(rows: Sequence[Listing]) -> Floats:
    """The true fees ``[rows]``."""
    return np.array([row.shipping_fee for row in rows], np.float64)


def measure_fees(
    rows: Sequence[Listing], fees: Fees, n_amounts: int
) -> dict[str, float]:
    """Measure predicted fees; ``n_amounts`` is the number of different fees of the table."""
    truth = fees_of(rows)
    error = np.abs(fees.amounts - truth)
    is_near = error <= NEAR * truth
    figures = {
        "mae": error.mean(),
        "within 20 %": is_near.mean(),
        "r2": metrics.r2_log1p(truth, fees.amounts),
    }

    if n_amounts <= MAX_CLASSES:
        is_exact = error < HALF_A_CENT
        figures["accuracy"] = is_exact.mean()
    if fees.low is not None and fees.high is not None:
        figures |= _measure_intervals(truth, fees.low, fees.high)
    return {name: float(value) for name, value in figures.items()}


def _measure_intervals(truth: Floats, low: Floats, high: Floats) -> dict[str, Any]:
    # Amounts travel as logarithms of 32 bits: 4 may come back as 3.9999998.
    inside = metrics.is_inside(truth, low - HALF_A_CENT, high + HALF_A_CENT)
    widths = (high + 1) / (low + 1)
    return {"coverage": np.mean(inside), "width": np.median(widths)}


def measure_payers(rows: Sequence[Listing], scores: Floats) -> dict[str, float]:
    """Measure scores ``[rows]`` that the seller pays."""
    payers = np.array([row.shipping_payer for row in rows])
    value = metrics.auc(payers == PAYERS[0], scores)
    return {"auc": float(value)}
