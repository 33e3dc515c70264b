"""A small network over sparse text, confirmed fields and dense vectors, run by numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from common.arrays import Floats
from common.nets.inputs import VECTORS, Inputs, is_label_free


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
    def label_free(self) -> bool:
        """Whether it reads nothing that was made by an encoder trained on labels."""
        return is_label_free(self.arrays)

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
