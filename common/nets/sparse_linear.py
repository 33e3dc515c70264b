"""A linear model of many classes with a few weights per n-gram, run by scipy alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from common.arrays import Floats, Ints
from common.nets.inputs import Inputs

CLASSES_PER_NGRAM = 16
"""Number of classes, at most, that an n-gram has a weight for. With characters so many are as
accurate as all weights (docs/experiments/every-shop.md), and a hundred times as fast as 600."""

EVIDENCE_SCALE = 0.01
"""Size of a probability below which it is rounded to nothing softly."""

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

    @staticmethod
    def concatenate(parts: Sequence[NgramWeights]) -> NgramWeights:
        """Return the weights of the n-grams of all parts, in their order."""
        return NgramWeights(
            sparse.csr_matrix(sparse.vstack([part.matrix for part in parts])),
            np.concatenate([part.medians for part in parts]),
        )

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

    A sum of weighted n-grams, fields and text vectors is the evidence for a class: how
    much more probable than at large it is, by a linear probability model. Evidence against a class
    is mostly noise: the probability is the mean of two, of which one hears evidence for a class
    alone, and neither is below 0. The logarithm can be pooled with that of nets.

    Attributes:
        output: Name of the output.
        words: Weights of the n-grams of ``Inputs.text``.
        characters: Those of ``Inputs.characters``, where they are read.
        fields: Weights of field values, ``[values, classes]``.
        bias: Evidence for each class where nothing is known, ``[classes]``.
        frequencies: Frequency of each class at large, ``[classes]``.
        vectors: Weights of text vectors, ``[dimensions, classes]``; without rows, none.
    """

    output: str
    words: NgramWeights
    characters: NgramWeights | None
    fields: Floats
    bias: Floats
    frequencies: Floats
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
        return {self.output: log_probabilities(self.evidence(inputs), self.frequencies)}

    def evidence(self, inputs: Inputs) -> Floats:
        """Return how much more probable each class is than at large, ``[rows, classes]``."""
        evidence = self.words.weigh(inputs.text)
        if self.characters is not None and inputs.characters is not None:
            evidence += self.characters.weigh(inputs.characters)

        for slot in np.flatnonzero(inputs.weights.any(axis=0)):
            values = self.fields[inputs.fields[:, slot]]
            evidence += inputs.weights[:, slot, None] * values
        if len(self.vectors):
            evidence += inputs.vectors["text"] @ self.vectors
        evidence += self.bias
        return evidence

    def as_stored(self) -> SparseLinear:
        """Return the model with its weights rounded as an artifact stores them."""
        return load_sparse_linear(self.output, self.packed())

    def packed(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that an artifact stores; see ``load_sparse_linear``."""
        arrays: dict[str, NDArray[Any]] = {
            "bias": self.bias.astype(np.float32),
            "frequencies": self.frequencies.astype(np.float32),
            "fields": self.fields.astype(np.float16),
            "vectors": self.vectors.astype(np.float16),
        }
        arrays |= _with_prefix(_WORDS, self.words.packed())
        if self.characters is not None:
            arrays |= _with_prefix(_CHARACTERS, self.characters.packed())
        return arrays


def log_probabilities(evidence: Floats, frequencies: Floats) -> Floats:
    """Return log probabilities ``[rows, classes]``; see ``SparseLinear``."""
    probabilities = _positive_part(frequencies + evidence)
    probabilities += _positive_part(evidence)
    probabilities += frequencies
    scores: Floats = np.log(probabilities / 2)
    return scores


def _positive_part(values: Floats) -> Floats:
    """Return about 0 for negative values, but in their order (squareplus; Barron, 2021)."""
    roots: Floats = np.sqrt(values**2 + np.float32(4 * EVIDENCE_SCALE**2))
    roots += values
    roots /= 2
    return roots


def load_sparse_linear(output: str, arrays: Mapping[str, NDArray[Any]]) -> SparseLinear:
    """Rebuild a model from ``SparseLinear.packed``."""
    frequencies = arrays["frequencies"]
    has_characters = f"{_CHARACTERS}counts" in arrays
    return SparseLinear(
        output,
        _load_weights(_WORDS, arrays, len(frequencies)),
        _load_weights(_CHARACTERS, arrays, len(frequencies))
        if has_characters
        else None,
        arrays["fields"].astype(np.float32),
        arrays["bias"],
        frequencies,
        arrays["vectors"].astype(np.float32),
    )


def keep_largest(weights: Floats, count: int = CLASSES_PER_NGRAM) -> NgramWeights:
    """Return dense weights ``[n-grams, classes]`` with only the ``count`` largest of each row.

    They are the largest less the median of the row, which in a one-against-rest model is the small
    negative weight of all classes that never have the n-gram.
    """
    n_rows, n_classes = weights.shape
    n_kept = min(count, n_classes)
    medians = np.median(weights, axis=1).astype(np.float32)
    classes, values = _largest(weights - medians[:, None], n_kept)

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
