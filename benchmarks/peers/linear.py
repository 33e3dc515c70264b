"""What a careful user would pick instead: tf-idf and a linear model, given the same rows.

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

from benchmarks.peers.protocol import Answers, Floats, Rows, Split, Task, time_batches
from benchmarks.peers.tfidf import Table
from common import metrics
from common.listing import PAYERS

PENALTIES = (0.1, 0.3, 1.0)
RIDGES = (0.5, 1.0, 2.0, 4.0)

SLOW = ("category", "brand")
"""With vectors beside tf-idf each fit of these takes minutes: they get the middle penalty."""

Vectors = Callable[[Rows], Floats]


def linear(task: Task, split: Split, vectors: Vectors | None = None) -> Answers:
    """Answer with a support vector machine, ridge or logistic regression, as the task asks.

    ``vectors`` of the text are columns beside those of tf-idf.
    """
    kind = _KINDS[task.model](task, split)
    start = time.perf_counter()
    model, table = _choose(kind, task, split, vectors)
    seconds = time.perf_counter() - start
    found = kind.answer(model, table.read(split.test))
    took = time_batches(lambda rows: kind.answer(model, table.read(rows)), split.test)
    return Answers(seconds, took, **found)


def _choose(kind: _Kind, task: Task, split: Split, vectors: Vectors | None) -> tuple[Any, Table]:
    """The model that scores best on validation rows, fitted on these too, and its table."""
    if vectors and task.model in SLOW:
        best = kind.models[len(kind.models) // 2]
    else:
        table = Table(split.train, task.shown, vectors)
        matrix, held = table.read(split.train), table.read(split.validation)
        fitted = [model.fit(matrix, kind.labels(split.train)) for model in kind.models]
        best = max(fitted, key=lambda each: kind.score(each, held))
    rows = [*split.train, *split.validation]
    table = Table(rows, task.shown, vectors)
    return clone(best).fit(table.read(rows), kind.labels(rows)), table


@dataclass(frozen=True, slots=True)
class _Kind:
    """Models to choose from, their labels, their score on validation rows, and their answers."""

    models: Sequence[Any]
    labels: Callable[[Rows], Any]
    score: Callable[[Any, sparse.csr_matrix], float]
    answer: Callable[[Any, sparse.csr_matrix], dict[str, Any]]


def _ranking(task: Task, split: Split) -> _Kind:
    truth = _labels(split.validation, task.field)

    def answer(model: Any, matrix: sparse.csr_matrix) -> dict[str, Any]:
        scores = model.decision_function(matrix)
        if scores.ndim == 1:
            scores = np.stack([-scores, scores], axis=1)
        best = np.argsort(-scores, axis=1)[:, :5]
        return {
            "ranked": model.classes_[best].tolist(),
            "scores": np.take_along_axis(scores, best, axis=1).tolist(),
        }

    def score(model: Any, matrix: sparse.csr_matrix) -> float:
        return metrics.top_k_accuracy(truth, answer(model, matrix)["ranked"], 1)

    models = [LinearSVC(C=penalty, tol=0.1) for penalty in PENALTIES]
    return _Kind(models, lambda rows: _labels(rows, task.field), score, answer)


def _payer(task: Task, split: Split) -> _Kind:
    def pays(rows: Rows) -> Any:
        return np.array(_labels(rows, task.field)) == PAYERS[0]

    truth = pays(split.validation)

    def score(model: Any, matrix: sparse.csr_matrix) -> float:
        return metrics.auc(truth, model.decision_function(matrix))

    def answer(model: Any, matrix: sparse.csr_matrix) -> dict[str, Any]:
        return {"numbers": model.predict_proba(matrix)[:, 1], "stated": True}

    models = [LogisticRegression(C=penalty, max_iter=1000) for penalty in PENALTIES]
    return _Kind(models, pays, score, answer)


def _price(task: Task, split: Split) -> _Kind:
    mean = np.log1p([row.price for row in split.train]).mean()
    truth = [row.price for row in split.validation]

    def answer(model: Any, matrix: sparse.csr_matrix) -> dict[str, Any]:
        return {"numbers": np.maximum(np.expm1(model.predict(matrix) + mean), 0)}

    def score(model: Any, matrix: sparse.csr_matrix) -> float:
        return metrics.r2_log1p(truth, answer(model, matrix)["numbers"])

    models = [Ridge(alpha=alpha, solver="sparse_cg") for alpha in RIDGES]
    return _Kind(models, lambda rows: np.log1p([row.price for row in rows]) - mean, score, answer)


_KINDS = {"category": _ranking, "brand": _ranking, "shipping": _payer, "price": _price}


def _labels(rows: Rows, field: str) -> list[str]:
    return [str(getattr(row, field)) for row in rows]
