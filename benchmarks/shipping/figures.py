"""Figures of predicted fees and payers, the same for every contestant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from common import metrics
from common.listing import PAYERS, Listing

Floats = NDArray[np.float64]

NEAR = 0.2
"""A fee is near where it is off by this share of the true one at most."""

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
    figures = {
        "mae": float(error.mean()),
        "within 20 %": float((error <= NEAR * truth).mean()),
        "r2": float(metrics.r2_log1p(truth, fees.amounts)),
    }
    if n_amounts <= MAX_CLASSES:
        figures["accuracy"] = float((error < 0.005).mean())
    if fees.low is not None and fees.high is not None:
        # Amounts travel as logarithms of 32 bits: 4 may come back as 3.9999998.
        inside = metrics.is_inside(truth, fees.low - 1e-4, fees.high + 1e-4)
        figures["coverage"] = float(np.mean(inside))
        figures["width"] = float(np.median((fees.high + 1) / (fees.low + 1)))
    return figures


def measure_payers(rows: Sequence[Listing], scores: Floats) -> dict[str, float]:
    """Measure scores ``[rows]`` that the seller pays."""
    truth = np.array([row.shipping_payer == PAYERS[0] for row in rows])
    return {"auc": float(metrics.auc(truth, scores))}
