"""Ridge regression of many values at once, on sparse columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve, lapack

from common.arrays import Floats, Ints

MAX_DIRECT_ROWS = 10_000
"""Maximum number of rows whose kernel is held in memory and factorised."""

MAX_ITERATIONS = 300

TOLERANCE = 1e-3
"""Iterations end when the residual is smaller than this part of the values."""


def fit_ridge(
    matrix: sparse.csr_matrix, values: Floats, penalty: float
) -> tuple[Floats, Floats]:
    """Fit a ridge regression of few values in its dual form, by iterations.

    Saunders et al., Ridge Regression Learning Algorithm in Dual Variables, 1998.

    Args:
        matrix: The rows, ``[rows, columns]``.
        values: What each row shall give, ``[rows, k]``.
        penalty: Regularisation strength.

    Returns:
        Coefficients of the rows, ``[rows, k]``: the weights are ``matrix.T @ coefficients``. Then
        the intercepts ``[k]``.
    """
    intercepts = values.mean(axis=0, dtype=np.float64).astype(np.float32)
    return _iterate(matrix, values - intercepts, penalty), intercepts


def fit_with_residuals(
    matrix: sparse.csr_matrix, values: Floats, penalty: float
) -> tuple[Floats, Floats, Floats]:
    """Fit as ``fit_ridge`` does at most ``MAX_DIRECT_ROWS`` rows, all values at once.

    Returns:
        Coefficients and intercepts, then what each row lacks when it is left out of the fit,
        ``[rows, k]`` (Allen, The Relationship between Variable Selection and Data Augmentation and
        a Method for Prediction, 1974).
    """
    intercepts = values.mean(axis=0)
    factor = _factorise(kernel(matrix), penalty)
    coefficients = cho_solve(factor, values - intercepts, check_finite=False)
    inverse, _ = lapack.spotri(*factor)
    return coefficients, intercepts, coefficients / np.diag(inverse)[:, None]


def fit_weights(columns: sparse.csr_matrix, values: Floats, penalty: float) -> Floats:
    """Fit few columns without intercepts; return their weights, ``[columns, k]``."""
    return _solve(kernel(columns.T.tocsr()), np.asarray(columns.T @ values), penalty)


def kernel(matrix: sparse.csr_matrix) -> Floats:
    """Return the scalar products of all pairs of rows, ``[rows, rows]``."""
    products: Floats = (matrix @ matrix.T).toarray()
    return products


def cross_validate(
    products: Floats,
    values: Floats,
    folds: Sequence[tuple[Ints, Ints]],
    penalties: Sequence[float],
) -> list[Floats]:
    """Return by penalty the values ``[rows, k]`` that each row is given without its fold.

    Args:
        products: The kernel of the rows.
        values: What each row shall give, ``[rows, k]``.
        folds: Rows to fit and rows to predict.
        penalties: Regularisation strengths.
    """
    predicted = [np.zeros_like(values) for _ in penalties]
    for train, scored in folds:
        intercepts = values[train].mean(axis=0)
        centred = values[train] - intercepts
        among, across = products[np.ix_(train, train)], products[np.ix_(scored, train)]
        for penalty, whole in zip(penalties, predicted, strict=True):
            whole[scored] = across @ _solve(among, centred, penalty) + intercepts
    return predicted


def _solve(products: Floats, values: Floats, penalty: float) -> Floats:
    """Solve ``(products + penalty) x = values``."""
    factor = _factorise(products, penalty)
    solution: Floats = cho_solve(factor, values, check_finite=False)
    return solution


def _factorise(products: Floats, penalty: float) -> tuple[Floats, bool]:
    """Return the Cholesky decomposition of ``products + penalty``, and whether it is the lower."""
    system = products.copy()
    system[np.diag_indices_from(system)] += penalty
    factor: tuple[Floats, bool] = cho_factor(
        system, overwrite_a=True, check_finite=False
    )
    return factor


def _iterate(matrix: sparse.csr_matrix, values: Floats, penalty: float) -> Floats:
    """Solve the same for a kernel that is not held, by conjugate gradients for each value.

    Hestenes and Stiefel, Methods of Conjugate Gradients for Solving Linear Systems, 1952.
    """
    transposed = matrix.T.tocsr()
    solution = np.zeros_like(values)
    residual = values.copy()
    direction = residual.copy()
    norms = (residual**2).sum(axis=0)
    small_enough = TOLERANCE**2 * norms
    # A value that is reached exactly has no direction left.
    tiny = np.finfo(np.float32).tiny

    for _ in range(MAX_ITERATIONS):
        product = matrix @ (transposed @ direction) + penalty * direction
        steps = norms / np.maximum((direction * product).sum(axis=0), tiny)
        solution += steps * direction
        residual -= steps * product

        next_norms = (residual**2).sum(axis=0)
        if (next_norms <= small_enough).all():
            break
        direction *= next_norms / np.maximum(norms, tiny)
        direction += residual
        norms = next_norms
    return solution
