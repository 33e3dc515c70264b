"""Regression trees that were boosted in training, run by numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats

_PLACES = {"column": np.int16, "below": np.int32, "roots": np.int32}
"""How places are kept on disk; numpy looks up faster by its own integers."""

BLOCK_ROWS = 64
"""Rows that go down the trees together: their places stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class BoostedTrees:
    """Trees of several outputs as arrays over the nodes of all of them.

    At node ``i`` a row goes to ``below[i]`` when its column ``column[i]`` is at most
    ``threshold[i]``, else to the node after that one. At a leaf, whose ``value`` counts, ``below``
    is ``i`` itself and the threshold is infinite. ``roots`` are the first nodes of the trees,
    ``ends[k]`` how many of them belong to output ``k`` and those before it, and ``depth`` is the
    longest way down.
    """

    column: NDArray[np.intp]
    threshold: Floats
    below: NDArray[np.intp]
    value: Floats
    roots: NDArray[np.intp]
    ends: NDArray[np.int32]
    depth: NDArray[np.int32]

    def predict(self, table: Floats) -> Floats:
        """Return ``[rows, outputs]`` for a table ``[rows, columns]`` without NaN."""
        pieces = [table[start : start + BLOCK_ROWS] for start in range(0, len(table), BLOCK_ROWS)]
        found = [self._predict(piece) for piece in pieces]
        return np.concatenate(found) if found else np.zeros((0, len(self.ends)), np.float32)

    def _predict(self, table: Floats) -> Floats:
        cells = np.ascontiguousarray(table, dtype=np.float32).ravel()
        first = (np.arange(len(table)) * table.shape[1])[:, None]
        places = np.broadcast_to(self.roots, (len(table), len(self.roots)))
        for _ in range(int(self.depth)):
            high = cells[first + self.column[places]] > self.threshold[places]
            places = self.below[places] + high
        starts = np.concatenate([[0], self.ends[:-1]])
        sums: Floats = np.add.reduceat(self.value[places], starts, axis=1)
        return sums

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What must be saved to load the forest again."""
        arrays = {name: np.asarray(value) for name, value in asdict(self).items()}
        return arrays | {name: arrays[name].astype(kept) for name, kept in _PLACES.items()}


def load_boosted_trees(arrays: Mapping[str, NDArray[Any]]) -> BoostedTrees:
    """Rebuild a forest from ``BoostedTrees.arrays``."""
    return BoostedTrees(**{**arrays, **{name: arrays[name].astype(np.intp) for name in _PLACES}})
