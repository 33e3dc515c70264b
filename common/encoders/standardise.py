"""Vectors brought to mean 0 and variance 1 over the training rows, each dimension by itself.

Pretrained networks give vectors whose dimensions differ in scale by orders of magnitude; the nets
of the heads, whose weights start alike, would see only the largest.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.arrays import Floats
from common.errors import ArtifactError

ARRAYS = "standard.npz"

MIN_VARIANCE = 1e-3
"""The least scale of a dimension, as a share of the mean one: a constant must not be blown up."""


@dataclass(frozen=True, slots=True)
class Standardiser:
    """``mean`` is taken from every vector, then it is divided by ``scale``; both ``[dims]``."""

    mean: Floats
    scale: Floats

    def apply(self, vectors: Floats) -> Floats:
        """Return the vectors ``[rows, dims]`` standardised."""
        found: Floats = ((vectors - self.mean) / self.scale).astype(np.float32, copy=False)
        return found

    def save(self, folder: Path) -> None:
        """Write it into an artifact's folder."""
        np.savez(folder / ARRAYS, mean=self.mean, scale=self.scale)


def fit_standardiser(vectors: Floats) -> Standardiser:
    """Measure vectors of training rows ``[rows, dims]``."""
    mean, scale = vectors.mean(axis=0, dtype=np.float64), vectors.std(axis=0, dtype=np.float64)
    scale = np.maximum(scale, max(MIN_VARIANCE * float(scale.mean()), 1e-6))
    return Standardiser(mean.astype(np.float32), scale.astype(np.float32))


def load_standardiser(folder: Path) -> Standardiser:
    """Read what ``save`` wrote."""
    try:
        with np.load(folder / ARRAYS, allow_pickle=False) as file:
            return Standardiser(file["mean"], file["scale"])
    except (OSError, ValueError, KeyError):
        raise ArtifactError(f"{folder / ARRAYS} holds no mean and scale of vectors") from None
