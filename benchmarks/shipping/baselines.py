"""Baselines of fees: medians, a rate card, a ridge regression and boosted trees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import lightgbm
import numpy as np
from sklearn.linear_model import Ridge

from benchmarks.peers.tfidf import TfidfFeatures
from benchmarks.shared.folds import Fold
from benchmarks.shipping.figures import MAX_CLASSES, Fees, Floats, fees_of
from common.listing import EARLY_FIELDS, Listing
from common.validation.measures import N_SIDES, sides, volume

Rows = Sequence[Listing]

FIELDS = ("category", "brand", "condition", "price")
"""Confirmed fields that the learned baselines read, beside weight and dimensions."""

MIN_ROWS = 5
"""Rows of a category that has a median of its own."""

ENDS = (0.1, 0.9)
PENALTIES = (0.3, 1.0, 3.0, 10.0)
MAX_ROUNDS, PATIENCE = 1000, 50
LIGHTGBM_SETTINGS = {
    "objective": "regression_l1",
    "learning_rate": 0.05,
    "num_leaves": 31,
    "min_data_in_leaf": 10,
    "num_threads": 1,
    "seed": 0,
    "deterministic": True,
    "verbose": -1,
}


def median(fold: Fold) -> Fees:
    """The median of the training fees, and as an interval their quantiles."""
    fees = fees_of(_learned(fold))
    low, high = np.quantile(fees, ENDS)
    return Fees(*(np.full(len(fold.test), end) for end in (np.median(fees), low, high)))


def category_median(fold: Fold) -> Fees:
    """The median and the quantiles of the category, or of all where it has few rows."""
    everything = fees_of(_learned(fold))
    by_category: dict[str, list[float]] = {}
    for row in _learned(fold):
        by_category.setdefault(row.category or "", []).append(row.shipping_fee or 0.0)

    answers = []
    for row in fold.test:
        own = by_category.get(row.category or "", ())
        fees = np.array(own) if len(own) >= MIN_ROWS else everything
        answers.append([np.median(fees), *np.quantile(fees, ENDS)])
    return Fees(*np.array(answers).T)


def rate_card(fold: Fold) -> Fees:
    """The commonest fees as a card: of each category the one that is nearest to its median."""
    counts = Counter(fees_of(_learned(fold)).tolist())
    card = np.array([fee for fee, _ in counts.most_common(MAX_CLASSES)])
    medians = category_median(fold).amounts
    nearest = np.abs(medians[:, None] - card).argmin(axis=1)
    return Fees(card[nearest])


def ridge_on_text(fold: Fold) -> Fees:
    """A ridge regression on tf-idf of title and description, and on the condition."""
    return _ridge(fold, EARLY_FIELDS, None)


def ridge(fold: Fold) -> Fees:
    """A ridge regression on tf-idf, confirmed fields, weight and dimensions."""
    return _ridge(fold, FIELDS, _numbers)


def boosted(fold: Fold) -> Fees:
    """LightGBM on category, price, weight and dimensions; early stopping on validation rows."""
    codes = {
        category: code
        for code, category in enumerate(sorted({r.category or "" for r in fold.train}))
    }

    def matrix(rows: Rows) -> Floats:
        """Codes of categories, then numbers; NaN where they are not known."""
        category = [[codes.get(row.category or "", np.nan)] for row in rows]
        return np.hstack([np.array(category, np.float64), _raw_numbers(rows)])

    def dataset(rows: Rows) -> lightgbm.Dataset:
        """Rows with the logarithms of their fees."""
        return lightgbm.Dataset(
            matrix(rows), np.log1p(fees_of(rows)), categorical_feature=[0]
        )

    trees = lightgbm.train(
        LIGHTGBM_SETTINGS,
        dataset(fold.train),
        MAX_ROUNDS,
        valid_sets=[dataset(fold.validation)],
        callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
    )
    return Fees(_to_fees(np.asarray(trees.predict(matrix(fold.test)))))


def _ridge(
    fold: Fold, fields: Sequence[str], numbers: Callable[[Rows], Floats] | None
) -> Fees:
    """Fit with the penalty that is best on validation rows, then on these rows too."""
    errors = {}
    for penalty in PENALTIES:
        predict = _fit_ridge(fold.train, fields, numbers, penalty)
        logs = predict(fold.validation) - np.log1p(fees_of(fold.validation))
        errors[penalty] = float(np.abs(logs).mean())

    best = min(errors, key=lambda penalty: errors[penalty])
    predict = _fit_ridge(_learned(fold), fields, numbers, best)
    return Fees(_to_fees(predict(fold.test)))


def _fit_ridge(
    rows: Rows,
    fields: Sequence[str],
    numbers: Callable[[Rows], Floats] | None,
    penalty: float,
) -> Callable[[Rows], Floats]:
    """Return the function that predicts the logarithms of fees."""
    features = TfidfFeatures(rows, fields, numbers)
    logs = np.log1p(fees_of(rows))
    model = Ridge(alpha=penalty).fit(features.transform(rows), logs - logs.mean())

    def predict(others: Rows) -> Floats:
        """Logarithms of fees."""
        predicted = model.predict(features.transform(others))
        return np.asarray(predicted + logs.mean(), np.float64)

    return predict


def _learned(fold: Fold) -> list[Listing]:
    return [*fold.train, *fold.validation]


def _numbers(rows: Rows) -> Floats:
    """Logarithms of weight and volume, and whether they are known, ``[rows, 4]``."""
    columns = []
    for row in rows:
        size = volume(row.dimensions or "")
        known = (row.weight is not None, not np.isnan(size))
        logs = (np.log1p(row.weight or 0.0), np.log1p(np.nan_to_num(size)))
        columns.append([*logs, *known])
    # Divided, so that a number is about as large as a column of tf-idf.
    return np.array(columns, np.float64) / 10


def _raw_numbers(rows: Rows) -> Floats:
    """Price, weight and sides, ``[rows, 5]``; NaN where they are not known."""
    unknown = (np.nan,) * N_SIDES
    columns = [
        [row.price, row.weight, *(sides(row.dimensions or "") or unknown)]
        for row in rows
    ]
    return np.array(columns, np.float64)


def _to_fees(logs: Floats) -> Floats:
    return np.maximum(np.expm1(logs), 0)


EARLY_BASELINES: dict[str, Callable[[Fold], Fees]] = {
    "median fee": median,
    "ridge on text": ridge_on_text,
}
FULL_BASELINES: dict[str, Callable[[Fold], Fees]] = {
    "median of the category": category_median,
    "rate card": rate_card,
    "ridge": ridge,
    "LightGBM": boosted,
}
"""Baselines that read nothing but text, and those that read confirmed fields."""
