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

N_MARGIN_STEPS = 16
"""Steps of a fit with a margin; what is won by more of them is lost on other rows."""

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
    matrix: sparse.csr_matrix,
    values: Floats,
    penalty: float,
    with_margin: bool = False,
) -> tuple[Floats, Floats, Floats]:
    """Fit as ``fit_ridge`` does at most ``MAX_DIRECT_ROWS`` rows, all values at once.

    ``with_margin`` fits values of 0 and 1 with the squared hinge loss; see ``_solve``.

    Returns:
        Coefficients and intercepts, then what each row lacks when it is left out of the fit,
        ``[rows, k]`` (Allen, The Relationship between Variable Selection and Data Augmentation and
        a Method for Prediction, 1974).
    """
    intercepts: Floats = values.mean(axis=0)
    factor = _factorise(kernel(matrix), penalty)
    coefficients, targets = _solve(factor, values, penalty, with_margin)
    inverse, _ = lapack.spotri(*factor)
    diagonal: Floats = np.diag(inverse).astype(np.float32)
    residuals: Floats = values - targets + coefficients / diagonal[:, None]
    return coefficients, intercepts, residuals


def fit_weights(columns: sparse.csr_matrix, values: Floats, penalty: float) -> Floats:
    """Fit few columns without intercepts; return their weights, ``[columns, k]``."""
    factor = _factorise(kernel(columns.T.tocsr()), penalty)
    weights: Floats = cho_solve(factor, columns.T @ values, check_finite=False)
    return weights


def kernel(matrix: sparse.csr_matrix) -> Floats:
    """Return the scalar products of all pairs of rows, ``[rows, rows]``."""
    products: Floats = (matrix @ matrix.T).toarray()
    return products


def cross_validate(
    products: Floats,
    values: Floats,
    folds: Sequence[tuple[Ints, Ints]],
    penalties: Sequence[float],
    with_margin: bool = False,
) -> list[Floats]:
    """Return by penalty the values ``[rows, k]`` that each row is given without its fold.

    Args:
        products: The kernel of the rows.
        values: What each row shall give, ``[rows, k]``.
        folds: Rows to fit and rows to predict.
        penalties: Regularisation strengths.
        with_margin: Whether values of 0 and 1 are fitted with the squared hinge loss.
    """
    predicted = [np.zeros_like(values) for _ in penalties]
    for train, scored in folds:
        intercepts = values[train].mean(axis=0)
        among, across = products[np.ix_(train, train)], products[np.ix_(scored, train)]
        for penalty, whole in zip(penalties, predicted, strict=True):
            factor = _factorise(among, penalty)
            coefficients, _ = _solve(factor, values[train], penalty, with_margin)
            whole[scored] = across @ coefficients + intercepts
    return predicted


def _solve(
    factor: tuple[Floats, bool], values: Floats, penalty: float, with_margin: bool
) -> tuple[Floats, Floats]:
    """Return the coefficients of the rows, and the values that they were fitted to.

    With a margin a row that is given more than 1 where it shall have 1, or less than 0 for 0, is no
    error. Each step fits ridge regressions to what rows are given already, where that is no error
    (majorisation; Groenen et al., SVM-Maj, 2008), with momentum (Nesterov, 1983).
    """
    intercepts = values.mean(axis=0)
    targets, momentum = values, 1.0
    last = targets
    coefficients = cho_solve(factor, targets - intercepts, check_finite=False)
    for _ in range(N_MARGIN_STEPS if with_margin else 0):
        given = targets - penalty * coefficients
        moved = np.where(values > 0, np.maximum(given, 1), np.minimum(given, 0))
        momentum, previous = (1 + (1 + 4 * momentum**2) ** 0.5) / 2, momentum
        targets = moved + (moved - last) * np.float32((previous - 1) / momentum)
        last = moved
        coefficients = cho_solve(factor, targets - intercepts, check_finite=False)
    return coefficients, targets


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
