"""A small network over sparse text, confirmed fields and dense vectors, run by numpy alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from common.arrays import Floats, Ints
from common.nets.inputs import VECTORS, Inputs, is_label_free
from common.store.packed_arrays import pack, unpack

INPUT_TABLES = {"text", "characters", "fields", *VECTORS.values()}
"""Names of the tables of a net's first layer."""


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
        return self.forward_from(self.trunk(inputs))

    def forward_from(self, state: Floats) -> dict[str, Floats]:
        """Return scores ``[rows, classes]`` of each output from the first layer, ``trunk``."""
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
        return first_layer(self.arrays, inputs)

    def _output(self, name: str, state: Floats) -> Floats:
        weight = self.arrays.get(f"{name}.weight")
        if weight is None:
            return state
        bias = self.arrays[f"{name}.bias"]
        scores: Floats = state @ weight + bias
        return scores


def first_layer(tables: Mapping[str, Floats], inputs: Inputs) -> Floats:
    """Return the bias and weighted sums of table rows, ``[rows, width]``; see ``Net``."""
    total = np.tile(tables["bias"], (len(inputs), 1))
    for _, sums in weighted_sums(tables, inputs):
        total += sums
    return total


def weighted_sums(
    tables: Mapping[str, Floats], inputs: Inputs
) -> Iterator[tuple[str, Floats]]:
    """Yield the weighted sums ``[rows, width]`` of the rows of each table, with its name."""
    if "text" in tables:
        yield "text", inputs.text @ tables["text"]
    if "characters" in tables and inputs.characters is not None:
        yield "characters", inputs.characters @ tables["characters"]

    # Early requests confirm no field at all: the gather is skipped for them.
    if "fields" in tables and inputs.weights.any():
        embeddings = tables["fields"][inputs.fields]  # [rows, slots, width]
        yield "fields", np.einsum("rsw,rs->rw", embeddings, inputs.weights)

    for modality, vectors in inputs.vectors.items():
        name = VECTORS[modality]
        # Of rows without a photo all vectors are 0.
        if name in tables and vectors.any():
            yield name, vectors @ tables[name]


@dataclass(frozen=True, slots=True)
class FirstLayers:
    """The first layers of several nets, side by side: each input is multiplied once for all.

    Attributes:
        bias: Of all nets, ``[total width]``.
        tables: The tables of an input that several nets read, side by side, by its name.
        columns: The columns of the total that a table adds to, by the same name.
        places: The columns of each net, by its name.
    """

    bias: Floats
    tables: Mapping[str, Floats]
    columns: Mapping[str, Ints]
    places: Mapping[str, slice]

    def forward(self, inputs: Inputs) -> dict[str, Floats]:
        """Return the first layer ``[rows, width]`` of each net; ``Net.forward_from`` goes on."""
        total = np.tile(self.bias, (len(inputs), 1))
        for name, sums in weighted_sums(self.tables, inputs):
            total[:, self.columns[name]] += sums
        return {name: total[:, place] for name, place in self.places.items()}


def join_first_layers(nets: Mapping[str, Net]) -> tuple[FirstLayers, dict[str, Net]]:
    """Return the first layers of all nets, and the nets with their tables as views of them."""
    places: dict[str, slice] = {}
    parts: dict[str, dict[str, Floats]] = {}
    width = 0
    for net_name, net in nets.items():
        end = width + len(net.arrays["bias"])
        places[net_name] = slice(width, end)
        width = end
        for name in INPUT_TABLES & net.arrays.keys():
            parts.setdefault(name, {})[net_name] = net.arrays[name]

    tables, columns = {}, {}
    views = {name: dict(net.arrays) for name, net in nets.items()}
    for name, by_net in parts.items():
        tables[name] = np.concatenate(list(by_net.values()), axis=1)
        columns[name] = np.concatenate(
            [np.arange(width)[places[net_name]] for net_name in by_net]
        )
        start = 0
        for net_name, table in by_net.items():
            views[net_name][name] = tables[name][:, start : start + table.shape[1]]
            start += table.shape[1]

    biases = [net.arrays["bias"] for net in nets.values()]
    bias = np.concatenate(biases) if biases else np.zeros(0, np.float32)
    joined = {name: Net(views[name], net.outputs) for name, net in nets.items()}
    return FirstLayers(bias, tables, columns, places), joined
