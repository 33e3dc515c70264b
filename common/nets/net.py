"""A small network over sparse text, confirmed fields and dense vectors, run by numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from common.arrays import Floats
from common.nets.inputs import VECTORS, Inputs, is_label_free
from common.store.packed_arrays import pack, unpack


@dataclass(frozen=True, slots=True)
class Net:
    """Weights of a trained net; see ``forward`` for the layers.

    Attributes:
        arrays: Weights by name. ``text [columns, width]``, ``characters [columns, width]``,
            ``fields [values, width]`` and those of
            ``VECTORS [dimensions, width]`` are optional: the net does not read an absent input.
            ``bias [width]`` follows, then ``hidden0.weight``, ``hidden0.bias`` and on, and
            ``<output>.weight`` and ``<output>.bias`` of each output; an output without them is the
            last layer itself.
        outputs: Names of the outputs.
    """

    arrays: Mapping[str, Floats]
    outputs: tuple[str, ...]

    @property
    def label_free(self) -> bool:
        """Whether no input comes from an encoder that was trained on labels."""
        return is_label_free(self.arrays)

    def as_stored(self) -> Net:
        """Return the net with its weights rounded as an artifact stores them."""
        return Net(unpack(pack(self.arrays)), self.outputs)

    def forward(self, inputs: Inputs) -> dict[str, Floats]:
        """Return scores ``[rows, classes]`` of each output.

        Without hidden layers the net is linear, of low rank (Joulin et al., Bag of Tricks for
        Efficient Text Classification, 2017); with them, ReLU precedes each layer.
        """
        state = self.trunk(inputs)
        layer = 0
        while f"hidden{layer}.weight" in self.arrays:
            weight = self.arrays[f"hidden{layer}.weight"]
            bias = self.arrays[f"hidden{layer}.bias"]
            state = np.maximum(state, 0) @ weight
            state += bias
            layer += 1

        # A net without hidden layers is linear: its trunk goes into the outputs as it is.
        if layer:
            state = np.maximum(state, 0)
        scores = {}
        for name in self.outputs:
            scores[name] = self._output(name, state)
        return scores

    def trunk(self, inputs: Inputs) -> Floats:
        """Return the first layer ``[rows, width]``: the bias and weighted sums of table rows."""
        total = np.tile(self.arrays["bias"], (len(inputs), 1))
        if "text" in self.arrays:
            total += inputs.text @ self.arrays["text"]

        if inputs.characters is not None and "characters" in self.arrays:
            total += inputs.characters @ self.arrays["characters"]

        # Early requests confirm no field at all: the gather is skipped for them.
        if "fields" in self.arrays and inputs.weights.any():
            total += self._field_sums(inputs)

        for modality, vectors in inputs.vectors.items():
            table = self.arrays.get(VECTORS[modality])
            if table is not None:
                total += vectors @ table
        return total

    def _field_sums(self, inputs: Inputs) -> Floats:
        """Return the weighted sums ``[rows, width]`` of the table rows of field values."""
        table = self.arrays["fields"]
        embeddings = table[inputs.fields]  # [rows, slots, width]
        sums: Floats = np.einsum("rsw,rs->rw", embeddings, inputs.weights)
        return sums

    def _output(self, name: str, state: Floats) -> Floats:
        weight = self.arrays.get(f"{name}.weight")
        if weight is None:
            return state
        bias = self.arrays[f"{name}.bias"]
        scores: Floats = state @ weight + bias
        return scores
