"""A small network over sparse text, confirmed fields and dense vectors, run by numpy alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common import kernels
from common.arrays import Floats, Ints
from common.nets.inputs import VECTORS, Inputs, is_label_free
from common.nets.tables import QuantisedTable, Table, find_quantised, multiply
from common.store.packed_arrays import SCALE, pack, unpack

Layer = tuple[Floats, Floats]
"""Weights ``[inputs, outputs]`` and biases ``[outputs]``."""

NGRAM_TABLES = ("text", "characters")
"""Names of the tables of n-grams, which are large."""

INPUT_TABLES = {*NGRAM_TABLES, "fields", *VECTORS.values()}
"""Names of the tables of a net's first layer."""


@dataclass(frozen=True)
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
        quantised: Those of ``NGRAM_TABLES`` that stay as an artifact stores them, in place of
            ``arrays``: in a net that was loaded to serve.
    """

    arrays: Mapping[str, Floats]
    outputs: tuple[str, ...]
    quantised: Mapping[str, QuantisedTable] = field(default_factory=dict)

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
        for weight, bias in self._hidden_layers:
            state = np.maximum(state, 0) @ weight
            state += bias

        # A net without hidden layers is linear: its trunk goes into the outputs as it is.
        if self._hidden_layers:
            state = np.maximum(state, 0)
        scores = dict.fromkeys(self.outputs, state)
        for name, (weight, bias) in self._output_layers.items():
            scores[name] = state @ weight
            scores[name] += bias
        return scores

    def trunk(self, inputs: Inputs) -> Floats:
        """Return the first layer ``[rows, width]``: the bias and weighted sums of table rows."""
        total = np.tile(self.arrays["bias"], (len(inputs), 1))
        for _, sums in weighted_sums(self.arrays, inputs):
            total += sums
        self.add_quantised(inputs, total)
        return total

    def add_quantised(self, inputs: Inputs, total: Floats) -> None:
        """Add what ``quantised`` tables bring to the first layer to ``total [rows, width]``."""
        for _, sums in _ngram_sums(self.quantised, inputs):
            total += sums

    @cached_property
    def _hidden_layers(self) -> tuple[Layer, ...]:
        """Weights and biases between the trunk and the outputs, in their order."""
        layers: list[Layer] = []
        while f"hidden{len(layers)}.weight" in self.arrays:
            layers.append(self._layer(f"hidden{len(layers)}"))
        return tuple(layers)

    @cached_property
    def _output_layers(self) -> dict[str, Layer]:
        """Weights and biases of the outputs that are not the last layer itself."""
        return {
            name: self._layer(name)
            for name in self.outputs
            if f"{name}.weight" in self.arrays
        }

    def _layer(self, name: str) -> Layer:
        return self.arrays[f"{name}.weight"], self.arrays[f"{name}.bias"]


def load_net(packed: Mapping[str, NDArray[Any]], outputs: Sequence[str]) -> Net:
    """Return the net whose arrays were packed, with large tables as they are stored."""
    found = {name: find_quantised(name, packed) for name in NGRAM_TABLES}
    quantised = {name: table for name, table in found.items() if table is not None}
    others = {
        name: array
        for name, array in packed.items()
        if name.removesuffix(SCALE) not in quantised
    }
    return Net(unpack(others), tuple(outputs), quantised)


def weighted_sums(
    tables: Mapping[str, Floats], inputs: Inputs
) -> Iterator[tuple[str, Floats]]:
    """Yield the weighted sums ``[rows, width]`` of the rows of each table, with its name."""
    yield from _ngram_sums(tables, inputs)

    # Early requests confirm no field at all: the gather is skipped for them.
    if "fields" in tables and inputs.weights.any():
        yield "fields", _embed(inputs, tables["fields"])

    for modality, vectors in inputs.vectors.items():
        name = VECTORS[modality]
        # Of rows without a photo all vectors are 0.
        if name in tables and vectors.any():
            yield name, vectors @ tables[name]


def _ngram_sums(
    tables: Mapping[str, Table], inputs: Inputs
) -> Iterator[tuple[str, Floats]]:
    """Yield the weighted sums ``[rows, width]`` of those of ``NGRAM_TABLES`` that are there."""
    if "text" in tables:
        yield "text", multiply(inputs.text, tables["text"])
    if "characters" in tables and inputs.characters is not None:
        yield "characters", multiply(inputs.characters, tables["characters"])


def _embed(inputs: Inputs, table: Floats) -> Floats:
    """Return the weighted sums ``[rows, width]`` of the rows of confirmed values."""
    if kernels.native and table.flags.c_contiguous:
        # Slots are the entries of a sparse matrix, as many in each row.
        ends = np.arange(len(inputs) + 1, dtype=np.int32) * inputs.fields.shape[1]
        numbers = inputs.fields.ravel().astype(np.int32)
        return kernels.native.multiply(ends, numbers, inputs.weights.ravel(), table)
    embeddings = table[inputs.fields]  # [rows, slots, width]
    sums: Floats = np.einsum("rsw,rs->rw", embeddings, inputs.weights)
    return sums


@dataclass(frozen=True, slots=True)
class JoinedNets:
    """Several nets whose first layers lie side by side: each input is multiplied once for all.

    Quantised tables are left out: each has its own scale.

    Attributes:
        nets: The nets by name; their tables are views of ``tables``.
        bias: Of all first layers, ``[total width]``.
        tables: The tables that nets read, side by side, by the name of the input.
        columns: The columns of the total that a table adds to, by the same name.
    """

    nets: Mapping[str, Net]
    bias: Floats
    tables: Mapping[str, Floats]
    columns: Mapping[str, slice | Ints]

    def forward(self, inputs: Inputs) -> dict[str, dict[str, Floats]]:
        """Return scores ``[rows, classes]`` by net, then by output."""
        total = np.tile(self.bias, (len(inputs), 1))
        for name, sums in weighted_sums(self.tables, inputs):
            total[:, self.columns[name]] += sums

        scores = {}
        start = 0
        for name, net in self.nets.items():
            end = start + len(net.arrays["bias"])
            state = total[:, start:end]
            net.add_quantised(inputs, state)
            scores[name] = net.forward_from(state)
            start = end
        return scores


def join(nets: Mapping[str, Net]) -> JoinedNets:
    """Return nets with their first layers side by side."""
    arrays = {name: dict(net.arrays) for name, net in nets.items()}
    widths = [len(own["bias"]) for own in arrays.values()]
    tables, columns = {}, {}
    for table in INPUT_TABLES:
        readers = [own for own in arrays.values() if table in own]
        if not readers:
            continue
        tables[table] = np.concatenate([own[table] for own in readers], axis=1)
        columns[table] = _columns([table in own for own in arrays.values()], widths)
        start = 0
        for own in readers:
            end = start + len(own["bias"])
            own[table] = tables[table][:, start:end]
            start = end

    no_bias = np.zeros(0, np.float32)
    bias = np.concatenate([no_bias, *(own["bias"] for own in arrays.values())])
    joined = {name: replace(net, arrays=arrays[name]) for name, net in nets.items()}
    return JoinedNets(joined, bias, tables, columns)


def _columns(are_chosen: Sequence[bool], widths: Sequence[int]) -> slice | Ints:
    """Return the columns of some of the nets, as a slice where they lie side by side."""
    columns = np.flatnonzero(np.repeat(are_chosen, widths))
    first, last = int(columns[0]), int(columns[-1])
    if last - first + 1 == len(columns):
        return slice(first, last + 1)
    return columns
