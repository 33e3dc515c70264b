"""The layers of ``Net`` in torch, with dropout."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional

from common.arrays import Floats
from common.features.hashing import FIELD_SLOTS
from common.listing import EARLY_FIELDS
from common.nets.inputs import VECTORS, Inputs
from common.nets.settings import NetSettings
from common.nets.targets import Target

_FIELDS = tuple(dict.fromkeys(FIELD_SLOTS))
_FIELD_OF_SLOT = np.array([_FIELDS.index(field) for field in FIELD_SLOTS])

_INITIAL_SCALE = 0.05
"""Standard deviation of the initial weights of the first layer."""


class NetModule(nn.Module):
    """The same layers as ``Net``, with dropout, in torch."""

    def __init__(
        self,
        inputs: Inputs,
        targets: Sequence[Target],
        input_names: Sequence[str],
        settings: NetSettings,
    ) -> None:
        """Draw initial weights from torch's generator.

        Args:
            inputs: The training rows, whose shapes are the shapes of the first layer.
            targets: There is an output for each.
            input_names: The inputs to read: ``text``, ``characters``, ``fields`` and names in
                ``VECTORS``.
            settings: Architecture and dropout rates.
        """
        super().__init__()
        self.settings = settings
        self.outputs = tuple(target.name for target in targets)
        self.groups: dict[str, Tensor] = {}
        for target in targets:
            if target.groups is not None:
                self.groups[target.name] = torch.from_numpy(target.groups)

        bias = nn.Parameter(torch.zeros(settings.width))
        self.tables = nn.ParameterDict({"bias": bias})
        self._add_tables(inputs, input_names)
        self._add_layers(targets)

    def _add_tables(self, inputs: Inputs, input_names: Sequence[str]) -> None:
        sizes = _input_sizes(inputs)
        for name in input_names:
            initial = torch.randn(sizes[name], self.settings.width) * _INITIAL_SCALE
            self.tables[name] = nn.Parameter(initial)

    def _add_layers(self, targets: Sequence[Target]) -> None:
        width = self.settings.width
        for layer, size in enumerate(self.settings.hidden_sizes):
            self._add_layer(f"hidden{layer}", width, size)
            width = size

        for target in targets:
            self._add_layer(target.name, width, target.size)
        for name, groups in self.groups.items():
            n_groups = groups.shape[1]
            initial = torch.zeros(width, n_groups)
            self.tables[f"{name}/groups"] = nn.Parameter(initial)

    def forward(
        self, inputs: Inputs, rows: NDArray[np.int64], random: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return scores ``[rows, classes]`` of each output for the chosen rows."""
        trunk = self._trunk(inputs, rows, random)
        state = self.tables["bias"] + trunk

        n_hidden = len(self.settings.hidden_sizes)
        for layer in range(n_hidden):
            active = functional.relu(state)
            dropped = self._drop(active)
            state = self._layer(f"hidden{layer}", dropped)

        # A linear net has no activation at all: its trunk is dropped out as it is.
        state = functional.relu(state) if n_hidden else self._drop(state)
        scores = {}
        for name in self.outputs:
            scores[name] = self._layer(name, state)
        return scores

    def export(self) -> dict[str, Floats]:
        """Return the weights as ``Net`` takes them; group weights are added to the classes'."""
        weights: dict[str, Tensor] = {
            name: table
            for name, table in self.tables.items()
            if not name.endswith("/groups")
        }
        for name in self.groups:
            weights[f"{name}/weight"] = self._weight(name)

        # torch forbids dots in the names of parameters; Net uses them.
        return {
            name.replace("/", "."): weight.detach().numpy().astype(np.float32)
            for name, weight in weights.items()
        }

    def _trunk(
        self, inputs: Inputs, rows: NDArray[np.int64], random: np.random.Generator
    ) -> Tensor:
        total = torch.zeros(len(rows), self.settings.width)

        # The order of the inputs is the order of the draws: a seed stands for this order.
        if "text" in self.tables:
            total = total + self._ngram_layer("text", inputs.text[rows], random)
        if "characters" in self.tables and inputs.characters is not None:
            characters = inputs.characters[rows]
            total = total + self._ngram_layer("characters", characters, random)
        if "fields" in self.tables:
            total = total + self._field_layer(inputs, rows, random)

        for modality, vectors in inputs.vectors.items():
            name = VECTORS[modality]
            if name in self.tables:
                dropped = self._drop(torch.from_numpy(vectors[rows]))
                total = total + dropped @ self.tables[name]
        return total

    def _ngram_layer(
        self, name: str, ngrams: sparse.csr_matrix, random: np.random.Generator
    ) -> Tensor:
        bag = _drop_ngrams(ngrams, self.settings.ngram_dropout, random)
        embedded: Tensor = SparseEmbeddingBag.apply(  # type: ignore[no-untyped-call]
            self.tables[name],
            bag,
        )
        return embedded

    def _field_layer(
        self, inputs: Inputs, rows: NDArray[np.int64], random: np.random.Generator
    ) -> Tensor:
        kept = field_mask(len(rows), self.settings.field_dropout, random)
        weights = (inputs.weights[rows] * kept).astype(np.float32)
        return functional.embedding_bag(
            torch.from_numpy(inputs.fields[rows]),
            self.tables["fields"],
            mode="sum",
            per_sample_weights=torch.from_numpy(weights),
        )

    def _drop(self, state: Tensor) -> Tensor:
        return functional.dropout(state, self.settings.dropout, self.training)

    def _add_layer(self, name: str, size_in: int, size_out: int) -> None:
        # Uniform in +-1 / sqrt(size_in), as torch initialises its own linear layers.
        bound = 1 / math.sqrt(size_in)
        uniform = torch.rand(size_in, size_out)
        centred = uniform * 2 - 1
        weight = centred * bound
        bias = torch.zeros(size_out)
        self.tables[f"{name}/weight"] = nn.Parameter(weight)
        self.tables[f"{name}/bias"] = nn.Parameter(bias)

    def _layer(self, name: str, state: Tensor) -> Tensor:
        weight = self._weight(name)
        bias = self.tables[f"{name}/bias"]
        scores: Tensor = state @ weight + bias
        return scores

    def _weight(self, name: str) -> Tensor:
        """Return weights ``[inputs, outputs]``; those of its groups are added to a class's own."""
        own: Tensor = self.tables[f"{name}/weight"]
        if name not in self.groups:
            return own

        groups = self.groups[name]
        group_weights = self.tables[f"{name}/groups"]
        shared: Tensor = group_weights @ groups.T
        return own + shared


