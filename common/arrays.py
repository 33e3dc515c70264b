"""Names for the array types that travel between rooms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def evenly_spaced(count: int, max_count: int) -> Ints:
    """Return the indices of at most ``max_count`` of ``count`` rows, evenly spaced, in order."""
    n_indices = min(count, max_count)
    positions = np.linspace(0, count - 1, n_indices)
    return positions.astype(np.int64)
