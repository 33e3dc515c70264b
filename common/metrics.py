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

from common.arrays import Bools, Ints

Values = NDArray[np.float64]

Weights = NDArray[np.float64]
"""How often each row counts: ``[rows]`` or ``[draws, rows]``."""

Score = Any
"""A float; for weights ``[draws, rows]`` an array ``[draws]``. numpy types reductions alike."""

MIN_RECALL = 0.6
"""Recall that ``precision_at_60`` has to reach."""


_MIN_SQUARES = 1e-20
"""Sum of squared differences of logarithms below which prices count as the same."""


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
    total = _sum(numbers, sample_weight)
    count = _count(numbers, sample_weight)

    return _score(_quotient(total, count))


def median(values: ArrayLike, sample_weight: Weights | None = None) -> Score:
    """Median of one number a row ``[rows]``; the mean of the middle two of an even number."""
    numbers = _array(values)
    order = np.argsort(numbers, kind="stable")
    ranked = numbers[order]

    weights = _weights(numbers, sample_weight)[..., order]
    mass = np.cumsum(weights, axis=-1)
    half = mass[..., -1:] / 2

    # The two differ only where exactly half of the mass lies on either side.
    reaches_half = mass >= half
    exceeds_half = mass > half
    lower = ranked[reaches_half.argmax(axis=-1)]
    upper = ranked[exceeds_half.argmax(axis=-1)]
    return _score((lower + upper) / 2)


def conditional_mean(
    values: ArrayLike, condition: ArrayLike, sample_weight: Weights | None = None
) -> Score:
    """Mean of ``values`` over the rows where ``condition`` is 1; NaN where it is 1 nowhere."""
    chosen = _array(condition)
    chosen_values = _array(values) * chosen
    total = _sum(chosen_values, sample_weight)
    count = _sum(chosen, sample_weight)
    return _score(_quotient(total, count))


def rmsle(
    truth: ArrayLike, predicted: ArrayLike, sample_weight: Weights | None = None
) -> Score:
    """Root mean squared error of ``log1p`` of prices, both in the same currency."""
    difference = _log1p(truth) - _log1p(predicted)
    squared_error = mean(difference**2, sample_weight)
    return _score(np.sqrt(squared_error))


def r2_log1p(
    truth: ArrayLike, predicted: ArrayLike, sample_weight: Weights | None = None
) -> Score:
    """Coefficient of determination of ``log1p`` of prices: 1 is perfect, 0 is the mean.

    NaN where all prices are the same: there is no variance to explain.
    """
    y = _log1p(truth)
    residual = y - _log1p(predicted)
    residual_sum = _sum(residual**2, sample_weight)

    centred = y - y.mean()
    total_sum = _sum(centred**2, sample_weight)
    if sample_weight is not None:
        # Weighted rows have a mean of their own: sum of squares less the squared sum.
        shift = _sum(centred, sample_weight)
        total_sum = total_sum - shift**2 / _count(centred, sample_weight)

    # Of equal prices the sums of squares are 0 up to their rounding.
    explained = np.where(total_sum > _MIN_SQUARES, total_sum, np.nan)
    return _score(1 - residual_sum / explained)


def coverage(
    truth: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    sample_weight: Weights | None = None,
) -> Score:
    """Share of true values inside their interval, bounds included."""
    inside = is_inside(truth, low, high)
    return mean(inside, sample_weight)


def is_inside(truth: ArrayLike, low: ArrayLike, high: ArrayLike) -> Bools:
    """Tell of each row whether the true value lies in its interval, bounds included."""
    y = _array(truth)
    above_low = _array(low) <= y
    below_high = y <= _array(high)
    return above_low & below_high


def top_k_accuracy(
    truth: Sequence[str],
    ranked: Sequence[Sequence[str]],
    k: int,
    sample_weight: Weights | None = None,
) -> Score:
    """Share of rows whose true value is among the first ``k`` candidates; NaN without rows."""
    hits = top_k_hits(truth, ranked, k)
    return mean(hits, sample_weight)


def top_k_hits(truth: Sequence[str], ranked: Sequence[Sequence[str]], k: int) -> Bools:
    """Tell of each row whether its true value is among its first ``k`` ranked candidates."""
    pairs = zip(truth, ranked, strict=True)
    return np.array([value in candidates[:k] for value, candidates in pairs], bool)


def auc(
    truth: ArrayLike, score: ArrayLike, sample_weight: Weights | None = None
) -> Score:
    """Area under the ROC curve: the chance that a positive row outranks a negative one.

    ``truth`` is 0 or 1. Ties count one half (Mann-Whitney U divided by the number of pairs). NaN
    where all rows are of one kind.
    """
    scores = _array(score)
    order = np.argsort(scores, kind="stable")

    # Rows come first, so that what is looked up by row lies together.
    weights = _weights(scores, sample_weight)
    weight_of_row = np.atleast_2d(weights).T[order]
    is_positive = _array(truth)[order, None]
    positive = weight_of_row * is_positive

    negative_before = _mass_before(weight_of_row - positive)
    won = _pairs_won(scores[order], positive, negative_before)
    area = _quotient(won, positive.sum(axis=0) * negative_before[-1])
    return _score(area.reshape(weights.shape[:-1]))


