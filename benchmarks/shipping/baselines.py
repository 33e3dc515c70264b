"""Baselines of fees: medians, a rate card, a ridge regression and boosted trees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

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

LEVELS = (0.1, 0.5, 0.9)
UNKNOWN_SIDES = (np.nan,) * N_SIDES
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
    n_rows = len(fold.test)
    low, middle, high = np.quantile(fees, LEVELS)
    return Fees(
        np.full(n_rows, middle),
        np.full(n_rows, low),
        np.full(n_rows, high),
    )


def category_median(fold: Fold) -> Fees:
    """The median and the quantiles of the category, or of all where it has few rows."""
    by_category: dict[str | None, list[Listing]] = {}
    for row in _learned(fold):
        of_category = by_category.setdefault(row.category, [])
        of_category.append(row)

    answers = []
    for row in fold.test:
        alike = by_category.get(row.category, [])
        rows = alike if len(alike) >= MIN_ROWS else _learned(fold)
        quantiles = np.quantile(fees_of(rows), LEVELS)
        answers.append(quantiles)
    low, middle, high = np.array(answers).T
    return Fees(middle, low, high)


def rate_card(fold: Fold) -> Fees:
    """The commonest fees as a card: of each category the one that is nearest to its median."""
    fees = fees_of(_learned(fold))
    commonest = Counter(fees.tolist()).most_common(MAX_CLASSES)
    card = np.array([fee for fee, _ in commonest])

    medians = category_median(fold).amounts
    distances = np.abs(medians[:, None] - card)
    nearest = distances.argmin(axis=1)
    return Fees(card[nearest])


def ridge_on_text(fold: Fold) -> Fees:
    """A ridge regression on tf-idf of title and description, and on the condition."""
    return _ridge(fold, EARLY_FIELDS, None)


def ridge(fold: Fold) -> Fees:
    """A ridge regression on tf-idf, confirmed fields, weight and dimensions."""
    return _ridge(fold, FIELDS, _numbers)


def boosted(fold: Fold) -> Fees:
    """LightGBM on category, price, weight and dimensions; early stopping on validation rows."""
    codes = _category_codes(fold.train)
    train = _dataset(fold.train, codes)
    validation = _dataset(fold.validation, codes)

    stopping = lightgbm.early_stopping(PATIENCE, verbose=False)
    trees = lightgbm.train(
        LIGHTGBM_SETTINGS,
        train,
        MAX_ROUNDS,
        valid_sets=[validation],
        callbacks=[stopping],
    )

    table = _table(fold.test, codes)
    predicted = np.asarray(trees.predict(table))
    return Fees(_to_fees(predicted))


def _category_codes(rows: Rows) -> dict[str, int]:
    categories = {row.category or "" for row in rows}
    return {name: code for code, name in enumerate(sorted(categories))}


def _dataset(rows: Rows, codes: Mapping[str, int]) -> lightgbm.Dataset:
    """Rows with the logarithms of their fees, the category first."""
    logs = np.log1p(fees_of(rows))
    table = _table(rows, codes)
    return lightgbm.Dataset(table, logs, categorical_feature=[0])


def _table(rows: Rows, codes: Mapping[str, int]) -> Floats:
    """Codes of categories, then numbers, ``[rows, 6]``; NaN where they are not known."""
    categories = np.full((len(rows), 1), np.nan)
    for number, row in enumerate(rows):
        category = row.category or ""
        categories[number] = codes.get(category, np.nan)
    return np.hstack([categories, _raw_numbers(rows)])


def _ridge(
    fold: Fold, fields: Sequence[str], numbers: Callable[[Rows], Floats] | None
) -> Fees:
    """Fit with the penalty that is best on validation rows, then on these rows too."""
    truth = np.log1p(fees_of(fold.validation))
    errors = []
    for penalty in PENALTIES:
        predict = _fit_ridge(fold.train, fields, numbers, penalty)
        error = np.abs(predict(fold.validation) - truth)
        errors.append(error.mean())

    best = PENALTIES[int(np.argmin(errors))]
    predict = _fit_ridge(_learned(fold), fields, numbers, best)
    logs = predict(fold.test)
    return Fees(_to_fees(logs))


def _fit_ridge(
    rows: Rows,
    fields: Sequence[str],
    numbers: Callable[[Rows], Floats] | None,
    penalty: float,
) -> Callable[[Rows], Floats]:
    """Return the function that predicts the logarithms of fees."""
    features = TfidfFeatures(rows, fields, numbers)
    logs = np.log1p(fees_of(rows))
    mean = logs.mean()
    model = Ridge(alpha=penalty)
    model.fit(features.transform(rows), logs - mean)

    def predict(others: Rows) -> Floats:
        """Logarithms of fees."""
        matrix = features.transform(others)
        predicted = model.predict(matrix) + mean
        return np.asarray(predicted, np.float64)

    return predict


def _learned(fold: Fold) -> list[Listing]:
    return [*fold.train, *fold.validation]


def _numbers(rows: Rows) -> Floats:
    """Logarithms of weight and volume, and whether they are known, ``[rows, 4]``."""
    numbers = np.zeros((len(rows), 2))
    for number, row in enumerate(rows):
        cubic_centimetres = volume(row.dimensions or "")
        numbers[number, 0] = row.weight or 0.0
        numbers[number, 1] = np.nan_to_num(cubic_centimetres)

    logs = np.log1p(numbers)
    is_known = (numbers > 0).astype(np.float64)
    # Divided, so that a logarithm is about as large as a column of tf-idf.
    return np.hstack([logs / 10, is_known])


def _raw_numbers(rows: Rows) -> Floats:
    """Price, weight and sides, ``[rows, 5]``; NaN where they are not known."""
    columns = []
    for row in rows:
        of_parcel = sides(row.dimensions or "") or UNKNOWN_SIDES
        columns.append([row.price, row.weight, *of_parcel])
    return np.array(columns, np.float64)


def _to_fees(logs: Floats) -> Floats:
    return np.maximum(np.expm1(logs), 0)


BASELINES: dict[str, dict[str, Callable[[Fold], Fees]]] = {
    "early": {
        "median fee": median,
        "ridge on text": ridge_on_text,
    },
    "full": {
        "median of the category": category_median,
        "rate card": rate_card,
        "ridge": ridge,
        "LightGBM": boosted,
    },
}
"""Baselines by context: those that read text at most, and those that read confirmed fields."""
