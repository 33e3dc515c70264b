"""LightGBM over tf-idf columns and categorical fields: the usual choice for tables."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD

from benchmarks.peers.tfidf import TextColumns, TfidfFeatures
from benchmarks.shared.protocol import (
    Answers,
    Rows,
    Split,
    Task,
    time_batches,
    to_prices,
)
from common.listing import PAYERS

MIN_DF = 5
"""Rows that a word needs to be a column."""

N_COMPONENTS = {"price": 0, "shipping": 64}
"""Dense columns beside those of words, by truncated SVD of tf-idf; used where they help."""

MAX_ROUNDS, PATIENCE = 1500, 60

CANDIDATES: tuple[dict[str, Any], ...] = (
    {"num_leaves": 15},
    {"num_leaves": 31},
    {"num_leaves": 127},
)
"""Settings to choose from on validation rows."""

SETTINGS: dict[str, Any] = {
    "learning_rate": 0.05,
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
PRICE_SETTINGS = {"objective": "regression"}
PAYER_SETTINGS = {"objective": "binary", "metric": "auc"}


def boosted(
    task: Task, split: Split, chosen: Mapping[str, Any] | None = None
) -> Answers:
    """Predict prices or the probability that the seller pays.

    ``chosen`` are settings of earlier answers, to be used again.
    """
    start = time.perf_counter()
    settings, n_rounds = _choose(task, split, [chosen] if chosen else CANDIDATES)
    features, trees = _fit(task, split, settings, n_rounds)
    seconds = time.perf_counter() - start

    def predict(listings: Rows) -> Any:
        """Prices, or probabilities that the seller pays."""
        matrix = features.matrix(listings)
        outputs = trees.predict(matrix, num_threads=1)
        return to_prices(np.asarray(outputs)) if task.model == "price" else outputs

    return Answers(
        seconds=seconds,
        microseconds=time_batches(predict, split.test),
        numbers=predict(split.test),
        stated=task.model != "price",
        chosen=settings,
    )


def _choose(
    task: Task, split: Split, candidates: Sequence[Mapping[str, Any]]
) -> tuple[Mapping[str, Any], int]:
    """The best candidate by validation rows, and its number of trees by early stopping there."""
    features = _Features(split.train, task)
    train = features.matrix(split.train)
    validation = features.matrix(split.validation)

    losses: list[float] = []
    n_trees: list[int] = []
    for candidate in candidates:
        trees = _probe(
            _settings(task) | dict(candidate),
            # A dataset keeps the settings of its first training.
            features.dataset(train, split.train, task),
            features.dataset(validation, split.validation, task),
        )
        losses.append(_loss(trees))
        n_trees.append(max(trees.best_iteration, 1))

    best = int(np.argmin(losses))
    return candidates[best], n_trees[best]


def _probe(settings: Mapping[str, Any], train: Any, validation: Any) -> Any:
    """Train with early stopping on validation rows."""
    stopping = lightgbm.early_stopping(PATIENCE, verbose=False)
    return lightgbm.train(
        dict(settings),
        train,
        MAX_ROUNDS,
        valid_sets=[validation],
        callbacks=[stopping],
    )


def _loss(trees: lightgbm.Booster) -> float:
    """The loss of the best round on validation rows."""
    (scores,) = trees.best_score.values()
    ((name, score),) = scores.items()
    return -score if name == "auc" else score


def _fit(
    task: Task, split: Split, chosen: Mapping[str, Any], n_rounds: int
) -> tuple[_Features, lightgbm.Booster]:
    """Train on all rows."""
    # Features are fitted again, because the vocabulary of validation rows is known now.
    rows = [*split.train, *split.validation]
    features = _Features(rows, task)
    dataset = features.dataset(features.matrix(rows), rows, task)
    trees = lightgbm.train({**_settings(task), **chosen}, dataset, n_rounds)
    return features, trees


def _settings(task: Task) -> dict[str, Any]:
    own = PRICE_SETTINGS if task.model == "price" else PAYER_SETTINGS
    return SETTINGS | own


class _Features:
    """A sparse matrix: categorical fields as codes, then text and numbers, then SVD components."""

    def __init__(self, rows: Rows, task: Task) -> None:
        numbers = [name for name in task.confirmed if name == "price"]
        self._fields = [name for name in task.confirmed if name != "price"]
        self._text = TfidfFeatures(rows, numbers, columns=TextColumns(MIN_DF))
        self._codes = {field: _codes(rows, field) for field in self._fields}

        self._svd: Any = None
        n_components = N_COMPONENTS[task.model]
        if n_components:
            self._words = TfidfFeatures(rows, ())
            words = self._words.transform(rows)
            self._svd = _fit_svd(words, n_components)

    def matrix(self, rows: Rows) -> sparse.csr_matrix:
        """The matrix ``[rows, columns]``; unknown values have code 0."""
        parts = [self._encode(rows), self._text.transform(rows)]
        if self._svd:
            words = self._words.transform(rows)
            parts.append(self._svd.transform(words))
        columns = sparse.hstack(parts)
        return sparse.csr_matrix(columns)

    def _encode(self, rows: Rows) -> NDArray[np.float32]:
        """The codes ``[rows, fields]`` of the categorical fields."""
        shape = (len(rows), len(self._fields))
        codes = np.zeros(shape, np.float32)
        for column, field in enumerate(self._fields):
            code_of = self._codes[field]
            values = [getattr(row, field) for row in rows]
            codes[:, column] = [code_of.get(value, 0) for value in values]
        return codes

    def dataset(self, matrix: sparse.csr_matrix, rows: Rows, task: Task) -> Any:
        """A matrix with the labels of its rows, as LightGBM reads them."""
        labels = [getattr(row, task.field) for row in rows]
        if task.model == "price":
            target = np.log1p(np.array(labels, np.float64))
        else:
            is_seller = [label == PAYERS[0] for label in labels]
            target = np.array(is_seller, np.float64)

        # The categorical fields are the first columns.
        n_categorical = len(self._fields)
        return lightgbm.Dataset(
            matrix,
            target,
            categorical_feature=list(range(n_categorical)),
        )


def _fit_svd(words: sparse.csr_matrix, n_components: int) -> TruncatedSVD:
    svd = TruncatedSVD(n_components, n_iter=3, random_state=0)
    svd.fit(words)
    return svd


def _codes(rows: Rows, field: str) -> dict[str, int]:
    """Codes from 1 for the values of a field."""
    values = {getattr(row, field) for row in rows}
    known = sorted(values - {None})
    codes = {}
    for code, value in enumerate(known, start=1):
        codes[value] = code
    return codes
