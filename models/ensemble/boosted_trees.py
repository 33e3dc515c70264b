"""Boosted regression trees, run by numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common import kernels
from common.arrays import Floats

_STORED_TYPES = {"column": np.int16, "left_child": np.int32, "tree_starts": np.int32}
"""Integer types on disk; in memory they are numpy's index type, which is faster to look up by."""

BLOCK_ROWS = 64
"""Rows that go down the trees together, so that their nodes stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class BoostedTrees:
    """Trees of several outputs, as arrays over all nodes of all trees.

    A leaf is a node whose left child is itself and whose threshold is infinite, so that every row
    takes ``depth`` steps and stays where it is once it is there.

    Attributes:
        column: Column that a node splits on.
        threshold: A row goes left when its value is at most this.
        left_child: The left child; the right one is the node after it.
        value: Value of a leaf.
        tree_starts: First node of each tree.
        output_ends: Number of trees of each output and of those before it.
        depth: Longest path of any tree.
    """

    column: NDArray[np.intp]
    threshold: Floats
    left_child: NDArray[np.intp]
    value: Floats
    tree_starts: NDArray[np.intp]
    output_ends: NDArray[np.int32]
    depth: NDArray[np.int32]

    def predict(self, table: Floats) -> Floats:
        """Return ``[rows, outputs]`` for a table ``[rows, columns]`` without NaN."""
        if not len(table):
            return np.zeros((0, len(self.output_ends)), np.float32)

        if kernels.native:
            return kernels.native.predict_trees(table, self)
        starts = range(0, len(table), BLOCK_ROWS)
        blocks = [table[start : start + BLOCK_ROWS] for start in starts]
        return np.concatenate([self._predict_block(block) for block in blocks])

    def _predict_block(self, table: Floats) -> Floats:
        leaf_values = self.value[self._leaves(table)]
        output_starts = np.concatenate([[0], self.output_ends[:-1]])
        sums: Floats = np.add.reduceat(leaf_values, output_starts, axis=1)
        return sums

    def _leaves(self, table: Floats) -> NDArray[np.intp]:
        """Return the leaf that each row reaches in each tree, ``[rows, trees]``."""
        n_rows, n_columns = table.shape

        # Flat cells: one index array is faster to look up by than a pair of row and column.
        cells = np.ascontiguousarray(table, dtype=np.float32).ravel()
        first_cells = np.arange(n_rows) * n_columns
        row_starts = first_cells[:, None]

        nodes = np.tile(self.tree_starts, (n_rows, 1))
        for _ in range(int(self.depth)):
            values = cells[row_starts + self.column[nodes]]  # [rows, trees]
            goes_right = values > self.threshold[nodes]
            nodes = self.left_child[nodes] + goes_right
        return nodes

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that an artifact stores; see ``load_boosted_trees``."""
        arrays = {name: np.asarray(value) for name, value in asdict(self).items()}
        for name, stored_type in _STORED_TYPES.items():
            arrays[name] = arrays[name].astype(stored_type)
        return arrays


def load_boosted_trees(arrays: Mapping[str, NDArray[Any]]) -> BoostedTrees:
    """Rebuild trees from ``BoostedTrees.arrays``."""
    indices = {name: arrays[name].astype(np.intp) for name in _STORED_TYPES}
    return BoostedTrees(**{**arrays, **indices})
