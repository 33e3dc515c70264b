"""Linear members: ridge regressions of a value, or of each class against the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from common.arrays import Bools, Floats, Ints, evenly_spaced
from common.nets.inputs import EARLY_SLOTS, VECTORS, Inputs
from common.nets.net import Net
from common.nets.sparse_linear import log_probabilities
from common.nets.targets import Target
from models.ensemble.blend import min_log_loss
from models.ensemble.training.held_out import Fold, group_folds, unseen_in_folds
from models.ensemble.training.ridge import cross_validate, fit_ridge, kernel

ALL_SLOTS = np.ones_like(EARLY_SLOTS)

FEW_CLASSES = 10
"""Up to this number of classes linear members hold all weights, and read confirmed fields too."""

MAX_ROWS = 200_000
"""Maximum number of labelled rows; above it an evenly spaced part of them is used, because the
solver passes over all of them many times."""

N_PENALTY_FOLDS = 5

SCORE_SCALE = 16.0
"""Factor that makes scores of few classes, probabilities, about as large as those of nets."""


@dataclass(frozen=True, slots=True)
class LinearChoice:
    """How the linear members of an output are trained.

    Attributes:
        penalty: Regularisation strength.
        with_kernel: Whether many classes are solved in dual form, by the products of all rows.
        with_margin: Whether they are fitted with a margin then.
        with_characters: Whether runs of characters are read, of many classes.
        with_frequencies: Whether classes are counted by category besides.
    """

    penalty: float
    with_kernel: bool = True
    with_margin: bool = False
    with_characters: bool = False
    with_frequencies: bool = False


def has_few_classes(target: Target) -> bool:
    """Tell whether all weights are held; a value has as many as one class."""
    return target.kind == "value" or target.size <= FEW_CLASSES


def choose_penalty(
    inputs: Inputs,
    target: Target,
    candidates: Sequence[float],
    groups: Ints,
    *,
    try_margin: bool,
) -> tuple[float, bool]:
    """Return the penalty, and whether to fit a margin, of the least loss on rows not fitted to.

    Args:
        inputs: Rows, few enough for a kernel.
        target: Their labels.
        candidates: Penalties, from which the middle one is taken where nothing can be compared.
        groups: Groups of the rows, ``[rows]``: rows of one are on one side.
        try_margin: Whether a margin may be fitted; it pays where a few words decide.
    """
    rows = np.flatnonzero(target.has_label)
    truth, groups = target.values[rows], groups[rows]
    folds = list(group_folds(groups, N_PENALTY_FOLDS, seed=0))
    comparable = _comparable(truth, folds, target.kind)
    if len(np.unique(groups)) < N_PENALTY_FOLDS or not comparable.any():
        return candidates[len(candidates) // 2], False

    slots = ALL_SLOTS if has_few_classes(target) else EARLY_SLOTS
    products = kernel(design_matrix(inputs, rows, slots, inputs.characters))
    fit = partial(cross_validate, products, class_values(target, rows), folds)

    def loss(predicted: Floats) -> float:
        """Return the loss of the rows that can be compared."""
        return _loss(predicted[comparable], truth[comparable], target.kind)

    losses = [loss(predicted) for predicted in fit(candidates)]
    penalty = candidates[int(np.argmin(losses))]
    if not try_margin:
        return penalty, False
    [with_margin] = fit([penalty], with_margin=True)
    return penalty, loss(with_margin) < min(losses)


def train_linear(inputs: Inputs, target: Target, penalty: float, slots: Bools) -> Net:
    """Fit a linear model of a value or a few classes on n-grams, text vectors and fields.

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
    matrix = design_matrix(inputs, rows, slots, inputs.characters)
    coefficients, intercepts = fit_ridge(matrix, class_values(target, rows), penalty)

    scale = 1.0 if target.kind == "value" else SCORE_SCALE
    weights = np.asarray(matrix.T @ coefficients) * np.float32(scale)
    text, fields, vectors, characters = (
        weights[columns] for columns in column_blocks(inputs, len(weights))
    )
    arrays = {"text": text, "fields": fields, "bias": intercepts * np.float32(scale)}
    if len(characters):
        arrays["characters"] = characters
    if len(vectors):
        arrays[VECTORS["text"]] = vectors * vector_scale(inputs)
    return Net(arrays, (target.name,))


def design_matrix(
    inputs: Inputs, rows: Ints, slots: Bools, characters: sparse.csr_matrix | None
) -> sparse.csr_matrix:
    """Return n-grams, fields, scaled text vectors and characters, ``[rows, columns]``."""
    blocks = [inputs.text[rows], one_hot(inputs, rows, slots)]
    if n_vectors(inputs):
        vectors = inputs.vectors["text"][rows]
        blocks.append(sparse.csr_matrix(vectors * vector_scale(inputs)))
    if characters is not None:
        blocks.append(characters[rows])
    return sparse.csr_matrix(sparse.hstack(blocks), dtype=np.float32)


def column_blocks(inputs: Inputs, n_columns: int) -> list[slice]:
    """Return the columns of n-grams, fields, vectors and characters in a design matrix."""
    sizes = [inputs.text.shape[1], inputs.n_field_values, n_vectors(inputs)]
    bounds = [0, *np.cumsum(sizes).tolist(), n_columns]
    return [slice(start, end) for start, end in pairwise(bounds)]


def one_hot(inputs: Inputs, rows: Ints, slots: Bools) -> sparse.csr_matrix:
    """Return weighted one-hot columns of field values, ``[rows, field values]``."""
    weights = inputs.weights[rows] * slots
    row, slot = np.nonzero(weights)
    columns = inputs.fields[rows][row, slot]
    shape = (len(rows), inputs.n_field_values)
    return sparse.csr_matrix((weights[row, slot], (row, columns)), shape)


def n_vectors(inputs: Inputs) -> int:
    """Return the dimensions of the text vectors; 0 without any."""
    return inputs.vectors["text"].shape[1] if "text" in inputs.vectors else 0


def vector_scale(inputs: Inputs) -> np.float32:
    """Return the factor by which text vectors get about the length of the n-grams, which is 1.

    Exported encoders are standardised: a vector has about the length root of dimensions. Serving
    does not scale the vectors, so their weights are scaled again.
    """
    return np.float32(max(n_vectors(inputs), 1) ** -0.5)


def class_values(target: Target, rows: Ints) -> Floats:
    """Return the value of each row, or 1 for its class and 0 for the others, ``[rows, size]``."""
    truth = target.values[rows]
    if target.kind == "value":
        return truth[:, None].astype(np.float32)
    values = np.zeros((len(rows), target.size), np.float32)
    values[np.arange(len(rows)), truth.astype(np.int64)] = 1
    return values


def _comparable(truth: NDArray[np.float64], folds: Sequence[Fold], kind: str) -> Bools:
    """Tell which rows have a class that the rows of other folds have; every row with a value."""
    if kind == "value":
        return np.ones(len(truth), bool)
    return ~unseen_in_folds(truth, folds)


def _loss(predicted: Floats, truth: NDArray[np.float64], kind: str) -> float:
    """Return the mean squared error of a value, or the log loss at the best temperature."""
    if kind == "value":
        return float(((predicted[:, 0] - truth) ** 2).mean())
    counts = np.bincount(truth.astype(np.int64), minlength=predicted.shape[1])
    frequencies = (counts / len(truth)).astype(np.float32)
    scores = log_probabilities(predicted - frequencies, frequencies)
    return min_log_loss(scores, truth)
