"""The baseline of a careful user: tf-idf and a linear model on the same rows.

Titles and descriptions have tf-idf tables of their own (words and pairs of words), and share one of
2 to 5 characters. Confirmed fields are one-hot with every level of a category, and the price is its
logarithm. The rarest n-gram that counts and the penalty are chosen on the validation rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import LinearSVC

from benchmarks.peers.tfidf import TextColumns, TfidfFeatures
from benchmarks.shared.protocol import (
    Answers,
    Floats,
    Rows,
    Split,
    Task,
    prices_of,
    time_batches,
    to_prices,
)
from common import metrics
from common.listing import PAYERS

INVERSE_PENALTIES = (0.1, 0.3, 1.0)
RIDGE_PENALTIES = (0.5, 1.0, 2.0, 4.0, 8.0)
N_RANKED = 5

COLUMNS = (TextColumns(1, "text"), TextColumns(2, "text"))
"""Columns to choose from."""

LARGE_COLUMNS = (TextColumns(3, "title"),)
"""Columns where there are many rows of many classes: others need hours, and 8 GB of weights."""

MAX_CELLS = 20_000_000
"""Rows times classes from which on ``LARGE_COLUMNS`` are used."""

Vectors = Callable[[Rows], Floats]


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting to choose: the columns, and the penalty (its inverse, for classes)."""

    columns: TextColumns
    penalty: float

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Setting:
        """The setting that ``asdict`` turned into a mapping."""
        return cls(TextColumns(**values["columns"]), values["penalty"])


@dataclass(frozen=True, slots=True)
class Method:
    """A family of linear models.

    Attributes:
        penalties: penalties to choose from.
        model: an unfitted model with a penalty.
        labels: labels of rows.
        score: score of a model on the matrix of the validation rows; more is better.
        predict: keyword arguments of ``Answers`` for a matrix.
    """

    penalties: Sequence[float]
    model: Callable[[float], Any]
    labels: Callable[[Rows], Any]
    score: Callable[[Any, sparse.csr_matrix], float]
    predict: Callable[[Any, sparse.csr_matrix], dict[str, Any]]


def linear(
    task: Task,
    split: Split,
    chosen: Mapping[str, Any] | None = None,
    vectors: Vectors | None = None,
) -> Answers:
    """Predict with a support vector machine, ridge or logistic regression, as the task needs.

    ``chosen`` is the setting of earlier answers, to be used again. ``vectors`` of the text are
    columns beside those of tf-idf.
    """
    method = METHODS[task.model](task, split)
    start = time.perf_counter()
    known = Setting.from_json(chosen) if chosen else None
    setting = known or _choose(method, task, split, vectors)
    predict = _fit(method, setting, task, split, vectors)
    seconds = time.perf_counter() - start

    views = {prefix: predict(rows)["ranked"] for prefix, rows in split.views.items()}
    return Answers(
        seconds=seconds,
        microseconds=time_batches(predict, split.test),
        views=views,
        chosen=asdict(setting),
        **predict(split.test),
    )


def _choose(
    method: Method, task: Task, split: Split, vectors: Vectors | None
) -> Setting:
    """The setting that scores best on validation rows."""
    settings = list(_settings(method, task, split))
    if len(settings) == 1:
        return settings[0]

    scores: dict[Setting, float] = {}
    # The matrix of some columns serves every penalty.
    for columns, group in groupby(settings, key=lambda setting: setting.columns):
        features = TfidfFeatures(split.train, task.confirmed, vectors, columns)
        scores |= _scores(method, list(group), features, split)
    return max(scores, key=lambda setting: scores[setting])


def _scores(
    method: Method, settings: Sequence[Setting], features: TfidfFeatures, split: Split
) -> dict[Setting, float]:
    """The scores on validation rows of settings with the same columns."""
    matrix = features.transform(split.train)
    labels = method.labels(split.train)
    validation = features.transform(split.validation)
    scores = {}
    for setting in settings:
        model = method.model(setting.penalty).fit(matrix, labels)
        scores[setting] = method.score(model, validation)
    return scores


def _settings(method: Method, task: Task, split: Split) -> Iterator[Setting]:
    n_classes = 1
    if method.predict is _rank:
        n_classes = len(set(_labels(split.train, task.field)))

    is_large = len(split.train) * n_classes > MAX_CELLS
    for columns in LARGE_COLUMNS if is_large else COLUMNS:
        for penalty in method.penalties:
            yield Setting(columns, penalty)


def _fit(
    method: Method, setting: Setting, task: Task, split: Split, vectors: Vectors | None
) -> Callable[[Rows], dict[str, Any]]:
    """Fit on all rows; the function returned gives keyword arguments of ``Answers``."""
    rows = [*split.train, *split.validation]
    features = TfidfFeatures(rows, task.confirmed, vectors, setting.columns)
    matrix = features.transform(rows)
    model = method.model(setting.penalty).fit(matrix, method.labels(rows))
    return lambda listings: method.predict(model, features.transform(listings))


def _ranking(task: Task, split: Split) -> Method:
    truth = _labels(split.validation, task.field)

    def score(model: Any, matrix: sparse.csr_matrix) -> float:
        """Score on the matrix of the validation rows."""
        answers = _rank(model, matrix)
        accuracy = metrics.top_k_accuracy(truth, answers["ranked"], 1)
        return float(accuracy)

    return Method(
        penalties=INVERSE_PENALTIES,
        model=lambda penalty: LinearSVC(C=penalty, tol=0.1),
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
        penalties=INVERSE_PENALTIES,
        model=lambda penalty: LogisticRegression(C=penalty, max_iter=1000),
        labels=seller_pays,
        score=score,
        predict=_state_probabilities,
    )


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
        penalties=RIDGE_PENALTIES,
        model=lambda penalty: Ridge(alpha=penalty, solver="sparse_cg"),
        labels=lambda rows: np.log1p(prices_of(rows)) - mean,
        score=score,
        predict=predict,
    )


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
