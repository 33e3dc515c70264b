"""Linear members: ridge regressions of a value, or of each class against the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from common.arrays import Bools, Floats, Ints, evenly_spaced
from common.nets.inputs import EARLY_SLOTS, FROZEN_TEXT, VECTORS, Inputs
from common.nets.net import Net
from common.nets.sparse_linear import (
    NgramWeights,
    SparseLinear,
    keep_largest,
    log_probabilities,
)
from common.nets.targets import Target
from models.ensemble.blend import min_log_loss
from models.ensemble.training.held_out import group_folds, unseen_in_folds
from models.ensemble.training.ridge import (
    MAX_DIRECT_ROWS,
    cross_validate,
    fit_ridge,
    fit_weights,
    fit_with_residuals,
    kernel,
)
from models.ensemble.training.svm import fit_svm

ALL_SLOTS = np.ones_like(EARLY_SLOTS)

FEW_CLASSES = 10
"""Up to this number of classes linear members hold all weights, and read confirmed fields too."""

MAX_ROWS = 200_000
"""Maximum number of labelled rows; above it an evenly spaced part of them is used, because the
solver passes over all of them many times."""

MAX_WORK = 5e9
"""Maximum number of classes times entries of the matrix, for more than ``MAX_DIRECT_ROWS`` rows:
so many take the support vector machine some three minutes."""

MAX_WEIGHTS = 200_000_000
"""Maximum number of classes times columns there: the machine holds all weights in 64 bits."""

MIN_SVM_PENALTY = 1.0
"""Minimum penalty there: below it nothing is gained, and the solver takes long."""

MAX_WORK_CHARACTERS = 2e9
"""Maximum of the same with runs of characters, which help where there is little else."""

N_PENALTY_FOLDS = 5

SCORE_SCALE = 16.0
"""Factor that makes scores of few classes, probabilities, about as large as those of nets."""

LATE_PENALTY = 10.0
"""Penalty of the late fields of many classes, in rows of a field value."""

_CHUNK = 4096
"""N-grams whose weights of all classes are computed at once."""


def has_few_classes(target: Target) -> bool:
    """Tell whether all weights are held; a value has as many as one class."""
    return target.kind == "value" or target.size <= FEW_CLASSES


def can_fit(inputs: Inputs, target: Target) -> bool:
    """Tell whether there is time for a linear member."""
    return has_few_classes(target) or _fits([inputs.text], target, MAX_WORK)


def can_read_characters(inputs: Inputs, target: Target) -> bool:
    """Tell whether there is time for runs of characters too."""
    if inputs.characters is None or has_few_classes(target):
        return inputs.characters is not None
    return _fits([inputs.text, inputs.characters], target, MAX_WORK_CHARACTERS)


def choose_penalty(
    inputs: Inputs, target: Target, candidates: Sequence[float], groups: Ints
) -> float:
    """Return the candidate of the least loss on rows that it was not fitted to.

    Args:
        inputs: Rows, few enough for a kernel.
        target: Their labels.
        candidates: Penalties, from which the middle one is taken where nothing can be compared.
        groups: Groups of the rows, ``[rows]``: rows of one are on one side.
    """
    rows = np.flatnonzero(target.has_label)
    truth, groups = target.values[rows], groups[rows]
    folds = list(group_folds(groups, N_PENALTY_FOLDS, seed=0))
    comparable = np.ones(len(rows), bool)
    if target.kind == "classes":
        comparable = ~unseen_in_folds(truth, folds)
    if len(np.unique(groups)) < N_PENALTY_FOLDS or not comparable.any():
        return candidates[len(candidates) // 2]

    slots = ALL_SLOTS if has_few_classes(target) else EARLY_SLOTS
    products = kernel(_columns(inputs, rows, slots, inputs.characters))
    losses = [
        _loss(predicted[comparable], truth[comparable], target.kind)
        for predicted in cross_validate(
            products, _values(target, rows), folds, candidates
        )
    ]
    return candidates[int(np.argmin(losses))]


def train_linear(inputs: Inputs, target: Target, penalty: float, slots: Bools) -> Net:
    """Fit a linear model of a value or a few classes on n-grams, frozen vectors and fields.

    Each class is fitted as 1 against 0 for the others (Rifkin and Klautau, In Defense of One-Vs-All
    Classification, 2004).

    Args:
        inputs: The training rows.
        target: The output; rows without a label are left out.
        penalty: Regularisation strength.
        slots: Which field slots may be read, ``[slots]``.

    Returns:
        A net whose first layer is the linear model itself.
    """
    rows = np.flatnonzero(target.has_label)
    rows = rows[evenly_spaced(len(rows), MAX_ROWS)]
    matrix = _columns(inputs, rows, slots, inputs.characters)
    coefficients, intercepts = fit_ridge(matrix, _values(target, rows), penalty)

    scale = 1.0 if target.kind == "value" else SCORE_SCALE
    weights = np.asarray(matrix.T @ coefficients) * np.float32(scale)
    text, fields, vectors, characters = _split(weights, inputs)
    arrays = {"text": text, "fields": fields, "bias": intercepts * np.float32(scale)}
    if len(characters):
        arrays["characters"] = characters
    if len(vectors):
        arrays[VECTORS[FROZEN_TEXT]] = vectors
    return Net(arrays, (target.name,))


def train_sparse_linear(
    inputs: Inputs, target: Target, penalty: float, *, with_characters: bool
) -> SparseLinear:
    """Fit one class against the rest for many classes; see ``train_linear``.

    An n-gram keeps the weights of a few classes.
    """
    rows = np.flatnonzero(target.has_label)
    characters = inputs.characters if with_characters else None
    matrix = _columns(inputs, rows, EARLY_SLOTS, characters)
    if len(rows) <= MAX_DIRECT_ROWS:
        fitted = _fit_ridge(matrix, inputs, target, rows, penalty)
    else:
        fitted = _fit_svm(matrix, target, rows, penalty)

    counts = [inputs.text.shape[1], inputs.n_field_values, _n_vectors(inputs)]
    words, fields, vectors, end = (int(start) for start in np.cumsum([0, *counts]))
    weights_of, frequencies = fitted.weights_of, _values(target, rows).mean(axis=0)
    return SparseLinear(
        output=target.name,
        words=_few_weights(weights_of, words, fields),
        characters=None
        if characters is None
        else _few_weights(weights_of, end, end + characters.shape[1]),
        fields=weights_of(slice(fields, vectors)) + fitted.late_fields,
        bias=fitted.intercepts - frequencies,
        frequencies=frequencies,
        vectors=weights_of(slice(vectors, end)) * _vector_scale(inputs),
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
    inputs: Inputs,
    target: Target,
    rows: Ints,
    penalty: float,
) -> _Classes:
    """Fit a ridge regression, then the late fields to what it lacks.

    Words must explain what fields would, since these are confirmed later or never.
    """
    values = _values(target, rows)
    coefficients, intercepts, residuals = fit_with_residuals(matrix, values, penalty)
    late = _one_hot(inputs, rows, ~EARLY_SLOTS)
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


def _columns(
    inputs: Inputs, rows: Ints, slots: Bools, characters: sparse.csr_matrix | None
) -> sparse.csr_matrix:
    """Return n-grams, fields, scaled frozen vectors and characters, ``[rows, columns]``."""
    blocks = [inputs.text[rows], _one_hot(inputs, rows, slots)]
    if _n_vectors(inputs):
        vectors = inputs.vectors[FROZEN_TEXT][rows]
        blocks.append(sparse.csr_matrix(vectors * _vector_scale(inputs)))
    if characters is not None:
        blocks.append(characters[rows])
    return sparse.csr_matrix(sparse.hstack(blocks), dtype=np.float32)


def _one_hot(inputs: Inputs, rows: Ints, slots: Bools) -> sparse.csr_matrix:
    """Return weighted one-hot columns of field values, ``[rows, field values]``."""
    weights = inputs.weights[rows] * slots
    row, slot = np.nonzero(weights)
    columns = inputs.fields[rows][row, slot]
    shape = (len(rows), inputs.n_field_values)
    return sparse.csr_matrix((weights[row, slot], (row, columns)), shape)


def _n_vectors(inputs: Inputs) -> int:
    return inputs.vectors[FROZEN_TEXT].shape[1] if FROZEN_TEXT in inputs.vectors else 0


def _vector_scale(inputs: Inputs) -> np.float32:
    """Return the factor by which frozen vectors get about the length of the n-grams, which is 1.

    Exported encoders are standardised: a vector has about the length root of dimensions. Serving
    does not scale the vectors, so their weights are scaled again.
    """
    return np.float32(max(_n_vectors(inputs), 1) ** -0.5)


def _values(target: Target, rows: Ints) -> Floats:
    """Return the value of each row, or 1 for its class and 0 for the others, ``[rows, size]``."""
    truth = target.values[rows]
    if target.kind == "value":
        return truth[:, None].astype(np.float32)
    values = np.zeros((len(rows), target.size), np.float32)
    values[np.arange(len(rows)), truth.astype(np.int64)] = 1
    return values


def _loss(predicted: Floats, truth: NDArray[np.float64], kind: str) -> float:
    """Return the mean squared error of a value, or the log loss at the best temperature."""
    if kind == "value":
        return float(((predicted[:, 0] - truth) ** 2).mean())
    frequencies = np.maximum(predicted.mean(axis=0), 0)
    scores = log_probabilities(predicted - frequencies, frequencies)
    return min_log_loss(scores, truth)


def _split(weights: Floats, inputs: Inputs) -> list[Floats]:
    """Return the weights of n-grams, fields, vectors as they are served, and characters."""
    ends = np.cumsum([inputs.text.shape[1], inputs.n_field_values, _n_vectors(inputs)])
    text, fields, vectors, characters = np.split(weights, ends)
    return [text, fields, vectors * _vector_scale(inputs), characters]


def _few_weights(weights_of: WeightsOf, start: int, end: int) -> NgramWeights:
    """Return the largest weights of each of some n-grams."""
    starts = range(start, end, _CHUNK) or range(start, start + 1)
    parts = [
        keep_largest(weights_of(slice(first, min(first + _CHUNK, end))))
        for first in starts
    ]
    return NgramWeights.concatenate(parts)
