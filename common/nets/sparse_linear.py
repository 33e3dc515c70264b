"""A linear model of many classes with a few weights per n-gram, run by numpy alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from common import kernels
from common.arrays import Floats, Ints
from common.nets.inputs import Inputs

CLASSES_PER_NGRAM = 16
"""Number of classes, at most, that an n-gram has a weight for. With characters so many are as
accurate as all weights (docs/experiments/every-shop.md), and a hundred times as fast as 600."""

EVIDENCE_SCALE = 0.01
"""Size of a probability below which it is rounded to nothing softly."""

BLOCK_ROWS = 64
"""Rows that are weighed together, so that their sums stay in the processor's cache."""

_WORDS, _CHARACTERS = "words.", "characters."
"""Prefixes of the arrays of either kind of n-grams."""


@dataclass(frozen=True, slots=True)
class NgramWeights:
    """Weights of n-grams: those of a few classes, and what all other classes have in common.

    Attributes:
        classes: Classes that an n-gram has a weight for, ``[n-grams, kept]``; any class, where it
            has fewer. As small as numbers of this size are stored, like the weights.
        weights: Weights of these less the median of the n-gram, 0 where it has fewer.
        medians: The medians, ``[n-grams]``.
        n_classes: Number of all classes.
    """

    classes: NDArray[np.int32 | np.uint16]
    weights: NDArray[np.float32 | np.float16]
    medians: Floats
    n_classes: int

    def weigh(self, ngrams: sparse.csr_matrix) -> Floats:
        """Return the weighted sums ``[rows, classes]`` of n-grams ``[rows, n-grams]``."""
        if kernels.native and self.weights.dtype == np.float16:
            return kernels.native.weigh_ngrams(*kernels.csr_arrays(ngrams), self)
        n_rows = ngrams.shape[0]
        total = np.empty((n_rows, self.n_classes), np.float32)
        for start in range(0, n_rows, BLOCK_ROWS):
            end = min(start + BLOCK_ROWS, n_rows)
            first, last = ngrams.indptr[start], ngrams.indptr[end]
            counts = np.diff(ngrams.indptr[start : end + 1])
            total[start:end] = self._weigh_entries(
                np.repeat(np.arange(end - start), counts),
                ngrams.indices[first:last],
                ngrams.data[first:last],
                end - start,
            )
        return total

    def _weigh_entries(
        self, rows: Ints, ngrams: NDArray[np.int32], values: Floats, n_rows: int
    ) -> Floats:
        """Return the weighted sums of entries: ``values[i]`` of ``ngrams[i]`` in ``rows[i]``."""
        # One sum over all cells [row, class] at once, numbered row by row.
        cells = self.classes[ngrams] + (rows * self.n_classes)[:, None]
        weighted = np.multiply(self.weights[ngrams], values[:, None], dtype=np.float32)
        n_cells = n_rows * self.n_classes
        sums = np.bincount(cells.ravel(), weighted.ravel(), minlength=n_cells)
        medians = self.medians[ngrams] * values
        common = np.bincount(rows, medians, minlength=n_rows)
        total = sums.reshape(n_rows, self.n_classes) + common[:, None]
        return total.astype(np.float32)

    @staticmethod
    def concatenate(parts: Sequence[NgramWeights]) -> NgramWeights:
        """Return the weights of the n-grams of all parts, in their order."""
        return NgramWeights(
            np.concatenate([part.classes for part in parts]),
            np.concatenate([part.weights for part in parts]),
            np.concatenate([part.medians for part in parts]),
            parts[0].n_classes,
        )

    def packed(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that an artifact stores; see ``_load_weights``."""
        is_kept = self.weights != 0
        return {
            "classes": self.classes[is_kept].astype(np.uint16),
            "counts": is_kept.sum(axis=1, dtype=np.uint8),
            "weights": self.weights[is_kept].astype(np.float16),
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
    n_classes = weights.shape[1]
    n_kept = min(count, n_classes)
    medians = np.median(weights, axis=1).astype(np.float32)
    classes, values = _largest(weights - medians[:, None], n_kept)

    return NgramWeights(classes.astype(np.int32), values, medians, n_classes)


def _largest(weights: Floats, count: int) -> tuple[Ints, Floats]:
    """Return the classes ``[rows, count]`` of the largest weights of each row, and these."""
    largest = np.argpartition(-np.abs(weights), count - 1, axis=1)[:, :count]
    largest = np.sort(largest, axis=1)
    return largest, np.take_along_axis(weights, largest, axis=1)


def _load_weights(
    prefix: str, arrays: Mapping[str, NDArray[Any]], n_classes: int
) -> NgramWeights:
    counts = arrays[f"{prefix}counts"]
    n_kept = int(counts.max(initial=0))
    is_kept = np.arange(n_kept) < counts[:, None]
    classes = np.zeros(is_kept.shape, np.uint16)
    classes[is_kept] = arrays[f"{prefix}classes"]
    weights = np.zeros(is_kept.shape, np.float16)
    weights[is_kept] = arrays[f"{prefix}weights"]
    medians = arrays[f"{prefix}medians"]
    return NgramWeights(classes, weights, medians.astype(np.float32), n_classes)


def _with_prefix(
    prefix: str, arrays: Mapping[str, NDArray[Any]]
) -> dict[str, NDArray[Any]]:
    return {prefix + name: array for name, array in arrays.items()}
