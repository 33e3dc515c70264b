"""LightGBM over tf-idf columns and categorical fields: what tables are given to by habit."""

from __future__ import annotations

import time
from typing import Any

import lightgbm
import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD

from benchmarks.peers.protocol import Answers, Rows, Split, Task, time_batches
from benchmarks.peers.tfidf import Table
from common.listing import PAYERS

MIN_PRICE = 5
"""A word is a column when so many rows have it."""

TOPICS = {"price": 0, "shipping": 64}
"""Dense columns beside those of words, by truncated SVD of tf-idf; they help where they are."""

ROUNDS, PATIENCE = 1500, 60
SETTINGS = {
    "learning_rate": 0.05,
    "num_leaves": 31,
    "min_data_in_leaf": 10,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "cat_smooth": 10.0,
    "num_threads": 1,
    "seed": 0,
    "verbose": -1,
}


def boosted(task: Task, split: Split) -> Answers:
    """Answer prices or the chance that the seller pays; validation rows say how many trees.

    The trees are then grown anew on all rows.
    """
    start = time.perf_counter()
    price = task.model == "price"
    settings = {**SETTINGS, "objective": "regression" if price else "binary"}
    if not price:
        settings["metric"] = "auc"
    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    table = _Table(split.train, task)
    held = table.learnable(split.validation, task)
    probe = lightgbm.train(
        settings, table.learnable(split.train, task), ROUNDS, valid_sets=[held], callbacks=[stop]
    )
    rows = [*split.train, *split.validation]
    table = _Table(rows, task)
    trees = lightgbm.train(settings, table.learnable(rows, task), max(probe.best_iteration, 1))
    seconds = time.perf_counter() - start

    def predict(asked: Rows) -> Any:
        found = trees.predict(table.read(asked), num_threads=1)
        return np.maximum(np.expm1(found), 0) if price else found

    took = time_batches(predict, split.test)
    return Answers(seconds, took, numbers=predict(split.test), stated=not price)


class _Table:
    """A sparse table of text with categorical fields beside it, as numbers of their values."""

    def __init__(self, rows: Rows, task: Task) -> None:
        self._numbers = [name for name in task.shown if name == "price"]
        self._fields = [name for name in task.shown if name != "price"]
        self._text = Table(rows, self._numbers, least=MIN_PRICE)
        self._dense: Any = None
        if TOPICS[task.model]:
            self._words = Table(rows, ())
            self._dense = TruncatedSVD(TOPICS[task.model], n_iter=3, random_state=0)
            self._dense.fit(self._words.read(rows))
        self._codes = {
            field: {value: code for code, value in enumerate(_values(rows, field), start=1)}
            for field in self._fields
        }

    def read(self, rows: Rows) -> sparse.csr_matrix:
        codes = [
            [self._codes[field].get(getattr(row, field), 0) for field in self._fields]
            for row in rows
        ]
        parts = [np.array(codes, np.float32), self._text.read(rows)]
        if self._dense:
            parts.append(self._dense.transform(self._words.read(rows)))
        return sparse.csr_matrix(sparse.hstack(parts))

    def learnable(self, rows: Rows, task: Task) -> Any:
        labels = [getattr(row, task.field) for row in rows]
        goal = (
            np.log1p(np.array(labels, np.float64))
            if task.model == "price"
            else np.array([label == PAYERS[0] for label in labels], np.float64)
        )
        places = list(range(len(self._fields)))
        return lightgbm.Dataset(self.read(rows), goal, categorical_feature=places)


def _values(rows: Rows, field: str) -> list[str]:
    return sorted({value for row in rows if (value := getattr(row, field)) is not None})