def _input_sizes(inputs: Inputs) -> dict[str, int]:
    """Return the number of table rows of each input."""
    sizes = {"text": inputs.text.shape[1], "fields": inputs.n_field_values}
    if inputs.characters is not None:
        sizes["characters"] = inputs.characters.shape[1]
    for modality, vectors in inputs.vectors.items():
        sizes[VECTORS[modality]] = vectors.shape[1]
    return sizes


class SparseEmbeddingBag(torch.autograd.Function):
    """Weighted sums of a table's rows, one for each row of a sparse matrix.

    The gradient of torch's own ``embedding_bag`` first writes zeros over the whole of a large
    table; that of scipy touches only the rows that occur.
    """

    @staticmethod
    def forward(context: Any, table: Tensor, bag: sparse.csr_matrix) -> Tensor:
        """Return ``bag @ table``, ``[rows, width]``."""
        context.bag = bag
        return functional.embedding_bag(
            torch.from_numpy(bag.indices),
            table,
            torch.from_numpy(bag.indptr[:-1]),
            mode="sum",
            per_sample_weights=torch.from_numpy(bag.data),
        )

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None]:
        """Return the gradient of the table; the matrix has none."""
        return torch.from_numpy(context.bag.T @ gradient.numpy()), None


def field_mask(rows: int, dropout: float, random: np.random.Generator) -> Floats:
    """Return ``[rows, slots]``, 1 where a confirmed field is kept.

    A share ``dropout`` of the rows loses fields: half of these keep ``EARLY_FIELDS`` alone, as in
    early context, the others keep each field with probability 1/2.
    """
    draw = random.random((rows, 1))
    field_draws = random.random((rows, len(_FIELDS)))
    keeps_all = draw >= dropout
    half = dropout / 2
    becomes_early = draw < half

    is_early = np.isin(_FIELDS, EARLY_FIELDS)
    keeps_field = field_draws < 0.5
    kept_if_dropped = np.where(becomes_early, is_early[None, :], keeps_field)
    kept = keeps_all | kept_if_dropped

    # All slots of a field, such as the levels of a category, are kept or lost together.
    by_slot = kept[:, _FIELD_OF_SLOT]
    return by_slot.astype(np.float32)


def _drop_ngrams(
    bag: sparse.csr_matrix, dropout: float, random: np.random.Generator
) -> sparse.csr_matrix:
    """Drop a share of the n-grams, and scale up the others for them."""
    draws = random.random(bag.nnz)
    keep = draws >= dropout
    data = bag.data[keep] / (1 - dropout)
    indices = bag.indices[keep]

    # The new row pointers are the numbers of kept entries before the old ones.
    n_kept = np.cumsum(keep)
    kept_before = np.concatenate([[0], n_kept])
    row_pointers = kept_before[bag.indptr]

    arrays = (
        data.astype(np.float32),
        indices,
        row_pointers.astype(indices.dtype),
    )
    return sparse.csr_matrix(arrays, bag.shape)
