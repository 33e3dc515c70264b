"""Whether stated price intervals hold everywhere, and whether their widths are worth anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from common.listing import Listing, top_category
from models.evaluation.views import SupportsPredict, predict_in_batches

LEVEL = 0.8
LEAST_ROWS = 100
"""Top-level categories with fewer rows are not looked at by themselves."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stated:
    """Intervals of one fold in ``log1p(price)``: ``[rows]`` each, and each row's top category."""

    truth: Floats
    median: Floats
    low: Floats
    high: Floats
    roots: tuple[str, ...]


def state(
    predictor: SupportsPredict, shown: Sequence[Listing], finished: Sequence[Listing]
) -> Stated:
    """Ask for the prices of listings as ``shown``; ``finished`` has their true ones."""
    ranges = [each.price for each in predict_in_batches(predictor, shown)]
    low, median, high = (
        np.log1p([getattr(each, end) for each in ranges]) for end in ("low", "median", "high")
    )
    truth = np.log1p(np.array([listing.price for listing in finished], np.float64))
    roots = tuple(top_category(row) for row in finished)
    return Stated(truth, median, low, high, roots)


def interval_score(truth: Floats, low: Floats, high: Floats, level: float = LEVEL) -> float:
    """Mean width plus a penalty for each miss; lower is better (Winkler, 1972)."""
    missed = np.maximum(low - truth, 0) + np.maximum(truth - high, 0)
    return float(np.mean(high - low + 2 / (1 - level) * missed))


def gain_over_constant(folds: Sequence[Stated]) -> list[float]:
    """By how much the interval score beats one width for all round the same median, by fold.

    The constant interval is conformal: its ends are quantiles of the errors of all other folds.
    """
    gains = []
    for place, fold in enumerate(folds):
        others = [each for number, each in enumerate(folds) if number != place]
        errors = np.concatenate([each.truth - each.median for each in others])
        below, above = np.quantile(errors, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        constant = interval_score(fold.truth, fold.median + below, fold.median + above)
        gains.append(1 - interval_score(fold.truth, fold.low, fold.high) / constant)
    return gains


def coverage(folds: Sequence[Stated]) -> dict[str, tuple[float, float, int]]:
    """Share of truths inside, its standard error if it were ``LEVEL``, and rows, of all folds.

    First of all rows, under the empty name, then of each top category with enough of them.
    """
    inside = np.concatenate([(f.low <= f.truth) & (f.truth <= f.high) for f in folds])
    roots = np.array([root for fold in folds for root in fold.roots])
    found = {"": inside}
    for root in sorted(set(roots.tolist()) - {""}):
        if (roots == root).sum() >= LEAST_ROWS:
            found[root] = inside[roots == root]
    return {
        root: (float(each.mean()), float(np.sqrt(LEVEL * (1 - LEVEL) / len(each))), len(each))
        for root, each in found.items()
    }