def _pairs_won(ranked: Values, positive: Values, negative_before: Values) -> Values:
    """Weight ``[draws]`` of the pairs in which a positive row outranks a negative one.

    ``ranked`` are ascending scores ``[rows]``, ``positive`` weights ``[rows, draws]``.
    """
    first_tied = np.searchsorted(ranked, ranked, "left")
    after_tied = np.searchsorted(ranked, ranked, "right")

    # A row wins against the negative rows below it, and half against those of its own score.
    beaten_twice = negative_before[first_tied] + negative_before[after_tied]
    won: Values = (positive * beaten_twice).sum(axis=0) / 2
    return won


def _mass_before(mass: Values) -> Values:
    """Sums ``[rows + 1, draws]`` of the rows before each row, and of all rows at the end."""
    n_rows, n_draws = mass.shape
    before = np.zeros((n_rows + 1, n_draws))
    np.cumsum(mass, axis=0, out=before[1:])
    return before


def expected_calibration_error(
    correct: ArrayLike,
    probability: ArrayLike,
    bins: int = 15,
    sample_weight: Weights | None = None,
) -> Score:
    """Mean gap between confidence and accuracy over equal-width bins, weighted by their rows.

    Source: Guo et al., On Calibration of Modern Neural Networks, 2017, equation 3.
    """
    p = _array(probability)
    gap = _array(correct) - p
    # A probability of 1 belongs to the last bin.
    bin_of_row = np.minimum((p * bins).astype(int), bins - 1)

    if sample_weight is None:
        gap_of_bin = np.bincount(bin_of_row, gap, minlength=bins)
        n_rows = max(len(p), 1)
        return _score(np.abs(gap_of_bin).sum() / n_rows)

    gaps_of_draws = sample_weight @ _spread_over_bins(gap, bin_of_row, bins)
    total = np.abs(gaps_of_draws).sum(axis=-1)
    return _score(total / _count(p, sample_weight))


def _spread_over_bins(values: Values, bin_of_row: Ints, bins: int) -> Values:
    """Write each row's value into the column of its bin; the rest of ``[rows, bins]`` is 0.

    A product with the weights of many draws then sums the values of every draw by bin.
    """
    by_bin = np.zeros((len(values), bins))
    by_bin[np.arange(len(values)), bin_of_row] = values
    return by_bin


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

    weights = _weights(scores, sample_weight)[..., order]
    correct_weights = weights * _array(correct)[order]
    hits = np.cumsum(correct_weights, axis=-1)
    answered = np.cumsum(weights, axis=-1)

    # A draw may leave out the first rows: of no answer there is no precision.
    precision = _quotient(hits, answered)
    n_relevant = _sum(_array(relevant), sample_weight)
    min_hits = np.asarray(min_recall * n_relevant)[..., None]
    is_allowed = _is_threshold(scores[order]) & (hits >= min_hits)
    return _score(precision.max(axis=-1, initial=0.0, where=is_allowed))


def _is_threshold(ranked: Values) -> Bools:
    """Tell which of the descending scores are thresholds: the last of each finite score.

    Rows of one score are answered together.
    """
    is_last = np.append(ranked[1:] != ranked[:-1], True)
    return is_last & np.isfinite(ranked)


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
    # Arrays of objects compare by value; numpy would pad strings to the longest one.
    labels = np.array(truth, object)
    first = np.array(
        [values[0] if values else nothing for values, _ in answers], object
    )
    correct = first == labels
    has_value = labels != nothing
    names_value = first != nothing

    measured: dict[str, float] = {}
    if has_value.any():
        measured["recall"] = conditional_mean(correct, has_value)

        quoted_hit, scores = first_values(truth, answers, nothing)
        best = precision_at_recall(quoted_hit, scores, has_value, min_recall)
        # 0 says that no threshold reaches the recall.
        if best:
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

    for label, (values, value_scores) in zip(truth, answers, strict=True):
        pairs = zip(values, value_scores, strict=True)
        quoted = [pair for pair in pairs if pair[0] != nothing]
        if quoted:
            value, score = quoted[0]
            correct.append(value == label)
            scores.append(score)
        else:
            correct.append(False)
            scores.append(-np.inf)

    return np.array(correct, bool), np.array(scores, np.float64)


def _array(values: ArrayLike) -> Values:
    return np.asarray(values, dtype=np.float64)


def _log1p(prices: ArrayLike) -> Values:
    logs: Values = np.log1p(_array(prices))
    return logs


def _weights(values: Values, sample_weight: Weights | None) -> Weights:
    if sample_weight is None:
        return np.ones(len(values))
    return sample_weight


def _sum(values: Values, sample_weight: Weights | None) -> Any:
    # Without weights numpy sums in pairs, which is more exact than a product with ones.
    if sample_weight is None:
        return np.sum(values)
    return sample_weight @ values


def _count(values: Values, sample_weight: Weights | None) -> Any:
    if sample_weight is None:
        return np.float64(len(values))
    return sample_weight.sum(axis=-1)


def _quotient(numerator: Any, denominator: Any) -> Any:
    # 0 of 0 is NaN, which is said without a warning.
    with np.errstate(invalid="ignore"):
        return numerator / denominator


def _score(values: Any) -> Score:
    return float(values) if np.ndim(values) == 0 else values
