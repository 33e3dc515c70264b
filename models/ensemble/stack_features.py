"""What trees of a head look at: what members say, how the listing is written, what it is about.

Stacked generalisation (Wolpert, 1992): the trees were fitted to what members said of rows that they
had not seen, and learn when to believe which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from common.arrays import Floats
from common.nets.inputs import FROZEN_TEXT, Inputs
from common.store.packed_arrays import pack, unpack

QUANTILES = (0.1, 0.9)
"""What trees state of the error of a value."""


@dataclass(frozen=True, slots=True)
class StackFeatures:
    """What trees look at, the same for all of a head.

    ``outputs`` are those of which they hear what members say. Of the text they see some
    ``directions [dimensions, k]`` of the frozen vectors where there are any, else of the n-grams,
    and the ``words`` of some columns of n-grams.
    """

    outputs: tuple[str, ...]
    directions: Floats
    words: NDArray[np.int32]

    def table(self, inputs: Inputs, said: Floats, completeness: Floats) -> Floats:
        """Return the table that trees read, ``[rows, columns]``.

        ``said [rows, members]`` is what members say; ``completeness [rows]``.
        """
        if inputs.style is None:
            raise ValueError("inputs were read for a head without trees")
        parts = [inputs.style, completeness[:, None], said, text_matrix(inputs) @ self.directions]
        if len(self.words):
            parts.append(select_columns(inputs.text, self.words))
        return np.concatenate(parts, axis=1, dtype=np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What must be saved to load it again."""
        return {**pack({"directions": self.directions}), "words": self.words}


EMPTY = StackFeatures((), np.zeros((0, 0), np.float32), np.zeros(0, np.int32))
"""Of a head without trees."""


def load_stack_features(
    outputs: Sequence[str], arrays: Mapping[str, NDArray[Any]]
) -> StackFeatures:
    """Rebuild from ``StackFeatures.outputs`` and ``StackFeatures.arrays``."""
    turned = {name: value for name, value in arrays.items() if name != "words"}
    return StackFeatures(tuple(outputs), unpack(turned)["directions"], arrays["words"])


def select_columns(text: sparse.csr_matrix, words: NDArray[np.int32]) -> Floats:
    """Return some columns of a sparse matrix, in increasing order, as a dense one.

    scipy's own selection takes several times as long for a single row.
    """
    rows = np.repeat(np.arange(text.shape[0]), np.diff(text.indptr))
    place = np.minimum(np.searchsorted(words, text.indices), len(words) - 1)
    known = words[place] == text.indices
    found = np.zeros((text.shape[0], len(words)), np.float32)
    found[rows[known], place[known]] = text.data[known]
    return found


def text_matrix(inputs: Inputs) -> Any:
    """What directions are drawn in: frozen vectors, else n-grams."""
    return inputs.vectors.get(FROZEN_TEXT, inputs.text)


def as_columns(scores: Floats) -> Floats:
    """Columns that say as much as scores ``[rows, size]``: of two classes the odds suffice."""
    return scores[:, 1:] - scores[:, :1] if scores.shape[1] == 2 else scores


def as_scores(columns: Floats, size: int) -> Floats:
    """Return the scores ``[rows, size]`` that ``as_columns`` was given, but for a constant."""
    return np.pad(columns, ((0, 0), (1, 0))) if size == 2 else columns
