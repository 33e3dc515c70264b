"""A linear support vector machine of many classes, for more rows than a kernel is made of."""

from __future__ import annotations

import warnings

import numpy as np
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from common.arrays import Floats, Ints


def fit_svm(
    matrix: sparse.csr_matrix, classes: Ints, size: int, penalty: float
) -> tuple[Floats, Floats]:
    """Fit one class against the rest, for more than two classes that have rows.

    Fan et al., LIBLINEAR: A Library for Large Linear Classification, 2008. A margin is 1 for the
    class and -1 for the others; as for a ridge regression, it is returned between 0 and 1.

    Args:
        matrix: The rows, ``[rows, columns]``.
        classes: Class numbers, ``[rows]``.
        size: Number of classes; those without rows get no weights.
        penalty: Regularisation strength, that of a ridge regression with the same margin.

    Returns:
        Weights ``[columns, size]`` and intercepts ``[size]``.
    """
    # The solver halves the squared weights. The order in which it visits rows is random.
    model = LinearSVC(C=1 / (2 * penalty), tol=0.1, random_state=0)
    with warnings.catch_warnings():
        # A rough solution is enough: the last steps change no ranking.
        warnings.simplefilter("ignore", ConvergenceWarning)
        # So many classes that scikit-learn takes them for values are an ordinary shop's brands.
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
        model.fit(matrix, classes)

    weights = np.zeros((matrix.shape[1], size), np.float32)
    intercepts = np.zeros(size, np.float32)
    weights[:, model.classes_] = model.coef_.T / 2
    intercepts[model.classes_] = (model.intercept_ + 1) / 2
    return weights, intercepts
