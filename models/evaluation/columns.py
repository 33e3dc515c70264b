"""Columns of an outcome: one number a row for each aspect of how good an answer was.

Every metric is a function of these numbers and of how often each row counts, so that slices and
intervals need no second prediction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from common.listing import (
    CATEGORY_SEPARATOR,
    NO_BRAND,
    Candidate,
    PriceRange,
    Suggestion,
)
from common.metrics import Values, first_values, is_inside, top_k_hits
from common.validation.folding import fold_field

Columns = Mapping[str, Values]
"""One number a row, by aspect."""

COVERAGE = 0.8
"""The share of prices that should lie inside the interval."""

N_SHOWN = 5
"""Candidates of a field that are shown to a seller."""

BELOW_QUANTILE = "below "
"""Columns of a price that tell whether it lies at or below a quantile: ``below 0.05``."""


def ranked_columns(
    field: str, truth: Sequence[str], suggestions: Sequence[Suggestion]
) -> dict[str, Values]:
    """Columns of a field of ranked candidates; ``truth`` are the labels of the rows.

    ``hit`` (the first candidate is right), ``among`` (one of five is), ``confidence`` (the first
    candidate's probability), ``brier``, ``loss`` (the confidence in a wrong candidate),
    ``majority`` (the label is the most frequent one) and ``abstained``. Fields of two values have
    ``positive`` and ``score`` besides, brands ``branded``, ``named``, ``quoted_hit`` and
    ``quoted_score``, categories ``committed``, ``committed_hit`` and ``committed_at_leaf``.
    """
    # A table of another month may spell a label in another way: it is the same answer.
    truth = [fold_field(field, label) for label in truth]
    suggestions = list(map(_fold_candidates, suggestions))
    ranked = [suggestion.candidates.get(field, ()) for suggestion in suggestions]
    columns = _candidate_columns(truth, ranked)
    columns["abstained"] = _abstained(suggestions)

    labels = sorted(set(truth))
    if len(labels) == 2:
        columns |= _binary_columns(labels[1], truth, ranked)
    if field == "brand":
        columns |= _brand_columns(truth, ranked)
    if field == "category":
        columns |= committed_columns(truth, suggestions)
    return columns


def _fold_candidates(suggestion: Suggestion) -> Suggestion:
    """Return the suggestion with the key of each value in place of its spelling."""
    folded = {}
    for field, candidates in suggestion.candidates.items():
        folded[field] = tuple(
            Candidate(fold_field(field, candidate.value), candidate.probability)
            for candidate in candidates
        )
    return replace(suggestion, candidates=folded)


def _candidate_columns(
    truth: Sequence[str], ranked: Sequence[Sequence[Candidate]]
) -> dict[str, Values]:
    values = [[candidate.value for candidate in row] for row in ranked]
    confidence = _numbers([row[0].probability if row else 0.0 for row in ranked])
    hit = _numbers(top_k_hits(truth, values, 1))
    among = _numbers(top_k_hits(truth, values, N_SHOWN))
    brier = list(map(_brier_score, ranked, truth))
    # Of equally frequent labels the first in the rows counts as the most frequent one.
    majority, _ = Counter(truth).most_common(1)[0]

    return {
        "hit": hit,
        "among": among,
        "confidence": confidence,
        "brier": _numbers(brier),
        "loss": confidence * (1 - hit),
        "majority": _is_equal(truth, majority),
    }


def price_columns(
    truth: Sequence[float], suggestions: Sequence[Suggestion]
) -> dict[str, Values]:
    """Columns of a price, see ``amount_columns``."""
    return amount_columns("price", truth, suggestions)


def amount_columns(
    field: str, truth: Sequence[float], suggestions: Sequence[Suggestion]
) -> dict[str, Values]:
    """Columns of an amount; ``truth`` are the rows' own ones, in the currency of the answers.

    ``price`` and ``median``, ``inside`` (the interval covers the amount), ``width`` (the quotient
    of the interval's ends), ``abstained``, and ``below 0.05`` for each quantile. In ``log1p``:
    ``winkler`` (the interval score) and ``loss`` (the absolute error of the median).
    """
    ranges = [suggestion.range_of(field) for suggestion in suggestions]
    intervals = [interval for interval in ranges if interval is not None]
    price = _numbers(truth)
    median = _numbers([interval.median for interval in intervals])

    columns = {
        "price": price,
        "median": median,
        **_interval_columns(price, intervals),
        "loss": np.abs(np.log1p(price) - np.log1p(median)),
        "abstained": _abstained(suggestions),
    }
    return columns | _quantile_columns(price, intervals)


def _interval_columns(
    price: Values, intervals: Sequence[PriceRange]
) -> dict[str, Values]:
    low = _numbers([interval.low for interval in intervals])
    high = _numbers([interval.high for interval in intervals])
    return {
        "inside": _numbers(is_inside(price, low, high)),
        "winkler": _interval_score(price, low, high),
        # Ends are compared in log1p, where the errors of cheap and dear things are alike.
        "width": (high + 1) / (low + 1),
    }


def _quantile_columns(
    price: Values, intervals: Sequence[PriceRange]
) -> dict[str, Values]:
    columns = {}
    # All intervals of a model have the same levels.
    levels = [level for level, _ in intervals[0].quantiles]
    for index, level in enumerate(levels):
        quantile = _numbers([interval.quantiles[index][1] for interval in intervals])
        columns[f"{BELOW_QUANTILE}{level:g}"] = _numbers(price <= quantile)
    return columns


def committed_columns(
    truth: Sequence[str], suggestions: Sequence[Suggestion]
) -> dict[str, Values]:
    """Columns of the path that a category model commits to, its ``category_committed``.

    ``committed`` (there is such a path), ``committed_hit`` (the true path equals it or lies below
    it) and ``committed_at_leaf`` (it is one of the ranked leaves).
    """
    committed, hits, at_leaf = [], [], []

    for label, suggestion in zip(truth, suggestions, strict=True):
        leaves = _values(suggestion, "category")
        paths = _values(suggestion, "category_committed")
        committed.append(bool(paths))
        hits.append(bool(paths) and _lies_at_or_below(label, paths[0]))
        at_leaf.append(bool(paths) and paths[0] in leaves)

    return {
        "committed": _numbers(committed),
        "committed_hit": _numbers(hits),
        "committed_at_leaf": _numbers(at_leaf),
    }


def _values(suggestion: Suggestion, field: str) -> list[str]:
    return [candidate.value for candidate in suggestion.candidates.get(field, ())]


def _lies_at_or_below(path: str, ancestor: str) -> bool:
    # With a separator at the end of both, "Women/Shoe" is no ancestor of "Women/Shoes".
    return f"{path}{CATEGORY_SEPARATOR}".startswith(f"{ancestor}{CATEGORY_SEPARATOR}")


def _interval_score(price: Values, low: Values, high: Values) -> Values:
    """Width of an interval in ``log1p``, and a penalty for each price outside of it.

    Source: Winkler, A Decision-Theoretic Approach to Interval Estimation, 1972.
    """
    log_price = np.log1p(price)
    log_low = np.log1p(low)
    log_high = np.log1p(high)

    below = np.maximum(log_low - log_price, 0)
    above = np.maximum(log_price - log_high, 0)
    outside = below + above

    # With this penalty the interval of the stated coverage has the lowest mean score.
    penalty = 2 / (1 - COVERAGE)
    score: Values = log_high - log_low + penalty * outside
    return score


def _binary_columns(
    positive: str, truth: Sequence[str], ranked: Sequence[Sequence[Candidate]]
) -> dict[str, Values]:
    scores = []
    for row in ranked:
        probabilities = [
            candidate.probability for candidate in row if candidate.value == positive
        ]
        scores.append(sum(probabilities))

    return {
        "positive": _is_equal(truth, positive),
        "score": _numbers(scores),
    }


def _brand_columns(
    truth: Sequence[str], ranked: Sequence[Sequence[Candidate]]
) -> dict[str, Values]:
    answers = []
    first = []
    for row in ranked:
        values = [candidate.value for candidate in row]
        scores = [candidate.probability for candidate in row]
        answers.append((values, scores))
        first.append(values[0] if values else NO_BRAND)

    # A seller is quoted the first brand even where "no brand" comes before it.
    quoted_hit, quoted_score = first_values(truth, answers, NO_BRAND)
    return {
        "branded": 1 - _is_equal(truth, NO_BRAND),
        "named": 1 - _is_equal(first, NO_BRAND),
        "quoted_hit": _numbers(quoted_hit),
        "quoted_score": quoted_score,
    }


def _brier_score(row: Sequence[Candidate], label: str) -> float:
    """Squared distance of the probabilities from the truth, which has 1 (Brier, 1950): 0 to 2."""
    probabilities = {label: 0.0}
    for candidate in row:
        probabilities[candidate.value] = candidate.probability

    score = 0.0
    for value, probability in probabilities.items():
        score += (probability - (value == label)) ** 2
    return score


def _abstained(suggestions: Sequence[Suggestion]) -> Values:
    return _numbers([bool(suggestion.abstained) for suggestion in suggestions])


def _is_equal(values: Sequence[str], value: str) -> Values:
    return _numbers([other == value for other in values])


def _numbers(values: ArrayLike) -> Values:
    return np.asarray(values, np.float64)
