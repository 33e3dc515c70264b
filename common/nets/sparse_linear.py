"""A linear model of many classes with a few weights per n-gram, run by scipy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from common.arrays import Floats, Ints
from common.nets.inputs import EARLY_SLOTS, FROZEN_TEXT, Inputs

CLASSES_PER_NGRAM = 16
"""Number of classes, at most, that an n-gram has a weight for. With characters so many are as
accurate as all weights (docs/experiments/every-shop.md), and a hundred times as fast as 600."""

MARGIN_SCALE = 5.0
"""Factor of the margins before they become log probabilities; see ``SparseLinear``."""

_CHUNK = 4096
"""Rows of dense weights that are copied at once."""

_WORDS, _CHARACTERS = "words.", "characters."
"""Prefixes of the arrays of either kind of n-grams."""


@dataclass(frozen=True, slots=True)
class NgramWeights:
    """Weights of n-grams: those of a few classes, and what all other classes have in common.

    Attributes:
        matrix: Weights less the median of their row, ``[n-grams, classes]``.
        medians: The medians, ``[n-grams]``.
    """

    matrix: sparse.csr_matrix
    medians: Floats

    def weigh(self, ngrams: sparse.csr_matrix) -> Floats:
        """Return the weighted sums ``[rows, classes]`` of n-grams ``[rows, n-grams]``."""
        total: Floats = (ngrams @ self.matrix).toarray()
        total += (ngrams @ self.medians)[:, None]
        return total

    def packed(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that an artifact stores; see ``load_weights``."""
        return {
            "classes": self.matrix.indices.astype(np.uint16),
            "counts": np.diff(self.matrix.indptr).astype(np.uint8),
            "weights": self.matrix.data.astype(np.float16),
            "medians": self.medians.astype(np.float16),
        }


@dataclass(frozen=True, slots=True)
class SparseLinear:
    """Log probabilities of one class against the rest, for each class of one output.

    The margin is a sum of weighted n-grams, early fields, frozen text vectors and a bias. A scaled
    logistic function of it is a probability (Platt, Probabilistic Outputs for Support Vector
    Machines, 1999): its logarithm can be pooled with that of nets, where a margin is too weak for
    the classes that nothing speaks for.

    Attributes:
        output: Name of the output.
        words: Weights of the n-grams of ``Inputs.text``.
        characters: Those of ``Inputs.characters``, where they are read.
        fields: Weights of field values, ``[values, classes]``; only ``EARLY_SLOTS`` are read.
        bias: ``[classes]``.
        vectors: Weights of frozen text vectors, ``[dimensions, classes]``; without rows, none.
    """

    output: str
    words: NgramWeights
    characters: NgramWeights | None
    fields: Floats
    bias: Floats
    vectors: Floats

    @property
    def outputs(self) -> tuple[str, ...]:
        """The output alone, as nets have several."""
        return (self.output,)

    @property
    def label_free(self) -> bool:
        """Whether no input comes from an encoder that was trained on labels: never."""
        return True

    def forward(self, inputs: Inputs) -> dict[str, Floats]:
        """Return log probabilities ``[rows, classes]``."""
        margins = self.margins(inputs)

        # log(1 / (1 + exp(-x))), without an overflow.
        margins *= -MARGIN_SCALE
        return {self.output: -np.logaddexp(np.float32(0), margins)}

    def margins(self, inputs: Inputs) -> Floats:
        """Return the margins ``[rows, classes]``, above 0 for the class rather than the rest."""
        margins = self.words.weigh(inputs.text)
        if self.characters is not None and inputs.characters is not None:
            margins += self.characters.weigh(inputs.characters)

        for slot in np.flatnonzero(EARLY_SLOTS):
            weights = inputs.weights[:, slot, None]
            if weights.any():
                margins += weights * self.fields[inputs.fields[:, slot]]
        if len(self.vectors):
            margins += inputs.vectors[FROZEN_TEXT] @ self.vectors
        margins += self.bias
        return margins

    def as_stored(self) -> SparseLinear:
        """Return the model with its weights rounded as an artifact stores them."""
        return load_sparse_linear(self.output, self.packed())

    def packed(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that an artifact stores; see ``load_sparse_linear``."""
        arrays: dict[str, NDArray[Any]] = {
            "margin_bias": self.bias.astype(np.float32),
            "fields": self.fields.astype(np.float16),
            "vectors": self.vectors.astype(np.float16),
        }
        arrays |= _with_prefix(_WORDS, self.words.packed())
        if self.characters is not None:
            arrays |= _with_prefix(_CHARACTERS, self.characters.packed())
        return arrays


def load_sparse_linear(output: str, arrays: Mapping[str, NDArray[Any]]) -> SparseLinear:
    """Rebuild a model from ``SparseLinear.packed``."""
    bias = arrays["margin_bias"]
    has_characters = f"{_CHARACTERS}counts" in arrays
    return SparseLinear(
        output,
        _load_weights(_WORDS, arrays, len(bias)),
        _load_weights(_CHARACTERS, arrays, len(bias)) if has_characters else None,
        arrays["fields"].astype(np.float32),
        bias,
        arrays["vectors"].astype(np.float32),
    )


def keep_largest(weights: Floats, count: int = CLASSES_PER_NGRAM) -> NgramWeights:
    """Return dense weights ``[n-grams, classes]`` with only the ``count`` largest of each row.

    They are the largest less the median of the row, which in a one-against-rest model is the small
    negative weight of all classes that never have the n-gram.
    """
    n_rows, n_classes = weights.shape
    n_kept = min(count, n_classes)
    classes = np.zeros((n_rows, n_kept), np.int32)
    values = np.zeros((n_rows, n_kept), np.float32)
    medians = np.zeros(n_rows, np.float32)
    for start in range(0, n_rows, _CHUNK):
        chunk = slice(start, start + _CHUNK)
        medians[chunk] = np.median(weights[chunk], axis=1)
        shifted = weights[chunk] - medians[chunk, None]
        classes[chunk], values[chunk] = _largest(shifted, n_kept)

    row_pointers = np.arange(n_rows + 1, dtype=np.int32) * n_kept
    parts = (values.ravel(), classes.ravel(), row_pointers)
    matrix = sparse.csr_matrix(parts, (n_rows, n_classes))
    matrix.eliminate_zeros()
    return NgramWeights(matrix, medians)


def _largest(weights: Floats, count: int) -> tuple[Ints, Floats]:
    """Return the classes ``[rows, count]`` of the largest weights of each row, and these."""
    largest = np.argpartition(-np.abs(weights), count - 1, axis=1)[:, :count]
    largest = np.sort(largest, axis=1)
    return largest, np.take_along_axis(weights, largest, axis=1)


def _load_weights(
    prefix: str, arrays: Mapping[str, NDArray[Any]], n_classes: int
) -> NgramWeights:
    counts = arrays[f"{prefix}counts"].astype(np.int32)
    ends = np.cumsum(counts, dtype=np.int32)
    row_pointers = np.concatenate([np.zeros(1, np.int32), ends])
    parts = (
        arrays[f"{prefix}weights"].astype(np.float32),
        arrays[f"{prefix}classes"].astype(np.int32),
        row_pointers,
    )
    matrix = sparse.csr_matrix(parts, (len(counts), n_classes))
    medians = arrays[f"{prefix}medians"]
    return NgramWeights(matrix, medians.astype(np.float32))


def _with_prefix(
    prefix: str, arrays: Mapping[str, NDArray[Any]]
) -> dict[str, NDArray[Any]]:
    return {prefix + name: array for name, array in arrays.items()}
