"""Metrics as pure functions of arrays, and the thresholds a gate compares them with.

Every metric takes ``sample_weight`` as in scikit-learn. ``None`` counts each row once, ``[rows]``
gives each row a weight, and ``[draws, rows]`` computes the metric for many weightings at once, one
value a draw, which is what a bootstrap needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from common.arrays import Bools

Values = NDArray[np.float64]

Weights = NDArray[np.float64]
"""How often each row counts: ``[rows]`` or ``[draws, rows]``."""

Score = Any
"""A float; for weights ``[draws, rows]`` an array ``[draws]``. numpy types reductions alike."""

MIN_RECALL = 0.6
"""Recall that ``precision_at_60`` has to reach."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit one metric must respect: at least ``minimum`` and at most ``maximum``."""

    metric: str
    minimum: float = float("-inf")
    maximum: float = float("inf")

    def holds(self, value: float) -> bool:
        """Tell whether the value lies within the limits; NaN never does."""
        return self.minimum <= value <= self.maximum


def mean(values: ArrayLike, sample_weight: Weights | None = None) -> Score:
    """Mean of one number a row ``[rows]``: an accuracy where the number is 1 for a hit."""
    numbers = _array(values)

    with np.errstate(invalid="ignore"):  # no row at all: NaN
        return _score(_sum(numbers, sample_weight) / _count(numbers, sample_weight))


def median(values: ArrayLike, sample_weight: Weights | None = None) -> Score:
    """Median of one number a row ``[rows]``; the mean of the middle two of an even number."""
    numbers = _array(values)
    order = np.argsort(numbers, kind="stable")
    ranked = numbers[order]

    mass = np.cumsum(_weights(numbers, sample_weight)[..., order], axis=-1)
    half = mass[..., -1:] / 2
    lower = ranked[(mass >= half).argmax(axis=-1)]
    upper = ranked[(mass > half).argmax(axis=-1)]
    return _score((lower + upper) / 2)


def conditional_mean(
    values: ArrayLike, condition: ArrayLike, sample_weight: Weights | None = None
) -> Score:
    """Mean of ``values`` over the rows where ``condition`` is 1; NaN where it is 1 nowhere."""
    chosen = _array(condition)
    total = _sum(_array(values) * chosen, sample_weight)

    with np.errstate(invalid="ignore"):
        return _score(total / _sum(chosen, sample_weight))


def rmsle(truth: ArrayLike, predicted: ArrayLike, sample_weight: Weights | None = None) -> Score:
    """Root mean squared error of ``log1p`` of prices, both in the same currency."""
    difference = np.log1p(_array(truth)) - np.log1p(_array(predicted))
    return _score(np.sqrt(mean(difference**2, sample_weight)))


def r2_log1p(truth: ArrayLike, predicted: ArrayLike, sample_weight: Weights | None = None) -> Score:
    """Coefficient of determination of ``log1p`` of prices: 1 is perfect, 0 is the mean."""
    y, p = np.log1p(_array(truth)), np.log1p(_array(predicted))
    centred = y - y.mean()

    total = _sum(centred**2, sample_weight)
    if sample_weight is not None:
        # The mean of weighted rows is another one: sum of squares less the squared mean.
        total = total - _sum(centred, sample_weight) ** 2 / _count(centred, sample_weight)

    with np.errstate(divide="ignore", invalid="ignore"):  # all prices are the same: no R2
        return _score(1 - _sum((y - p) ** 2, sample_weight) / total)


def coverage(
    truth: ArrayLike, low: ArrayLike, high: ArrayLike, sample_weight: Weights | None = None
) -> Score:
    """Share of true values inside their interval, bounds included."""
    return mean(is_inside(truth, low, high), sample_weight)


def is_inside(truth: ArrayLike, low: ArrayLike, high: ArrayLike) -> Bools:
    """Tell of each row whether the true value lies in its interval, bounds included."""
    y = _array(truth)
    return (_array(low) <= y) & (y <= _array(high))


def top_k_accuracy(
    truth: Sequence[str],
    ranked: Sequence[Sequence[str]],
    k: int,
    sample_weight: Weights | None = None,
) -> Score:
    """Share of rows whose true value is among the first ``k`` candidates; NaN without rows."""
    return mean(top_k_hits(truth, ranked, k), sample_weight)


def top_k_hits(truth: Sequence[str], ranked: Sequence[Sequence[str]], k: int) -> Bools:
    """Tell of each row whether its true value is among its first ``k`` ranked candidates."""
    pairs = zip(truth, ranked, strict=True)
    return np.array([value in candidates[:k] for value, candidates in pairs], bool)


def auc(truth: ArrayLike, score: ArrayLike, sample_weight: Weights | None = None) -> Score:
    """Area under the ROC curve: the chance that a positive row outranks a negative one.

    ``truth`` is 0 or 1. Ties count one half (Mann-Whitney U divided by the number of pairs). NaN
    where all rows are of one kind.
    """
    scores = _array(score)
    order = np.argsort(scores, kind="stable")
    ranked = scores[order]

    weights = _weights(scores, sample_weight)
    by_row = np.atleast_2d(weights).T[order]  # rows first: what is looked up lies together
    positive = by_row * _array(truth)[order, None]

    # The weight of all negative rows before each row, and of all of them at the end.
    negative_before = np.zeros((len(scores) + 1, positive.shape[1]))
    np.cumsum(by_row - positive, axis=0, out=negative_before[1:])

    first = np.searchsorted(ranked, ranked, "left")
    last = np.searchsorted(ranked, ranked, "right")
    won = (positive * (negative_before[first] + negative_before[last])).sum(axis=0) / 2

    with np.errstate(invalid="ignore"):
        areas = won / (positive.sum(axis=0) * negative_before[-1])
    return _score(areas.reshape(weights.shape[:-1]))


