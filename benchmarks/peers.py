"""What a careful user would pick instead: tf-idf and a linear model, given the same rows.

Titles and descriptions have tf-idf tables of their own (words and pairs of words), confirmed fields
are one-hot with every level of a category, the price is its logarithm, and each penalty is chosen
on the validation rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import LinearSVC

from common import metrics
from common.listing import Listing

Rows = Sequence[Listing]
PENALTIES = (0.1, 0.3, 1.0, 3.0)
RIDGES = (0.5, 1.0, 2.0, 4.0)


class Table:
    """Listings as one sparse matrix; fitted on training rows."""

    def __init__(self, rows: Rows, fields: Sequence[str]) -> None:
        """Learn words and values of ``fields`` from the rows."""
        self._fields = fields
        self._titles = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        self._texts = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        self._values = DictVectorizer(dtype=np.float32)
        self._titles.fit([row.title for row in rows])
        self._texts.fit([row.description for row in rows])
        self._values.fit([self._confirmed(row) for row in rows])

    def read(self, rows: Rows) -> sparse.csr_matrix:
        """Return ``[rows, columns]``."""
        parts = [
            self._titles.transform([row.title for row in rows]),
            self._texts.transform([row.description for row in rows]),
            self._values.transform([self._confirmed(row) for row in rows]),
        ]
        return sparse.csr_matrix(sparse.hstack(parts))

    def _confirmed(self, row: Listing) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for field in self._fields:
            value = getattr(row, field)
            if field == "category" and value is not None:
                levels = value.split("/")
                said |= {f"category{depth}": "/".join(levels[:depth]) for depth in (1, 2, 3)}
            elif field == "price":
                said["price"] = np.log1p(value or 0.0)
            elif value is not None:
                said[field] = value
        return said


def rank(train: Rows, validation: Rows, test: Rows, field: str, fields: Sequence[str]) -> list[Any]:
    """Rank the values of a field for each test row with a linear support vector machine."""
    truth = _labels(validation, field)

    def score(model: Any, matrix: sparse.csr_matrix) -> float:
        return metrics.top_k_accuracy(truth, _ranked(model, matrix), 1)

    models = [LinearSVC(C=penalty) for penalty in PENALTIES]
    best, matrix = _choose(
        models, score, train, validation, test, fields, lambda rows: _labels(rows, field)
    )
    return _ranked(best, matrix)


def score_payer(train: Rows, validation: Rows, test: Rows, fields: Sequence[str]) -> Any:
    """Score for each test row how likely the seller pays, with logistic regression."""

    def pays(rows: Rows) -> Any:
        return np.array(_labels(rows, "shipping_payer")) == "seller"

    truth = pays(validation)

    def score(model: Any, matrix: sparse.csr_matrix) -> float:
        return metrics.auc(truth, model.decision_function(matrix))

    models = [LogisticRegression(C=penalty, max_iter=1000) for penalty in PENALTIES]
    best, matrix = _choose(models, score, train, validation, test, fields, pays)
    return best.decision_function(matrix)


def predict_price(train: Rows, validation: Rows, test: Rows, fields: Sequence[str]) -> Any:
    """Predict the price of each test row with ridge regression of its logarithm."""
    mean = np.log1p([row.price for row in train]).mean()
    truth = [row.price for row in validation]

    def centred(rows: Rows) -> Any:
        return np.log1p([row.price for row in rows]) - mean

    def score(model: Any, matrix: sparse.csr_matrix) -> float:
        return metrics.r2_log1p(truth, _prices(model, matrix, mean))

    models = [Ridge(alpha=alpha, solver="sparse_cg") for alpha in RIDGES]
    best, matrix = _choose(models, score, train, validation, test, fields, centred)
    return _prices(best, matrix, mean)


def _choose(
    models: Sequence[Any],
    score: Callable[[Any, sparse.csr_matrix], float],
    train: Rows,
    validation: Rows,
    test: Rows,
    fields: Sequence[str],
    labels: Callable[[Rows], Any],
) -> tuple[Any, sparse.csr_matrix]:
    """The model that scores best on validation rows, fitted on these too, and the test rows as it
    reads them.
    """
    table = Table(train, fields)
    matrix, held = table.read(train), table.read(validation)
    fitted = [model.fit(matrix, labels(train)) for model in models]
    best = max(fitted, key=lambda each: score(each, held))
    rows = [*train, *validation]
    table = Table(rows, fields)
    return clone(best).fit(table.read(rows), labels(rows)), table.read(test)


def _prices(model: Any, matrix: sparse.csr_matrix, mean: float) -> Any:
    return np.maximum(np.expm1(model.predict(matrix) + mean), 0)


def _ranked(model: Any, matrix: sparse.csr_matrix) -> list[list[str]]:
    scores = model.decision_function(matrix)
    if scores.ndim == 1:
        scores = np.stack([-scores, scores], axis=1)
    best = np.argsort(-scores, axis=1)[:, :5]
    return [[str(model.classes_[place]) for place in row] for row in best]


def _labels(rows: Rows, field: str) -> list[str]:
    return [str(getattr(row, field)) for row in rows]
