"""Coverage of the price intervals in every category, and the value of their individual widths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.listing import Listing, PriceRange, top_category
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
    suggestions = predict_in_batches(predictor, inputs)
    prices = [suggestion.price for suggestion in suggestions]
    true_prices = np.array([listing.price for listing in labelled], np.float64)
    roots = tuple(top_category(row) for row in labelled)

    return Intervals(
        truth=np.log1p(true_prices),
        median=_log_prices(prices, "median"),
        low=_log_prices(prices, "low"),
        high=_log_prices(prices, "high"),
        roots=roots,
    )


def _log_prices(prices: Sequence[PriceRange | None], name: str) -> Floats:
    """``log1p`` of the attribute ``name`` of each price."""
    values = [getattr(price, name) for price in prices]
    return np.asarray(np.log1p(values), dtype=np.float64)


def interval_score(
    truth: Floats, low: Floats, high: Floats, level: float = LEVEL
) -> float:
    """Mean width plus a penalty for each miss; lower is better (Winkler, 1972)."""
    below = np.maximum(low - truth, 0)
    above = np.maximum(truth - high, 0)
    distance = below + above
    penalty = 2 / (1 - level) * distance
    scores = high - low + penalty
    return float(np.mean(scores))


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
        relative_score = score / constant_score
        gains.append(1 - relative_score)

    return gains


def _error_quantiles(folds: Sequence[Intervals]) -> Floats:
    """The central quantiles between which a share ``LEVEL`` of the errors lies."""
    # Quantiles of signed errors, because these need not be symmetric.
    errors_of_folds = [fold.truth - fold.median for fold in folds]
    errors = np.concatenate(errors_of_folds)
    lower_level = (1 - LEVEL) / 2
    upper_level = (1 + LEVEL) / 2
    quantiles = np.quantile(errors, [lower_level, upper_level])
    return np.asarray(quantiles, dtype=np.float64)


def coverage(folds: Sequence[Intervals]) -> dict[str, Coverage]:
    """Coverage over the rows of all folds, by top category with enough rows.

    The empty name stands for all rows and comes first.
    """
    is_inside = np.concatenate([_is_inside(fold) for fold in folds])
    root_names: list[str] = []
    for fold in folds:
        root_names += fold.roots

    covered = {"": _coverage(is_inside)}
    roots = np.array(root_names)
    for root in sorted(set(root_names) - {""}):
        is_in_root = roots == root
        if is_in_root.sum() >= MIN_ROWS:
            covered[root] = _coverage(is_inside[is_in_root])

    return covered


def _is_inside(intervals: Intervals) -> NDArray[np.bool_]:
    is_above_low = intervals.low <= intervals.truth
    is_below_high = intervals.truth <= intervals.high
    return is_above_low & is_below_high


def _coverage(is_inside: NDArray[np.bool_]) -> Coverage:
    n_rows = len(is_inside)
    variance = LEVEL * (1 - LEVEL) / n_rows
    return Coverage(
        value=float(is_inside.mean()),
        standard_error=float(np.sqrt(variance)),
        n_rows=n_rows,
    )
