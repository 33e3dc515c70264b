"""Names for the array types that travel between rooms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def evenly_spaced(count: int, most: int) -> Ints:
    """Places of at most ``most`` of ``count`` rows, evenly spread over all, in order."""
    places: Ints = np.linspace(0, count - 1, min(count, most)).astype(np.int64)
    return places
