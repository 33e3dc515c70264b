"""Trains linear members with scikit-learn and hands back plain arrays; training code only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge

from common.arrays import Floats, evenly_spaced
from common.nets.inputs import FROZEN_TEXT, VECTORS, Inputs
from common.nets.net import Net
from common.nets.targets import Target
from models.ensemble.settings import LinearSettings


def train_linear(
    inputs: Inputs, target: Target, settings: LinearSettings, slots: NDArray[np.bool_]
) -> Net:
    """Fit a regularised linear model of one output on n-grams, frozen vectors and confirmed fields.

    ``slots`` says which field slots it may read. Returns a ``Net`` whose trunk is the linear
    model itself.
    """
    known = np.flatnonzero(target.has_label)
    known = known[evenly_spaced(len(known), settings.max_rows)]
    fields = _one_hot(inputs, known, slots)
    dense, scale = _frozen(inputs, known)
    matrix = sparse.csr_matrix(sparse.hstack([inputs.text[known], fields, dense]))
    truth = target.values[known]
    if target.kind == "value":
        ridge = Ridge(alpha=settings.alpha, solver="sparse_cg", fit_intercept=False)
        center = truth.mean()
        weights = ridge.fit(matrix, truth - center).coef_[None, :]
        bias = np.array([center])
    else:
        weights, bias = _logistic(matrix, truth.astype(np.int64), target.size, settings)
    columns, end = inputs.text.shape[1], inputs.text.shape[1] + fields.shape[1]
    table = np.ascontiguousarray(weights.T, dtype=np.float32)
    arrays = {
        "bias": bias.astype(np.float32),
        "text": table[:columns],
        "fields": table[columns:end],
    }
    if dense.shape[1]:
        arrays[VECTORS[FROZEN_TEXT]] = table[end:] * scale
    return Net(arrays, (target.name,))


def _frozen(inputs: Inputs, rows: NDArray[np.int64]) -> tuple[sparse.csr_matrix, np.float32]:
    """Frozen vectors brought to about length 1, as that of the n-grams is, and by what factor."""
    if FROZEN_TEXT not in inputs.vectors:
        return sparse.csr_matrix((len(rows), 0), dtype=np.float32), np.float32(1)
    vectors = inputs.vectors[FROZEN_TEXT][rows]
    scale = np.float32(vectors.shape[1] ** -0.5)
    return sparse.csr_matrix(vectors * scale), scale


def _logistic(
    matrix: sparse.csr_matrix, truth: NDArray[np.int64], size: int, settings: LinearSettings
) -> tuple[Floats, Floats]:
    """Weights ``[size, columns]`` and biases ``[size]`` of a softmax; absent classes score low."""
    model = LogisticRegression(C=settings.C, max_iter=200, tol=1e-3)
    model.fit(matrix, truth)
    weights, bias = np.zeros((size, matrix.shape[1])), np.full(size, -10.0)
    if len(model.classes_) == 2:  # one score for the second class against the first
        coefficients = np.vstack([-model.coef_, model.coef_]) / 2
        intercepts = np.concatenate([-model.intercept_, model.intercept_]) / 2
    else:
        coefficients, intercepts = model.coef_, model.intercept_
    weights[model.classes_], bias[model.classes_] = coefficients, intercepts
    return weights.astype(np.float32), bias.astype(np.float32)


def _one_hot(
    inputs: Inputs, rows: NDArray[np.int64], slots: NDArray[np.bool_]
) -> sparse.csr_matrix:
    weights = inputs.weights[rows] * slots
    row, slot = np.nonzero(weights)
    return sparse.csr_matrix(
        (weights[row, slot], (row, inputs.fields[rows][row, slot])),
        (len(rows), inputs.n_field_values),
    )
