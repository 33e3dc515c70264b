"""A linear support vector machine of many classes, returned as a sparse linear model."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from common.arrays import Floats, Ints
from common.nets.inputs import EARLY_SLOTS, Inputs
from common.nets.sparse_linear import SparseLinear, keep_largest
from common.nets.targets import Target
from models.ensemble.training.linear import one_hot, scaled_vectors

MAX_WEIGHTS = 300_000_000
"""Maximum number of classes times columns: the solver holds all weights in 64 bits."""

ABSENT_BIAS = -2.0
"""Margin of a class without rows: below that of every other class."""


MAX_WORK = 5e9
"""Maximum number of classes times entries of the matrix: a pass over as many takes some ten
seconds, and the solver needs about ten."""

MAX_WORK_CHARACTERS = 2e9
"""Maximum of the same with runs of characters, which help where there is little else."""


def svm_fits(inputs: Inputs, target: Target) -> bool:
    """Tell whether one class against the rest is fitted in reasonable time and memory."""
    return _fits([inputs.text], target, MAX_WORK)


def _fits(blocks: Sequence[sparse.csr_matrix], target: Target, max_work: float) -> bool:
    n_weights = target.size * sum(block.shape[1] for block in blocks)
    work = float(target.size) * sum(block.nnz for block in blocks)
    return bool(n_weights <= MAX_WEIGHTS and work <= max_work)


def reads_characters(inputs: Inputs, target: Target) -> bool:
    """Tell whether there is time for runs of characters too."""
    characters = inputs.characters
    return characters is not None and _fits(
        [inputs.text, characters], target, MAX_WORK_CHARACTERS
    )


def train_svm(
    inputs: Inputs, target: Target, C: float, *, with_characters: bool = False
) -> SparseLinear:
    """Fit one class against the rest on n-grams, early fields and frozen vectors.

    Fan et al., LIBLINEAR: A Library for Large Linear Classification, 2008. On few rows of many
    classes it is better than what gradients find for a net of low rank.

    Args:
        inputs: The training rows.
        target: The output; rows without a label are left out.
        C: Inverse regularisation strength.
        with_characters: Whether runs of characters are read.
    """
    rows = np.flatnonzero(target.has_label)
    classes = target.values[rows].astype(np.int64)
    characters = inputs.characters if with_characters else None
    if characters is None:
        characters = sparse.csr_matrix((len(inputs), 0), dtype=np.float32)
    fields = one_hot(inputs, rows, EARLY_SLOTS)
    vectors, scale = scaled_vectors(inputs, rows)
    blocks = [inputs.text[rows], characters[rows], fields, vectors]
    matrix = sparse.csr_matrix(sparse.hstack(blocks))

    weights, bias = _fit(matrix, classes, target.size, C)
    ends = np.cumsum([block.shape[1] for block in blocks[:-1]])
    of_words, of_characters, of_fields, of_vectors = np.split(weights, ends)
    return SparseLinear(
        target.name,
        keep_largest(of_words),
        keep_largest(of_characters) if with_characters else None,
        of_fields,
        bias,
        # Serving does not scale the vectors, so their weights are scaled instead.
        of_vectors * scale,
    )


def _fit(
    matrix: sparse.csr_matrix, classes: Ints, size: int, C: float
) -> tuple[Floats, Floats]:
    """Return weights ``[columns, size]`` and biases ``[size]``."""
    weights = np.zeros((matrix.shape[1], size), np.float32)
    bias = np.full(size, ABSENT_BIAS, np.float32)
    present = np.unique(classes)
    if len(present) < 2:
        bias[present] = 0
        return weights, bias

    coefficients, intercepts = _one_against_rest(matrix, classes, C)
    weights[:, present] = coefficients.T
    bias[present] = intercepts
    return weights, bias


def _one_against_rest(
    matrix: sparse.csr_matrix, classes: Ints, C: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # The order in which the solver visits rows is random.
    model = LinearSVC(C=C, tol=0.1, random_state=0)
    with warnings.catch_warnings():
        # A rough solution is enough: the last steps change no ranking.
        warnings.simplefilter("ignore", ConvergenceWarning)
        # So many classes that scikit-learn takes them for values are an ordinary shop's brands.
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
        model.fit(matrix, classes)

    if len(model.classes_) > 2:
        return model.coef_, model.intercept_
    # Of two classes there is one score, that of the second.
    coefficients = np.vstack([-model.coef_, model.coef_])
    intercepts = np.concatenate([-model.intercept_, model.intercept_])
    return coefficients, intercepts
