"""Vectors brought to mean 0 and variance 1 over the training rows, each dimension by itself.

Pretrained networks give vectors whose dimensions differ in scale by orders of magnitude; nets on
top of them, whose first weights have one scale, would see only the largest.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.arrays import Floats
from common.errors import ArtifactError

ARRAYS = "standard.npz"

MIN_VARIANCE = 1e-3
"""Smallest scale of a dimension, as a share of the mean scale; a constant must not be blown up."""


@dataclass(frozen=True, slots=True)
class Standardiser:
    """Subtracts the mean and divides by the scale.

    Attributes:
        mean: mean of each dimension over the training rows, ``[dims]``.
        scale: standard deviation of each dimension, bounded from below, ``[dims]``.
    """

    mean: Floats
    scale: Floats

    def apply(self, vectors: Floats) -> Floats:
        """Return the vectors ``[rows, dims]`` standardised."""
        standardised: Floats = (vectors - self.mean) / self.scale
        return standardised.astype(np.float32, copy=False)

    def save(self, folder: Path) -> None:
        """Write the arrays into an artifact's folder."""
        np.savez(folder / ARRAYS, mean=self.mean, scale=self.scale)


def fit_standardiser(vectors: Floats) -> Standardiser:
    """Fit mean and scale to vectors of training rows, ``[rows, dims]``."""
    mean = vectors.mean(axis=0, dtype=np.float64)
    deviation = vectors.std(axis=0, dtype=np.float64)
    min_scale = max(MIN_VARIANCE * float(deviation.mean()), 1e-6)
    scale = np.maximum(deviation, min_scale)
    return Standardiser(
        mean=mean.astype(np.float32),
        scale=scale.astype(np.float32),
    )


def load_standardiser(folder: Path) -> Standardiser:
    """Load the arrays that ``save`` wrote; raises ``ArtifactError`` where there are none."""
    try:
        with np.load(folder / ARRAYS, allow_pickle=False) as file:
            return Standardiser(file["mean"], file["scale"])
    except (OSError, ValueError, KeyError):
        raise ArtifactError(
            f"{folder / ARRAYS} holds no mean and scale of vectors"
        ) from None
