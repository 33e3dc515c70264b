"""The layers of ``Net`` in torch, with dropout; imported by training code only."""

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


class NetModule(nn.Module):
    """The same layers as ``Net``, with dropout, in torch."""

    def __init__(
        self,
        inputs: Inputs,
        targets: Sequence[Target],
        reads: Sequence[str],
        settings: NetSettings,
    ) -> None:
        """Draw the first weights, in torch's generator, for what ``inputs`` hold.

        There is an output for each of the ``targets``; ``reads`` names the inputs to look at.
        """
        super().__init__()
        self.settings, width = settings, settings.width
        self.outputs = tuple(target.name for target in targets)
        self.groups = {
            target.name: torch.from_numpy(target.groups)
            for target in targets
            if target.groups is not None
        }
        self.tables = nn.ParameterDict({"bias": nn.Parameter(torch.zeros(width))})
        sizes = {
            "text": inputs.text.shape[1],
            "fields": inputs.n_field_values,
            **{VECTORS[name]: each.shape[1] for name, each in inputs.vectors.items()},
        }
        for name in reads:
            self.tables[name] = nn.Parameter(torch.randn(sizes[name], width) * 0.05)
        for layer, size in enumerate(settings.hidden_sizes):
            self._linear(f"hidden{layer}", width, size)
            width = size
        for target in targets:
            self._linear(target.name, width, target.size)
        for name, groups in self.groups.items():
            self.tables[f"{name}/groups"] = nn.Parameter(torch.zeros(width, groups.shape[1]))

    def forward(
        self, inputs: Inputs, rows: NDArray[np.int64], random: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return scores ``[rows, classes]`` of each output for the chosen rows."""
        state = self.tables["bias"] + self._trunk(inputs, rows, random)
        for layer in range(len(self.settings.hidden_sizes)):
            state = self._layer(f"hidden{layer}", self._drop(functional.relu(state)))
        state = functional.relu(state) if self.settings.hidden_sizes else self._drop(state)
        return {name: self._layer(name, state) for name in self.outputs}

    def export(self) -> dict[str, Floats]:
        """Return the weights as ``Net`` takes them, with those of groups added to the classes'."""
        tables = {name: value for name, value in self.tables.items() if "/groups" not in name}
        tables |= {f"{name}/weight": self._weight(name) for name in self.groups}
        return {
            name.replace("/", "."): value.detach().numpy().astype(np.float32)
            for name, value in tables.items()
        }

    def _trunk(
        self, inputs: Inputs, rows: NDArray[np.int64], random: np.random.Generator
    ) -> Tensor:
        total = torch.zeros(len(rows), self.settings.width)
        if "text" in self.tables:
            bag = _thin(inputs.text[rows], self.settings.ngram_dropout, random)
            total = total + _Sum.apply(self.tables["text"], bag)  # type: ignore[no-untyped-call]
        if "fields" in self.tables:
            weights = inputs.weights[rows] * field_mask(
                len(rows), self.settings.field_dropout, random
            )
            total = total + functional.embedding_bag(
                torch.from_numpy(inputs.fields[rows]),
                self.tables["fields"],
                mode="sum",
                per_sample_weights=torch.from_numpy(weights.astype(np.float32)),
            )
        for name, vectors in self._vectors(inputs, rows, random).items():
            total = total + self._drop(torch.from_numpy(vectors)) @ self.tables[name]
        return total

    def _vectors(
        self, inputs: Inputs, rows: NDArray[np.int64], random: np.random.Generator
    ) -> dict[str, Floats]:
        """The vectors it reads; of some rows with text and photos only those of either."""
        found = {
            VECTORS[modality]: vectors[rows]
            for modality, vectors in inputs.vectors.items()
            if VECTORS[modality] in self.tables
        }
        if len(found) > 1:
            both = np.all([vectors.any(axis=1) for vectors in found.values()], axis=0)
            fate = np.where(both, random.random(len(rows)), 1.0)
            for place, name in enumerate(found):
                lost = np.floor(2 * fate / max(self.settings.modality_dropout, 1e-9)) == place
                found[name] = found[name] * ~lost[:, None]
        return found

    def _drop(self, state: Tensor) -> Tensor:
        return functional.dropout(state, self.settings.dropout, self.training)

    def _linear(self, name: str, size: int, out: int) -> None:
        bound = 1 / math.sqrt(size)
        self.tables[f"{name}/weight"] = nn.Parameter((torch.rand(size, out) * 2 - 1) * bound)
        self.tables[f"{name}/bias"] = nn.Parameter(torch.zeros(out))

    def _layer(self, name: str, state: Tensor) -> Tensor:
        scores: Tensor = state @ self._weight(name) + self.tables[f"{name}/bias"]
        return scores

    def _weight(self, name: str) -> Tensor:
        """Weights ``[inputs, outputs]``: of each class its own, and those of its groups."""
        own: Tensor = self.tables[f"{name}/weight"]
        if name not in self.groups:
            return own
        shared: Tensor = self.tables[f"{name}/groups"] @ self.groups[name].T
        return own + shared


class _Sum(torch.autograd.Function):
    """Weighted sums of a table's rows, one for each row of a sparse matrix.

    The slope of torch's own ``embedding_bag`` first writes zeros over the whole of a large table;
    that of scipy touches only the rows that are there.
    """

    @staticmethod
    def forward(context: Any, table: Tensor, bag: sparse.csr_matrix) -> Tensor:
        context.bag = bag
        return functional.embedding_bag(
            torch.from_numpy(bag.indices),
            table,
            torch.from_numpy(bag.indptr[:-1]),
            mode="sum",
            per_sample_weights=torch.from_numpy(bag.data),
        )

    @staticmethod
    def backward(context: Any, slope: Tensor) -> tuple[Tensor, None]:
        return torch.from_numpy(context.bag.T @ slope.numpy()), None


def _thin(bag: sparse.csr_matrix, dropout: float, random: np.random.Generator) -> sparse.csr_matrix:
    """Leave out a share of the n-grams, and weigh the others for them."""
    keep = random.random(bag.nnz) >= dropout
    ends = np.concatenate([[0], np.cumsum(keep)])[bag.indptr].astype(bag.indices.dtype)
    data = (bag.data[keep] / (1 - dropout)).astype(np.float32)
    return sparse.csr_matrix((data, bag.indices[keep], ends), bag.shape)


def field_mask(rows: int, dropout: float, random: np.random.Generator) -> Floats:
    """Return ``[rows, slots]``, 1 where a confirmed field is kept.

    A share ``dropout`` of rows loses some: half of them all but the early (``EARLY_FIELDS``) ones,
    the others each field with an even chance.
    """
    fate = random.random((rows, 1))
    some = random.random((rows, len(_FIELDS))) < 0.5
    early = np.isin(_FIELDS, EARLY_FIELDS)[None, :]
    kept = (fate >= dropout) | np.where(fate < dropout / 2, early, some)
    return kept[:, _FIELD_OF_SLOT].astype(np.float32)
