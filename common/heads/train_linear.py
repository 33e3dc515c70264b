"""Trains linear members with scikit-learn and hands back plain arrays; training code only."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge

from common.arrays import Floats
from common.evaluation import COLD
from common.features import FIELD_SLOTS
from common.heads.net import Inputs, Net
from common.heads.settings import LinearSettings
from common.heads.train import Target


def train_linear(inputs: Inputs, target: Target, settings: LinearSettings) -> Net:
    """Fit a regularised linear model of one output on n-grams and confirmed fields.

    Every row is read twice, once with all its confirmed fields and once with early ones only.
    Returns a ``Net`` whose trunk is the linear model itself.
    """
    known = np.flatnonzero(~np.isnan(target.values))
    matrix, truth = _design(inputs, known, settings), np.tile(target.values[known], 2)
    if target.kind == "value":
        ridge = Ridge(settings.ridge, solver="sparse_cg", fit_intercept=False)
        center = truth.mean()
        weights = ridge.fit(matrix, truth - center).coef_[None, :]
        bias = np.array([center])
    else:
        weights, bias = _logistic(matrix, truth.astype(np.int64), target.size, settings)
    columns = inputs.text.shape[1]
    table = np.ascontiguousarray(weights.T, dtype=np.float32)
    arrays = {
        "bias": bias.astype(np.float32),
        "text": table[:columns],
        "fields": table[columns:],
        f"{target.name}.weight": np.eye(target.size, dtype=np.float32),
        f"{target.name}.bias": np.zeros(target.size, dtype=np.float32),
    }
    return Net(arrays, (target.name,))


def _logistic(
    matrix: sparse.csr_matrix, truth: np.ndarray, size: int, settings: LinearSettings
) -> tuple[Floats, Floats]:
    """Weights ``[size, columns]`` and biases ``[size]`` of a softmax; absent classes score low."""
    model = LogisticRegression(C=settings.inverse_penalty, max_iter=200, tol=1e-3)
    model.fit(matrix, truth)
    weights, bias = np.zeros((size, matrix.shape[1])), np.full(size, -10.0)
    if len(model.classes_) == 2:  # one score for the second class against the first
        coefficients = np.vstack([-model.coef_, model.coef_]) / 2
        intercepts = np.concatenate([-model.intercept_, model.intercept_]) / 2
    else:
        coefficients, intercepts = model.coef_, model.intercept_
    weights[model.classes_], bias[model.classes_] = coefficients, intercepts
    return weights.astype(np.float32), bias.astype(np.float32)


def _design(inputs: Inputs, rows: np.ndarray, settings: LinearSettings) -> sparse.csr_matrix:
    early = np.isin(FIELD_SLOTS, COLD).astype(np.float32)
    text = inputs.text[rows]
    return sparse.csr_matrix(
        sparse.vstack(
            [
                sparse.hstack([text, _one_hot(inputs, rows, np.ones_like(early))]),
                sparse.hstack([text, _one_hot(inputs, rows, early)]),
            ]
        )
    )


def _one_hot(inputs: Inputs, rows: np.ndarray, kept: Floats) -> sparse.csr_matrix:
    weights = inputs.weights[rows] * kept
    row, slot = np.nonzero(weights)
    size = int(inputs.fields.max(initial=0)) + 1
    return sparse.csr_matrix(
        (weights[row, slot], (row, inputs.fields[rows][row, slot])), (len(rows), size)
    )
