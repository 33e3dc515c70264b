"""The baseline of a careful user: tf-idf and a linear model on the same rows.

Titles and descriptions have tf-idf tables of their own (words and pairs of words), confirmed fields
are one-hot with every level of a category, the price is its logarithm, and each penalty is chosen
on the validation rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import LinearSVC

from benchmarks.peers.protocol import (
    Answers,
    Floats,
    Rows,
    Split,
    Task,
    prices_of,
    time_batches,
    to_prices,
)
from benchmarks.peers.tfidf import TfidfFeatures
from common import metrics
from common.listing import PAYERS

INVERSE_PENALTIES = (0.1, 0.3, 1.0)
RIDGE_PENALTIES = (0.5, 1.0, 2.0, 4.0)
N_RANKED = 5

SLOW = ("category", "brand")
"""Models that take minutes to fit on vectors beside tf-idf: they get the middle penalty."""

Vectors = Callable[[Rows], Floats]


def linear(task: Task, split: Split, vectors: Vectors | None = None) -> Answers:
    """Predict with a support vector machine, ridge or logistic regression, as the task needs.

    ``vectors`` of the text are columns beside those of tf-idf.
    """
    method = METHODS[task.model](task, split)
    start = time.perf_counter()
    model, features = _fit_best(method, task, split, vectors)
    seconds = time.perf_counter() - start

    def predict(rows: Rows) -> dict[str, Any]:
        """Keyword arguments of ``Answers``."""
        return method.predict(model, features.transform(rows))

    microseconds = time_batches(predict, split.test)
    return Answers(seconds, microseconds, **predict(split.test))


@dataclass(frozen=True, slots=True)
class Method:
    """A family of linear models.

    Attributes:
        candidates: models with different penalties.
        labels: labels of rows.
        score: score of a model on the matrix of the validation rows; more is better.
        predict: keyword arguments of ``Answers`` for a matrix.
    """

    candidates: Sequence[Any]
    labels: Callable[[Rows], Any]
    score: Callable[[Any, sparse.csr_matrix], float]
    predict: Callable[[Any, sparse.csr_matrix], dict[str, Any]]


def _fit_best(
    method: Method, task: Task, split: Split, vectors: Vectors | None
) -> tuple[Any, TfidfFeatures]:
    """The candidate that scores best on validation rows, refitted on these too."""
    if vectors and task.model in SLOW:
        best = method.candidates[len(method.candidates) // 2]
    else:
        best = _choose(method, task, split, vectors)

    rows = [*split.train, *split.validation]
    features = TfidfFeatures(rows, task.confirmed, vectors)
    matrix = features.transform(rows)
    model = clone(best).fit(matrix, method.labels(rows))
    return model, features


def _choose(method: Method, task: Task, split: Split, vectors: Vectors | None) -> Any:
    features = TfidfFeatures(split.train, task.confirmed, vectors)
    matrix = features.transform(split.train)
    labels = method.labels(split.train)
    validation = features.transform(split.validation)

    fitted = [model.fit(matrix, labels) for model in method.candidates]
    return max(fitted, key=lambda model: method.score(model, validation))


def _ranking(task: Task, split: Split) -> Method:
    truth = _labels(split.validation, task.field)

    def score(model: Any, matrix: sparse.csr_matrix) -> float:
        """Score on the matrix of the validation rows."""
        answers = _rank(model, matrix)
        accuracy = metrics.top_k_accuracy(truth, answers["ranked"], 1)
        return float(accuracy)

    return Method(
        candidates=[LinearSVC(C=penalty, tol=0.1) for penalty in INVERSE_PENALTIES],
        labels=lambda rows: _labels(rows, task.field),
        score=score,
        predict=_rank,
    )


def _rank(model: Any, matrix: sparse.csr_matrix) -> dict[str, Any]:
    """The best classes with their scores, as keyword arguments of ``Answers``."""
    scores = _class_scores(model, matrix)
    best = np.argsort(-scores, axis=1)[:, :N_RANKED]
    best_classes = model.classes_[best]
    best_scores = np.take_along_axis(scores, best, axis=1)
    return {
        "ranked": best_classes.tolist(),
        "scores": best_scores.tolist(),
    }


def _payer(task: Task, split: Split) -> Method:
    def seller_pays(rows: Rows) -> Any:
        """Whether the seller pays, by row."""
        payers = np.array(_labels(rows, task.field))
        return payers == PAYERS[0]

    truth = seller_pays(split.validation)

    def score(model: Any, matrix: sparse.csr_matrix) -> float:
        """Score on the matrix of the validation rows."""
        scores = model.decision_function(matrix)
        return float(metrics.auc(truth, scores))

    return Method(
        candidates=_logistic_regressions(),
        labels=seller_pays,
        score=score,
        predict=_state_probabilities,
    )


def _logistic_regressions() -> list[LogisticRegression]:
    models = []
    for penalty in INVERSE_PENALTIES:
        model = LogisticRegression(C=penalty, max_iter=1000)
        models.append(model)
    return models


def _state_probabilities(model: Any, matrix: sparse.csr_matrix) -> dict[str, Any]:
    """Probabilities that the seller pays, as keyword arguments of ``Answers``."""
    probabilities = model.predict_proba(matrix)
    return {"numbers": probabilities[:, 1], "stated": True}


def _price(task: Task, split: Split) -> Method:
    train_logs = np.log1p(prices_of(split.train))
    mean = train_logs.mean()
    truth = prices_of(split.validation)

    def predict(model: Any, matrix: sparse.csr_matrix) -> dict[str, Any]:
        """Keyword arguments of ``Answers``."""
        log_prices = model.predict(matrix) + mean
        return {"numbers": to_prices(log_prices)}

    def score(model: Any, matrix: sparse.csr_matrix) -> float:
        """Score on the matrix of the validation rows."""
        prices = predict(model, matrix)["numbers"]
        return float(metrics.r2_log1p(truth, prices))

    return Method(
        candidates=_ridges(),
        labels=lambda rows: np.log1p(prices_of(rows)) - mean,
        score=score,
        predict=predict,
    )


def _ridges() -> list[Ridge]:
    models = []
    for penalty in RIDGE_PENALTIES:
        model = Ridge(alpha=penalty, solver="sparse_cg")
        models.append(model)
    return models


def _class_scores(model: Any, matrix: sparse.csr_matrix) -> Floats:
    """Scores ``[rows, classes]``."""
    scores: Floats = model.decision_function(matrix)
    if scores.ndim == 1:
        # Of two classes scikit-learn gives the score of the second one only.
        return np.stack([-scores, scores], axis=1)
    return scores


METHODS = {"category": _ranking, "brand": _ranking, "shipping": _payer, "price": _price}
"""The family of models for each model of ours."""


def _labels(rows: Rows, field: str) -> list[str]:
    return [str(getattr(row, field)) for row in rows]
