"""Learned arrays on disk: large tables in 8 bits a number, the rest in 16."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats

MIN_ROWS = 4096
"""Arrays of fewer rows are small anyway."""

WIDE = 32
"""Rows of so many numbers have a scale each; narrower tables have one for each column."""

SCALE = ".scale"


def pack(arrays: Mapping[str, Floats]) -> dict[str, NDArray[Any]]:
    """Return what is written for arrays, by name.

    A number of a large table is off by at most a 254th of the largest of its row, and in a sum
    over many rows errors cancel; a number elsewhere keeps three digits.
    """
    packed: dict[str, NDArray[Any]] = {}
    for name, array in arrays.items():
        if array.ndim == 2 and len(array) >= MIN_ROWS:
            axis = 1 if array.shape[1] >= WIDE else 0
            scale = np.abs(array).max(axis=axis, keepdims=True).astype(np.float32) / 127
            packed[name] = np.rint(array / np.where(scale > 0, scale, 1)).astype(np.int8)
            packed[name + SCALE] = scale
        else:
            packed[name] = array.astype(np.float16)
    return packed


def unpack(packed: Mapping[str, NDArray[Any]]) -> dict[str, Floats]:
    """Return the arrays that ``pack`` was given, as far as they were kept."""
    return {
        name: array.astype(np.float32) * packed.get(name + SCALE, np.float32(1))
        for name, array in packed.items()
        if not name.endswith(SCALE)
    }
