"""Linear discriminant analysis over vectors, in closed form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats, Ints
from common.nets.inputs import VECTORS, Inputs
from common.nets.net import Net
from common.nets.targets import Target
from models.ensemble.settings import LdaSettings

MIN_WITHIN = 0.01
"""Minimum mean variance within classes, relative to the mean square of the vectors."""


def train_lda(
    inputs: Inputs, target: Target, input_name: str, settings: LdaSettings
) -> Net:
    """Fit classes as normal distributions of one covariance, over the vectors ``input_name``.

    Fisher, The Use of Multiple Measurements in Taxonomic Problems, 1936, with the covariance
    shrunk as in Friedman, Regularized Discriminant Analysis, 1989. It is better than what gradients
    fit where classes have few rows each. Rows without a vector are left out.
    """
    vectors, classes = _labelled_vectors(inputs, target, input_name)
    counts = np.bincount(classes, minlength=target.size)
    means = _class_means(vectors, classes, counts)
    weights, bias = _log_posteriors(
        vectors,
        means,
        counts,
        settings.shrinkage,
    )

    scaled_weights = weights * settings.score_scale
    scaled_bias = bias * settings.score_scale
    arrays = {
        input_name: scaled_weights.astype(np.float32),
        "bias": scaled_bias.astype(np.float32),
    }
    return Net(arrays, (target.name,))


def _log_posteriors(
    vectors: Floats, means: NDArray[np.float64], counts: Ints, shrinkage: float
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return weights ``[dimensions, classes]`` and biases ``[classes]`` of the log posteriors.

    ``x' S^-1 m - m' S^-1 m / 2 + log prior``, up to a constant of each row, for the mean ``m`` of a
    class and the common covariance ``S``.
    """
    covariance = _shrunk_covariance(
        vectors,
        means,
        counts,
        shrinkage,
    )
    weights = np.linalg.solve(covariance, means.T)

    # A class without rows counts half a row, so that its log prior is finite.
    priors = np.maximum(counts, 0.5) / max(counts.sum(), 1)
    quadratic_terms = np.einsum("cd,dc->c", means, weights)
    bias = np.log(priors) - 0.5 * quadratic_terms
    return weights, bias


def _class_means(vectors: Floats, classes: Ints, counts: Ints) -> NDArray[np.float64]:
    """Return the mean vector of each class, ``[classes, dimensions]``; 0 without rows."""
    sums = np.zeros((len(counts), vectors.shape[1]))
    np.add.at(sums, classes, vectors)
    n_rows = np.maximum(counts, 1)[:, None]
    means: NDArray[np.float64] = sums / n_rows
    return means


def _labelled_vectors(
    inputs: Inputs, target: Target, input_name: str
) -> tuple[Floats, Ints]:
    """Return the vectors and the class numbers of rows that have both."""
    modality_of_table = {table: modality for modality, table in VECTORS.items()}
    modality = modality_of_table[input_name]
    vectors = inputs.vectors[modality]

    # Encoders give zeros for a missing text or photo.
    has_vector = vectors.any(axis=1)
    rows = np.flatnonzero(target.has_label & has_vector)
    classes = target.values[rows].astype(np.int64)
    return vectors[rows], classes


def _shrunk_covariance(
    vectors: Floats, means: NDArray[np.float64], counts: Ints, shrinkage: float
) -> NDArray[np.float64]:
    """Return the covariance within classes, shrunk towards one variance of all directions."""
    rows = max(len(vectors), 1)
    dimensions = vectors.shape[1]

    # The products of deviations are those of all rows less those of the class means.
    products = vectors.T @ vectors
    total = products.astype(np.float64)
    between = (means.T * counts) @ means
    within = (total - between) / rows

    mean_square = float(np.trace(total)) / rows / dimensions
    mean_variance = _mean_variance(within, mean_square)
    isotropic = mean_variance * np.eye(dimensions)
    covariance: NDArray[np.float64] = (1 - shrinkage) * within + shrinkage * isotropic
    return covariance


def _mean_variance(within: NDArray[np.float64], mean_square: float) -> float:
    """Return the mean variance within classes over all directions, or its lower limit."""
    # Where every class has one photo, or one and the same, nothing varies within: without a lower
    # limit the covariance could not be inverted, or weights would be beyond 16 bits.
    lowest = max(MIN_WITHIN * mean_square, 1e-9)
    mean_variance = float(np.trace(within)) / len(within)
    return max(mean_variance, lowest)
