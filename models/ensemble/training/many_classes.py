"""The linear member of many classes: each against the rest, with a few weights an n-gram."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from common.arrays import Floats, Ints
from common.nets.inputs import EARLY_SLOTS, Inputs
from common.nets.sparse_linear import NgramWeights, SparseLinear, keep_largest
from common.nets.targets import Target
from models.ensemble.training.linear import (
    LinearChoice,
    class_values,
    column_blocks,
    design_matrix,
    has_few_classes,
    one_hot,
    vector_scale,
)
from models.ensemble.training.ridge import (
    MAX_DIRECT_ROWS,
    fit_weights,
    fit_with_residuals,
)
from models.ensemble.training.svm import fit_svm

MAX_WORK = 5e9
"""Maximum number of classes times entries of the matrix, for more than ``MAX_DIRECT_ROWS`` rows:
so many take the support vector machine some three minutes."""

MAX_WEIGHTS = 200_000_000
"""Maximum number of classes times columns there: the machine holds all weights in 64 bits."""

MIN_SVM_PENALTY = 3.0
"""Minimum penalty there: what is best for a sample is too little for so many rows."""

MAX_WORK_CHARACTERS = 2e9
"""Maximum of the same with runs of characters, which help where there is little else."""

LATE_PENALTY = 10.0
"""Penalty of the late fields of many classes, in rows of a field value."""

_CHUNK = 4096
"""N-grams whose weights of all classes are computed at once."""


def can_fit(inputs: Inputs, target: Target) -> bool:
    """Tell whether there is time for a linear member."""
    return has_few_classes(target) or _fits([inputs.text], target, MAX_WORK)


def can_read_characters(inputs: Inputs, target: Target) -> bool:
    """Tell whether there is time for runs of characters too."""
    if inputs.characters is None or has_few_classes(target):
        return inputs.characters is not None
    return _fits([inputs.text, inputs.characters], target, MAX_WORK_CHARACTERS)


def train_sparse_linear(
    inputs: Inputs, target: Target, choice: LinearChoice
) -> SparseLinear:
    """Fit one class against the rest for many classes; see ``train_linear``.

    An n-gram keeps the weights of a few classes.
    """
    rows = np.flatnonzero(target.has_label)
    characters = inputs.characters if choice.with_characters else None
    matrix = design_matrix(inputs, rows, EARLY_SLOTS, characters)
    values = class_values(target, rows)
    if choice.with_kernel:
        late = one_hot(inputs, rows, ~EARLY_SLOTS)
        fitted = _fit_ridge(matrix, late, values, choice)
    else:
        fitted = _fit_svm(matrix, target, rows, choice.penalty)

    frequencies = values.mean(axis=0)
    text, field_values, vectors, runs = column_blocks(inputs, matrix.shape[1])
    return SparseLinear(
        output=target.name,
        words=_few_weights(fitted.weights_of, text),
        characters=_few_weights(fitted.weights_of, runs)
        if choice.with_characters
        else None,
        fields=fitted.weights_of(field_values) + fitted.late_fields,
        bias=fitted.intercepts - frequencies,
        frequencies=frequencies,
        vectors=fitted.weights_of(vectors) * vector_scale(inputs),
    )


WeightsOf = Callable[[slice], Floats]
"""Returns the weights ``[columns, classes]`` of some columns."""


@dataclass(frozen=True, slots=True)
class _Classes:
    """A linear model of classes.

    Attributes:
        weights_of: Weights of columns: together they would be large.
        intercepts: ``[classes]``.
        late_fields: Weights of field values beside them, ``[field values, classes]``.
    """

    weights_of: WeightsOf
    intercepts: Floats
    late_fields: Floats | float = 0.0


def _fit_ridge(
    matrix: sparse.csr_matrix,
    late: sparse.csr_matrix,
    values: Floats,
    choice: LinearChoice,
) -> _Classes:
    """Fit a ridge regression, then the ``late`` fields to what it lacks.

    Words must explain what fields would, since these are confirmed later or never.
    """
    coefficients, intercepts, residuals = fit_with_residuals(
        matrix, values, choice.penalty, choice.with_margin
    )
    late_fields = fit_weights(late, residuals, LATE_PENALTY)
    transposed = matrix.T.tocsr()
    return _Classes(
        lambda columns: np.asarray(transposed[columns] @ coefficients),
        intercepts,
        late_fields,
    )


def _fit_svm(
    matrix: sparse.csr_matrix, target: Target, rows: Ints, penalty: float
) -> _Classes:
    """Fit a support vector machine, without late fields: of so many rows nets learn enough."""
    classes = target.values[rows].astype(np.int64)
    weights, intercepts = fit_svm(
        matrix, classes, target.size, max(penalty, MIN_SVM_PENALTY)
    )
    return _Classes(weights.__getitem__, intercepts)


def _fits(blocks: Sequence[sparse.csr_matrix], target: Target, max_work: float) -> bool:
    if len(target.values) <= MAX_DIRECT_ROWS:
        return True
    work = target.size * sum(int(block.nnz) for block in blocks)
    n_weights = target.size * sum(block.shape[1] for block in blocks)
    return work <= max_work and n_weights <= MAX_WEIGHTS


def _few_weights(weights_of: WeightsOf, columns: slice) -> NgramWeights:
    """Return the largest weights of each of some n-grams."""
    starts = range(columns.start, columns.stop, _CHUNK) or [columns.start]
    parts = []
    for start in starts:
        end = min(start + _CHUNK, columns.stop)
        parts.append(keep_largest(weights_of(slice(start, end))))
    return NgramWeights.concatenate(parts)
