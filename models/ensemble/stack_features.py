"""Columns of the boosted trees: member scores, style, text components and n-grams.

Stacked generalisation (Wolpert, 1992): the trees are fitted to held-out scores of the members,
and learn when to trust which member.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from common.nets.inputs import Inputs
from common.nets.tables import Table, load_table, multiply, select_columns
from common.store.packed_arrays import pack

QUANTILES = (0.1, 0.9)
"""Quantiles of the residual that trees predict."""


@dataclass(frozen=True, slots=True)
class StackFeatures:
    """The columns of all trees of a head.

    Attributes:
        outputs: Outputs whose member scores are columns.
        components: Leading singular vectors of the text matrix, ``[dimensions, k]``.
        ngrams: Columns of the n-gram matrix that are columns here too, in increasing order.
    """

    outputs: tuple[str, ...]
    components: Table
    ngrams: NDArray[np.int32]

    def table(self, inputs: Inputs, scores: Floats, completeness: Floats) -> Floats:
        """Return the table ``[rows, columns]`` that trees are fitted to and applied to.

        Args:
            inputs: The rows, with style features.
            scores: Member scores, ``[rows, members]``.
            completeness: 0 in early, 1 in full context, ``[rows]``.

        Raises:
            ValueError: The inputs have no style features.
        """
        if inputs.style is None:
            raise ValueError("inputs of a head with boosted trees need style features")

        text_components = multiply(text_matrix(inputs), self.components)
        parts = [
            inputs.style,
            completeness[:, None],
            scores,
            text_components,
        ]
        if len(self.ngrams):
            parts.append(select_columns(inputs.text, self.ngrams))
        return np.concatenate(parts, axis=1, dtype=np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that an artifact stores; see ``load_stack_features``."""
        # What was fitted is dense; what was loaded is not stored again.
        components = cast(Floats, self.components)
        return {**pack({"components": components}), "ngrams": self.ngrams}


EMPTY = StackFeatures((), np.zeros((0, 0), np.float32), np.zeros(0, np.int32))
"""Stack features of a head without trees."""


def load_stack_features(
    outputs: Sequence[str], arrays: Mapping[str, NDArray[Any]]
) -> StackFeatures:
    """Rebuild stack features from ``StackFeatures.outputs`` and ``StackFeatures.arrays``."""
    packed = {name: value for name, value in arrays.items() if name != "ngrams"}
    return StackFeatures(
        outputs=tuple(outputs),
        components=load_table("components", packed),
        ngrams=arrays["ngrams"],
    )


def text_matrix(inputs: Inputs) -> Any:
    """Return the matrix that components are taken of: text vectors, else n-grams."""
    return inputs.vectors.get("text", inputs.text)


def as_columns(scores: Floats) -> Floats:
    """Return scores ``[rows, size]`` as columns of a table: the log odds alone of two classes."""
    if scores.shape[1] != 2:
        return scores
    first, second = scores[:, :1], scores[:, 1:]
    return second - first


def as_scores(columns: Floats, size: int) -> Floats:
    """Return scores ``[rows, size]`` of ``as_columns``, up to a constant of each row."""
    if size != 2:
        return columns

    # Scores count up to a constant: 0 for the first class leaves the log odds to the second.
    zero_before = ((0, 0), (1, 0))
    return np.pad(columns, zero_before)
