"""Fits linear discriminants over vectors, in closed form; training code only."""

from __future__ import annotations

import numpy as np

from common.nets.inputs import VECTORS, Inputs
from common.nets.net import Net
from common.nets.targets import Target
from models.ensemble.settings import LdaSettings


def train_lda(inputs: Inputs, target: Target, read: str, settings: LdaSettings) -> Net:
    """Fit classes as normal clouds of one shape around their means, in the vectors named ``read``.

    Fisher 1936, with the covariance shrunk as in Friedman, Regularized Discriminant Analysis, 1989.
    Where classes have few rows each it is better than what is fitted by gradients. Rows without a
    vector are left out.
    """
    modality = next(name for name, table in VECTORS.items() if table == read)
    vectors = inputs.vectors[modality]
    known = np.flatnonzero(target.has_label & vectors.any(axis=1))
    found, labels = vectors[known], target.values[known].astype(np.int64)
    counts = np.bincount(labels, minlength=target.size)
    means = np.zeros((target.size, vectors.shape[1]))
    np.add.at(means, labels, found)
    means /= np.maximum(counts, 1)[:, None]
    weights = np.linalg.solve(_covariance(found, means, counts, settings.shrinkage), means.T)
    shares = np.maximum(counts, 0.5) / max(counts.sum(), 1)
    bias = np.log(shares) - 0.5 * np.einsum("cd,dc->c", means, weights)
    arrays = {read: weights * settings.score_scale, "bias": bias * settings.score_scale}
    return Net({name: each.astype(np.float32) for name, each in arrays.items()}, (target.name,))


def _covariance(
    vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]],
    means: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    counts: np.ndarray[tuple[int], np.dtype[np.int64]],
    shrinkage: float,
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """The covariance within classes: that of all rows less that of the means."""
    rows, dimensions = max(len(vectors), 1), vectors.shape[1]
    products = (vectors.T @ vectors).astype(np.float64) - (means.T * counts) @ means
    inner = products / rows
    usual = max(float(np.trace(inner)) / dimensions, 1e-9)
    found: np.ndarray[tuple[int, int], np.dtype[np.float64]] = (
        1 - shrinkage
    ) * inner + shrinkage * usual * np.eye(dimensions)
    return found
