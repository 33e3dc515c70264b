"""Coverage of the price intervals in every category, and the value of their individual widths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.listing import Listing, top_category
from models.evaluation.views import SupportsPredict, predict_in_batches

LEVEL = 0.8
"""Nominal coverage of the intervals."""

MIN_ROWS = 100
"""Rows that a top category needs to be reported."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Intervals:
    """Price intervals of the test rows of one fold, in ``log1p(price)``.

    Attributes:
        truth: true prices ``[n]``.
        median: predicted medians ``[n]``.
        low: lower ends ``[n]``.
        high: upper ends ``[n]``.
        roots: top category of each row.
    """

    truth: Floats
    median: Floats
    low: Floats
    high: Floats
    roots: tuple[str, ...]

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Intervals:
        """The intervals that ``to_json`` turned into lists."""
        return cls(
            truth=np.array(values["truth"]),
            median=np.array(values["median"]),
            low=np.array(values["low"]),
            high=np.array(values["high"]),
            roots=tuple(values["roots"]),
        )

    def to_json(self) -> dict[str, Any]:
        """The attributes as lists."""
        return {
            "truth": self.truth.tolist(),
            "median": self.median.tolist(),
            "low": self.low.tolist(),
            "high": self.high.tolist(),
            "roots": list(self.roots),
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of the intervals of some rows.

    Attributes:
        value: share of the true prices inside.
        standard_error: standard error of that share if the true coverage were ``LEVEL``.
        n_rows: number of rows.
    """

    value: float
    standard_error: float
    n_rows: int


def predict_intervals(
    predictor: SupportsPredict, inputs: Sequence[Listing], labelled: Sequence[Listing]
) -> Intervals:
    """Predict the prices of ``inputs``; ``labelled`` are the same listings with their prices."""
    prices = [suggestion.price for suggestion in predict_in_batches(predictor, inputs)]
    low, median, high = (
        np.log1p([getattr(price, name) for price in prices]) for name in ("low", "median", "high")
    )
    true_prices = np.array([listing.price for listing in labelled], np.float64)
    roots = tuple(top_category(row) for row in labelled)
    return Intervals(np.log1p(true_prices), median, low, high, roots)


def interval_score(truth: Floats, low: Floats, high: Floats, level: float = LEVEL) -> float:
    """Mean width plus a penalty for each miss; lower is better (Winkler, 1972)."""
    below = np.maximum(low - truth, 0)
    above = np.maximum(truth - high, 0)
    penalty = 2 / (1 - level) * (below + above)
    return float(np.mean(high - low + penalty))


def gain_over_constant(folds: Sequence[Intervals]) -> list[float]:
    """Relative gain in interval score over one width for all rows, fold by fold.

    The constant interval is conformal: its ends are quantiles of the errors of all other folds.
    """
    gains = []

    for number, fold in enumerate(folds):
        others = [*folds[:number], *folds[number + 1 :]]
        lower_error, upper_error = _error_quantiles(others)
        low = fold.median + lower_error
        high = fold.median + upper_error

        constant_score = interval_score(fold.truth, low, high)
        score = interval_score(fold.truth, fold.low, fold.high)
        gains.append(1 - score / constant_score)

    return gains


def _error_quantiles(folds: Sequence[Intervals]) -> Floats:
    """The central quantiles between which a share ``LEVEL`` of the errors lies."""
    # Quantiles of signed errors, because these need not be symmetric.
    errors = np.concatenate([fold.truth - fold.median for fold in folds])
    levels = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    quantiles = np.quantile(errors, levels)
    return np.asarray(quantiles, dtype=np.float64)


def coverage(folds: Sequence[Intervals]) -> dict[str, Coverage]:
    """Coverage over the rows of all folds, by top category with enough rows.

    The empty name stands for all rows and comes first.
    """
    is_inside = np.concatenate(
        [(fold.low <= fold.truth) & (fold.truth <= fold.high) for fold in folds]
    )
    roots = np.array([root for fold in folds for root in fold.roots])
    covered = {"": _coverage(is_inside)}

    for root in sorted(set(roots.tolist()) - {""}):
        is_in_root = roots == root
        if is_in_root.sum() >= MIN_ROWS:
            covered[root] = _coverage(is_inside[is_in_root])

    return covered


def _coverage(is_inside: NDArray[np.bool_]) -> Coverage:
    n_rows = len(is_inside)
    standard_error = np.sqrt(LEVEL * (1 - LEVEL) / n_rows)
    return Coverage(float(is_inside.mean()), float(standard_error), n_rows)
