"""A small network over sparse text, confirmed fields and dense vectors, run by numpy alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from common.arrays import Bools, Floats, Ints

FROZEN_TEXT = "frozen text"

VECTORS = {
    "text": "text_vectors",
    "photo": "photo_vectors",
    FROZEN_TEXT: "frozen_text_vectors",
}
"""How the inputs that encoders make are called, by what the encoders read.

Frozen are those of text encoders that learned nothing from labels; ``text`` has them too.
"""

LEARNED = (VECTORS["text"], VECTORS["photo"])
"""Inputs that may be sharper for the rows that an encoder was trained on than for others."""


def is_plain(reads: Iterable[str]) -> bool:
    """Tell whether none of the inputs was made by an encoder that may be trained on labels."""
    return not set(reads) & set(LEARNED)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What nets read, for a batch of listings.

    ``text`` is tf-idf ``[rows, columns]``; ``fields`` and ``weights`` are ``[rows, slots]``
    numbers of field values and their weights; ``vectors`` are those of the encoders that read
    ``text`` and of those that read ``photo``, ``[rows, dimensions]`` each, where there are any;
    ``surface`` is that of ``common.surface``, for heads that look at it; ``least_values`` is how
    many field values all rows had of which these are some.
    """

    text: sparse.csr_matrix
    fields: Ints
    weights: Floats
    vectors: Mapping[str, Floats]
    surface: Floats | None = None
    least_values: int = 0

    @property
    def values(self) -> int:
        """How many field values are told apart: as many as there are, or as were in all rows."""
        return max(int(self.fields.max(initial=0)) + 1, self.least_values)

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.fields)

    def at(self, rows: Ints) -> Inputs:
        """Return some of the rows."""
        return Inputs(
            self.text[rows],
            self.fields[rows],
            self.weights[rows],
            {name: vectors[rows] for name, vectors in self.vectors.items()},
            None if self.surface is None else self.surface[rows],
            self.values,
        )

    def seen(self) -> Ints:
        """What is known of each row, as its place in ``MODES``; ``text`` where nothing is."""
        if "photo" not in self.vectors:
            return np.zeros(len(self), np.int64)
        text, photo = self.reads("text"), self.reads("photo")
        return np.where(photo, np.where(text, 2, 1), 0)

    def reads(self, modality: str) -> Bools:
        """Whether anything is known of each row's ``text``, or of its ``photo``."""
        found = np.diff(self.text.indptr) > 0 if modality == "text" else np.zeros(len(self), bool)
        if modality in self.vectors:
            found = found | self.vectors[modality].any(axis=1)
        return np.asarray(found)


@dataclass(frozen=True, slots=True)
class Net:
    """Weights of a trained net by name; see ``forward`` for the layers.

    ``text [columns, width]``, ``fields [values, width]``, ``text_vectors`` and others of
    ``VECTORS`` ``[dimensions, width]`` (each may be absent: the net does not read that input),
    ``bias [width]``, optional ``hidden0.weight``, ``hidden0.bias`` and on, and ``<output>.weight``,
    ``<output>.bias`` for each output; an output without them is the last layer itself.
    """

    arrays: Mapping[str, Floats]
    outputs: tuple[str, ...]

    @property
    def plain(self) -> bool:
        """Whether it reads nothing that was made by an encoder trained on labels."""
        return is_plain(self.arrays)

    def trunk(self, inputs: Inputs) -> Floats:
        """Return the first layer ``[rows, width]``: sums of rows of the tables, and the bias."""
        total = np.tile(self.arrays["bias"], (len(inputs), 1))
        if "text" in self.arrays:
            total += inputs.text @ self.arrays["text"]
        if "fields" in self.arrays and inputs.weights.any():
            chosen = self.arrays["fields"][inputs.fields]
            total += np.einsum("rsw,rs->rw", chosen, inputs.weights)
        for modality, vectors in inputs.vectors.items():
            if VECTORS[modality] in self.arrays:
                total += vectors @ self.arrays[VECTORS[modality]]
        return total

    def forward(self, inputs: Inputs) -> dict[str, Floats]:
        """Return scores ``[rows, classes]`` for each output.

        Without hidden layers the net is linear of low rank (Joulin et al., Bag of Tricks for
        Efficient Text Classification, 2017); with them, ReLU comes before each.
        """
        state, layer = self.trunk(inputs), 0
        while f"hidden{layer}.weight" in self.arrays:
            state = np.maximum(state, 0) @ self.arrays[f"hidden{layer}.weight"]
            state += self.arrays[f"hidden{layer}.bias"]
            layer += 1
        if layer:
            state = np.maximum(state, 0)
        return {name: self._output(name, state) for name in self.outputs}

    def _output(self, name: str, state: Floats) -> Floats:
        if f"{name}.weight" not in self.arrays:
            return state
        scores: Floats = state @ self.arrays[f"{name}.weight"] + self.arrays[f"{name}.bias"]
        return scores
