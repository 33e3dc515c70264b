"""Linear members fitted by scikit-learn, handed back as plain arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge

from common.arrays import Bools, Floats, Ints, evenly_spaced
from common.nets.inputs import FROZEN_TEXT, VECTORS, Inputs
from common.nets.net import Net
from common.nets.targets import Target
from models.ensemble.settings import LinearSettings

_ABSENT_CLASS_BIAS = -10.0
"""Log odds, about, of a class that no row has."""


def train_linear(inputs: Inputs, target: Target, settings: LinearSettings, slots: Bools) -> Net:
    """Fit a regularised linear model of one output on n-grams, frozen vectors and fields.

    Args:
        inputs: The training rows.
        target: The output; rows without a label are left out.
        settings: Regularisation, and the maximum number of rows.
        slots: Which field slots may be read, ``[slots]``.

    Returns:
        A net whose first layer is the linear model itself.
    """
    rows = np.flatnonzero(target.has_label)
    rows = rows[evenly_spaced(len(rows), settings.max_rows)]

    fields = _one_hot(inputs, rows, slots)
    vectors, scale = _scaled_vectors(inputs, rows)
    matrix = sparse.hstack([inputs.text[rows], fields, vectors])
    weights, bias = _fit(sparse.csr_matrix(matrix), target, rows, settings)

    # The columns of the matrix are the table rows of the inputs, one input after the other.
    table = np.ascontiguousarray(weights.T, dtype=np.float32)
    sizes = [inputs.text.shape[1], fields.shape[1]]
    text, field_values, frozen_text = np.split(table, np.cumsum(sizes))
    arrays = {
        "bias": bias.astype(np.float32),
        "text": text,
        "fields": field_values,
    }
    if len(frozen_text):
        arrays[VECTORS[FROZEN_TEXT]] = frozen_text * scale
    return Net(arrays, (target.name,))


def _one_hot(inputs: Inputs, rows: Ints, slots: Bools) -> sparse.csr_matrix:
    """Return weighted one-hot columns of field values, ``[rows, field values]``."""
    weights = inputs.weights[rows] * slots
    row, slot = np.nonzero(weights)
    values = inputs.fields[rows][row, slot]
    shape = (len(rows), inputs.n_field_values)
    return sparse.csr_matrix((weights[row, slot], (row, values)), shape)


def _scaled_vectors(inputs: Inputs, rows: Ints) -> tuple[sparse.csr_matrix, np.float32]:
    """Return frozen vectors and the factor that scales them.

    Their length becomes about 1, that of the n-grams, so that one penalty suits both.
    """
    if FROZEN_TEXT not in inputs.vectors:
        return sparse.csr_matrix((len(rows), 0), dtype=np.float32), np.float32(1)
    vectors = inputs.vectors[FROZEN_TEXT][rows]
    scale = np.float32(vectors.shape[1] ** -0.5)
    return sparse.csr_matrix(vectors * scale), scale


def _fit(
    matrix: sparse.csr_matrix, target: Target, rows: Ints, settings: LinearSettings
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return weights ``[size, columns]`` and biases ``[size]``."""
    truth = target.values[rows]
    if target.kind != "value":
        return _fit_logistic(
            matrix,
            truth.astype(np.int64),
            target.size,
            settings,
        )

    # The solver fits no intercept to sparse data, so values are centred for it.
    mean = truth.mean()
    ridge = Ridge(alpha=settings.alpha, solver="sparse_cg", fit_intercept=False)
    weights = ridge.fit(matrix, truth - mean).coef_[None, :]
    return weights, np.array([mean])


def _fit_logistic(
    matrix: sparse.csr_matrix, truth: Ints, size: int, settings: LinearSettings
) -> tuple[Floats, Floats]:
    """Return weights ``[size, columns]`` and biases ``[size]``; absent classes score low."""
    model = LogisticRegression(C=settings.C, max_iter=200, tol=1e-3)
    model.fit(matrix, truth)
    coefficients, intercepts = _one_score_a_class(model)

    weights = np.zeros((size, matrix.shape[1]), np.float32)
    bias = np.full(size, _ABSENT_CLASS_BIAS, np.float32)
    weights[model.classes_] = coefficients
    bias[model.classes_] = intercepts
    return weights, bias


def _one_score_a_class(
    model: LogisticRegression,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return coefficients and intercepts of each class.

    Of two classes scikit-learn gives one score, of the second against the first.
    """
    if len(model.classes_) != 2:
        return model.coef_, model.intercept_
    half, half_intercept = model.coef_ / 2, model.intercept_ / 2
    return (
        np.vstack([-half, half]),
        np.concatenate([-half_intercept, half_intercept]),
    )
