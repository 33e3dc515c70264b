"""Metrics as pure functions of arrays, and the thresholds a gate compares them with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit one metric must respect: at least ``minimum`` and at most ``maximum``."""

    metric: str
    minimum: float = float("-inf")
    maximum: float = float("inf")

    def holds(self, value: float) -> bool:
        """Tell whether the value lies within the limits; NaN never does."""
        return self.minimum <= value <= self.maximum


def rmsle(truth: ArrayLike, predicted: ArrayLike) -> float:
    """Root mean squared error of ``log1p`` of prices, both in the same currency."""
    difference = np.log1p(_array(truth)) - np.log1p(_array(predicted))
    return float(np.sqrt(np.mean(difference**2)))


def r2_log1p(truth: ArrayLike, predicted: ArrayLike) -> float:
    """Coefficient of determination of ``log1p`` of prices: 1 is perfect, 0 is the mean."""
    y, p = np.log1p(_array(truth)), np.log1p(_array(predicted))
    return float(1 - np.sum((y - p) ** 2) / np.sum((y - y.mean()) ** 2))


def coverage(truth: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """Share of true values inside their interval, bounds included."""
    y = _array(truth)
    return float(np.mean((_array(low) <= y) & (y <= _array(high))))


def top_k_accuracy(truth: list[str], ranked: list[list[str]], k: int) -> float:
    """Share of rows whose true value is among the first ``k`` ranked candidates."""
    hits = [value in candidates[:k] for value, candidates in zip(truth, ranked, strict=True)]
    return float(np.mean(hits)) if hits else float("nan")


def auc(truth: ArrayLike, score: ArrayLike) -> float:
    """Area under the ROC curve: the chance that a positive row outranks a negative one.

    ``truth`` is 0 or 1. Ties count one half (Mann-Whitney U divided by the number of pairs).
    """
    y, s = _array(truth), _array(score)
    positives, negatives = int(np.sum(y == 1)), int(np.sum(y == 0))
    if not positives or not negatives:
        return float("nan")
    _, inverse, counts = np.unique(s, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[y == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def expected_calibration_error(correct: ArrayLike, probability: ArrayLike, bins: int = 15) -> float:
    """Mean gap between confidence and accuracy over equal-width bins, weighted by their rows.

    Source: Guo et al., On Calibration of Modern Neural Networks, 2017, equation 3.
    """
    hit, p = _array(correct), _array(probability)
    which = np.minimum((p * bins).astype(int), bins - 1)
    gap = np.bincount(which, hit - p, minlength=bins)
    return float(np.abs(gap).sum() / max(len(p), 1))


def recall_and_precision(
    truth: Sequence[str],
    answers: Sequence[tuple[Sequence[str], Sequence[float]]],
    nothing: str,
    least_recall: float = 0.6,
) -> dict[str, float]:
    """Measure values that are shown to a seller, of a field whose value may be ``nothing``.

    ``answers`` are each row's ranked values and their scores. ``recall`` is the share of rows with
    a value whose first answer is right, ``precision`` that of first answers that are a value and
    right. ``precision_at_60`` is the best precision of showing a row's first value only where it
    scores high enough, with at least ``least_recall`` of rows with a value answered right. What
    cannot be told is left out: without rows, or where no threshold reaches that recall.
    """
    known = np.array([value != nothing for value in truth], bool)
    first = [values[0] if values else nothing for values, _ in answers]
    right = np.array([one == two for one, two in zip(first, truth, strict=True)], bool)
    named = np.array([value != nothing for value in first], bool)
    found: dict[str, float] = {}
    if known.any():
        found["recall"] = float(np.mean(right[known]))
        shown, scores = _first_shown(truth, answers, nothing)
        best = _precision_at(shown, scores, least_recall * known.sum())
        found |= {"precision_at_60": best} if best else {}
    if named.any():
        found["precision"] = float(np.mean(right[named]))
    return found


def _first_shown(
    truth: Sequence[str],
    answers: Sequence[tuple[Sequence[str], Sequence[float]]],
    nothing: str,
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Whether each row's first value that is one is right, and its score; without one minus
    infinity.
    """
    right, scores = [], []
    for wanted, (values, given) in zip(truth, answers, strict=True):
        pairs = ((v, s) for v, s in zip(values, given, strict=True) if v != nothing)
        value, score = next(pairs, (nothing, -np.inf))
        right.append(value == wanted and value != nothing)
        scores.append(score)
    return np.array(right, bool), np.array(scores, np.float64)


def _precision_at(
    right: NDArray[np.bool_], scores: NDArray[np.float64], least_hits: float
) -> float:
    """The best precision of a threshold with so many hits; 0 where none has them."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(right[order])
    last = np.append(np.diff(scores[order]) != 0, True)  # rows of one score are shown together
    reached = last & (hits >= least_hits) & np.isfinite(scores[order])
    precision = hits / np.arange(1, len(hits) + 1)
    return float(precision[reached].max(initial=0.0))


def _array(values: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)
