"""Tables of weights, a row for each n-gram, and their products with the n-grams of listings.

A loaded table stays as its artifact stores it: a quarter of the memory of 32 bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from common import kernels
from common.arrays import Floats
from common.store.packed_arrays import SCALE, unpack

BLOCK_ROWS = 8
"""Rows whose table rows are gathered together, so that these stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class QuantisedTable:
    """Weights in 8 bits with a scale for each row, read row by row.

    Attributes:
        numbers: The weights divided by the scale of their row, ``[rows, width]``.
        scale: Multiplier of each row, ``[rows]``.
    """

    numbers: NDArray[np.int8]
    scale: Floats

    def weighted_sums(self, ngrams: sparse.csr_matrix) -> Floats:
        """Return the weighted sums ``[len(ngrams), width]`` of the rows of n-grams.

        As ``ngrams @ table`` of 32 bits but for rounding, and as fast: a row of 8 bits is read from
        memory in a quarter of the time.
        """
        if kernels.native:
            return kernels.native.multiply_quantised(
                *kernels.csr_arrays(ngrams), self.numbers, self.scale
            )
        weights = ngrams.data * self.scale[ngrams.indices]
        sums = np.empty((ngrams.shape[0], self.numbers.shape[1]), np.float32)
        for first_row in range(0, len(sums), BLOCK_ROWS):
            ends = ngrams.indptr[first_row : first_row + BLOCK_ROWS + 1].tolist()
            first = ends[0]
            numbers = self.numbers.take(ngrams.indices[first : ends[-1]], axis=0)
            rows = numbers.astype(np.float32)
            for row, (start, end) in enumerate(pairwise(ends), first_row):
                table = rows[start - first : end - first]
                np.dot(weights[start:end], table, out=sums[row])
        return sums


Table = Floats | QuantisedTable


def multiply(matrix: Any, table: Table) -> Floats:
    """Return the product ``[rows, width]`` of a matrix, sparse or dense, and a table."""
    if isinstance(table, QuantisedTable):
        return table.weighted_sums(matrix)

    # A view of columns of a wider table is left to scipy.
    if kernels.native and sparse.issparse(matrix) and table.flags.c_contiguous:
        return kernels.native.multiply(*kernels.csr_arrays(matrix), table)
    product: Floats = matrix @ table
    return product


def select_columns(text: sparse.csr_matrix, columns: NDArray[np.int32]) -> Floats:
    """Return some columns of a sparse matrix, given in increasing order, as a dense matrix.

    scipy's own selection takes several times as long for a single row.
    """
    n_rows = text.shape[0]
    entries_per_row = np.diff(text.indptr)
    entry_rows = np.repeat(np.arange(n_rows), entries_per_row)

    # Columns above the last chosen one are sorted behind it: they are not selected either.
    positions = np.searchsorted(columns, text.indices)
    positions = np.minimum(positions, len(columns) - 1)
    is_selected = columns[positions] == text.indices

    cells = (entry_rows[is_selected], positions[is_selected])
    dense = np.zeros((n_rows, len(columns)), np.float32)
    dense[cells] = text.data[is_selected]
    return dense


def load_table(name: str, packed: Mapping[str, NDArray[Any]]) -> Table:
    """Return an array of ``pack`` as it is stored where it is a large table, else unpacked."""
    quantised = find_quantised(name, packed)
    return unpack(packed)[name] if quantised is None else quantised


def find_quantised(
    name: str, packed: Mapping[str, NDArray[Any]]
) -> QuantisedTable | None:
    """Return an array of ``pack`` as a table, ``None`` where its rows have no scale."""
    scale = packed.get(name + SCALE)
    if scale is None or scale.shape != (len(packed[name]), 1):
        return None
    return QuantisedTable(packed[name], scale[:, 0])
