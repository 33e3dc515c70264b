"""Linear members fitted by scikit-learn, returned as arrays of a net."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge

from common.arrays import Bools, Floats, Ints, evenly_spaced
from common.nets.inputs import FROZEN_TEXT, VECTORS, Inputs
from common.nets.net import Net
from common.nets.targets import Target

MAX_ROWS = 200_000
"""Maximum number of labelled rows; above it an evenly spaced part of them is used, because the
solvers pass over all of them many times."""

_ABSENT_CLASS_BIAS = -10.0
"""Log odds, about, of a class that no row has."""


def train_linear(inputs: Inputs, target: Target, penalty: float, slots: Bools) -> Net:
    """Fit a regularised linear model of one output on n-grams, frozen vectors and fields.

    Args:
        inputs: The training rows.
        target: The output; rows without a label are left out.
        penalty: ``alpha`` of the ridge regression of a value, ``1 / C`` of a logistic regression.
        slots: Which field slots may be read, ``[slots]``.

    Returns:
        A net whose first layer is the linear model itself.
    """
    rows = np.flatnonzero(target.has_label)
    rows = rows[evenly_spaced(len(rows), MAX_ROWS)]

    fields = one_hot(inputs, rows, slots)
    vectors, scale = scaled_vectors(inputs, rows)
    blocks = [inputs.text[rows], fields, vectors]
    if inputs.characters is not None:
        blocks.append(inputs.characters[rows])
    matrix = sparse.csr_matrix(sparse.hstack(blocks))
    weights, bias = _fit(matrix, target, rows, penalty)

    arrays = _tables(weights, inputs, scale)
    arrays["bias"] = bias.astype(np.float32)
    return Net(arrays, (target.name,))


def _tables(
    weights: NDArray[np.floating], inputs: Inputs, scale: np.float32
) -> dict[str, Floats]:
    """Return weights ``[size, columns]`` as the tables of a net's inputs, ``[columns, size]``."""
    # The columns of the matrix are the table rows of the inputs, one input after the other.
    table = np.ascontiguousarray(weights.T, dtype=np.float32)
    sizes = [inputs.text.shape[1], inputs.n_field_values]
    if FROZEN_TEXT in inputs.vectors:
        sizes.append(inputs.vectors[FROZEN_TEXT].shape[1])
    else:
        sizes.append(0)
    text, fields, frozen_text, characters = np.split(table, np.cumsum(sizes))

    tables = {"text": text, "fields": fields}
    if len(characters):
        tables["characters"] = characters
    if len(frozen_text):
        # Serving does not scale the vectors, so their weights are scaled instead.
        tables[VECTORS[FROZEN_TEXT]] = frozen_text * scale
    return tables


def one_hot(inputs: Inputs, rows: Ints, slots: Bools) -> sparse.csr_matrix:
    """Return weighted one-hot columns of field values, ``[rows, field values]``."""
    weights = inputs.weights[rows] * slots
    row, slot = np.nonzero(weights)
    fields = inputs.fields[rows]
    columns = fields[row, slot]
    entries = weights[row, slot]
    shape = (len(rows), inputs.n_field_values)
    return sparse.csr_matrix((entries, (row, columns)), shape)


def scaled_vectors(inputs: Inputs, rows: Ints) -> tuple[sparse.csr_matrix, np.float32]:
    """Return frozen vectors and the factor that scales them.

    Their length becomes about 1, that of the n-grams, so that one penalty suits both.
    """
    if FROZEN_TEXT not in inputs.vectors:
        no_vectors = sparse.csr_matrix((len(rows), 0), dtype=np.float32)
        return no_vectors, np.float32(1)

    # Exported encoders are standardised: a vector has about the length root of dimensions.
    vectors = inputs.vectors[FROZEN_TEXT][rows]
    dimensions = vectors.shape[1]
    scale = np.float32(dimensions**-0.5)
    return sparse.csr_matrix(vectors * scale), scale


def _fit(
    matrix: sparse.csr_matrix, target: Target, rows: Ints, penalty: float
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return weights ``[size, columns]`` and biases ``[size]``."""
    truth = target.values[rows]
    if target.kind != "value":
        return _fit_logistic(
            matrix,
            truth.astype(np.int64),
            target.size,
            penalty,
        )

    # The solver fits no intercept to sparse data, so values are centred for it.
    mean = truth.mean()
    ridge = Ridge(alpha=penalty, solver="sparse_cg", fit_intercept=False)
    ridge.fit(matrix, truth - mean)
    weights = ridge.coef_[None, :]
    return weights, np.array([mean])


def _fit_logistic(
    matrix: sparse.csr_matrix, truth: Ints, size: int, penalty: float
) -> tuple[Floats, Floats]:
    """Return weights ``[size, columns]`` and biases ``[size]``; absent classes score low."""
    weights = np.zeros((size, matrix.shape[1]), np.float32)
    bias = np.full(size, _ABSENT_CLASS_BIAS, np.float32)
    # A fold may have rows of one class only, which the solver refuses: nothing tells it apart.
    present = np.unique(truth)
    if len(present) < 2:
        bias[present] = 0
        return weights, bias

    model = LogisticRegression(C=1 / penalty, max_iter=200, tol=1e-3)
    model.fit(matrix, truth)
    coefficients, intercepts = _one_score_a_class(model)
    weights[model.classes_] = coefficients
    bias[model.classes_] = intercepts
    return weights, bias


def _one_score_a_class(
    model: LogisticRegression,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return coefficients and intercepts of each class.

    For two classes scikit-learn has a single score, of the second against the first.
    """
    if len(model.classes_) != 2:
        return model.coef_, model.intercept_

    # Half of the score against the other half: the log odds are their difference.
    half = model.coef_ / 2
    half_intercept = model.intercept_ / 2
    return (
        np.vstack([-half, half]),
        np.concatenate([-half_intercept, half_intercept]),
    )
