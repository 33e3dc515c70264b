"""Learned arrays on disk: large tables in 8 bits a number, all others in 16."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats

MIN_ROWS = 4096
"""Rows from which an array is worth 8 bits a number."""

WIDE = 32
"""Columns from which each row has a scale; narrower tables have one for each column."""

SCALE = ".scale"


def pack(arrays: Mapping[str, Floats]) -> dict[str, NDArray[Any]]:
    """Return the arrays to write, by name, those of 8 bits with their scales.

    A number of a large table is off by at most a 254th of the largest of its row or column, and in
    a sum over many rows errors cancel; all other numbers keep three digits.
    """
    packed: dict[str, NDArray[Any]] = {}
    for name, array in arrays.items():
        if array.ndim == 2 and len(array) >= MIN_ROWS:
            packed[name], packed[name + SCALE] = _quantise(array)
        else:
            packed[name] = array.astype(np.float16)
    return packed


def unpack(packed: Mapping[str, NDArray[Any]]) -> dict[str, Floats]:
    """Return the arrays that ``pack`` was given, but for what rounding took."""
    return {
        name: array.astype(np.float32) * packed.get(name + SCALE, np.float32(1))
        for name, array in packed.items()
        if not name.endswith(SCALE)
    }


def _quantise(table: Floats) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return symmetric 8-bit numbers, and the scale of each row or column to multiply by."""
    axis = 1 if table.shape[1] >= WIDE else 0
    scale = np.abs(table).max(axis=axis, keepdims=True).astype(np.float32) / 127
    numbers = np.rint(table / np.where(scale > 0, scale, 1)).astype(np.int8)
    return numbers, scale