def expected_calibration_error(
    correct: ArrayLike,
    probability: ArrayLike,
    bins: int = 15,
    sample_weight: Weights | None = None,
) -> Score:
    """Mean gap between confidence and accuracy over equal-width bins, weighted by their rows.

    Source: Guo et al., On Calibration of Modern Neural Networks, 2017, equation 3.
    """
    hit, p = _array(correct), _array(probability)
    bin_of_row = np.minimum((p * bins).astype(int), bins - 1)

    if sample_weight is None:
        gap_by_bin = np.bincount(bin_of_row, hit - p, minlength=bins)
        return _score(np.abs(gap_by_bin).sum() / max(len(p), 1))

    gaps = np.zeros((len(p), bins))
    gaps[np.arange(len(p)), bin_of_row] = hit - p
    return _score(np.abs(sample_weight @ gaps).sum(axis=-1) / _count(p, sample_weight))


def precision_at_recall(
    correct: ArrayLike,
    score: ArrayLike,
    relevant: ArrayLike,
    min_recall: float = MIN_RECALL,
    sample_weight: Weights | None = None,
) -> Score:
    """Best precision of answering only the rows whose score reaches a threshold.

    At least ``min_recall`` of the ``relevant`` rows have to be answered correctly; 0 where no
    threshold does. A row that has no answer at all has a score of minus infinity.
    """
    scores = _array(score)
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]

    weights = _weights(scores, sample_weight)[..., order]
    hits = np.cumsum(weights * _array(correct)[order], axis=-1)
    min_hits = min_recall * _sum(_array(relevant), sample_weight)

    # Rows of one score are answered together: only the last of them is a threshold.
    is_last = np.append(ranked[1:] != ranked[:-1], True)
    is_threshold = is_last & np.isfinite(ranked) & (hits >= np.asarray(min_hits)[..., None])

    with np.errstate(invalid="ignore"):
        precision = hits / np.cumsum(weights, axis=-1)
    return _score(np.where(is_threshold, precision, 0.0).max(axis=-1, initial=0.0))


def recall_and_precision(
    truth: Sequence[str],
    answers: Sequence[tuple[Sequence[str], Sequence[float]]],
    nothing: str,
    min_recall: float = MIN_RECALL,
) -> dict[str, float]:
    """Measure answers that are quoted to a seller, of a field whose value may be ``nothing``.

    ``answers`` are each row's ranked values and their scores. ``recall`` is the share of rows with
    a value whose first answer is right, ``precision`` that of first answers that are a value and
    right, ``precision_at_60`` is ``precision_at_recall`` of each row's first value. A metric that
    the rows do not define is left out: without rows, or where no threshold reaches the recall.
    """
    first = [values[0] if values else nothing for values, _ in answers]
    correct = np.array([value == wanted for value, wanted in zip(first, truth, strict=True)], bool)
    has_value = np.array([value != nothing for value in truth], bool)
    names_value = np.array([value != nothing for value in first], bool)

    measured: dict[str, float] = {}
    if has_value.any():
        measured["recall"] = conditional_mean(correct, has_value)
        quoted = first_values(truth, answers, nothing)
        if best := precision_at_recall(*quoted, has_value, min_recall):
            measured["precision_at_60"] = best

    if names_value.any():
        measured["precision"] = conditional_mean(correct, names_value)
    return measured


def first_values(
    truth: Sequence[str],
    answers: Sequence[tuple[Sequence[str], Sequence[float]]],
    nothing: str,
) -> tuple[Bools, Values]:
    """Find each row's first answer that is a value; tell whether it is right, and its score.

    Without one it is wrong, and its score minus infinity.
    """
    correct, scores = [], []

    for wanted, (values, given) in zip(truth, answers, strict=True):
        pairs = zip(values, given, strict=True)
        value, score = next((pair for pair in pairs if pair[0] != nothing), (nothing, -np.inf))
        correct.append(value == wanted and value != nothing)
        scores.append(score)

    return np.array(correct, bool), np.array(scores, np.float64)


def _array(values: ArrayLike) -> Values:
    return np.asarray(values, dtype=np.float64)


def _weights(values: Values, sample_weight: Weights | None) -> Weights:
    return np.ones(len(values)) if sample_weight is None else sample_weight


def _sum(values: Values, sample_weight: Weights | None) -> Any:
    # Unweighted sums stay numpy's pairwise ones: they are more exact than a product with ones.
    return np.sum(values) if sample_weight is None else sample_weight @ values


def _count(values: Values, sample_weight: Weights | None) -> Any:
    return np.float64(len(values)) if sample_weight is None else sample_weight.sum(axis=-1)


def _score(values: Any) -> Score:
    return float(values) if np.ndim(values) == 0 else values
