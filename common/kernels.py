"""The inner loops of a request, compiled where ``listrec-native`` is installed.

It is an extra that needs a C compiler: ``pip install ./native``. Without it numpy runs everything.
Each loop stands beside its numpy form, and a test holds that both give the same results.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, Protocol, cast

from numpy import float32, int8, int32, int64, uint32, uint64
from numpy.typing import NDArray
from scipy import sparse

from common.arrays import Floats

VERSION = 2
"""Version of the interface: kernels of another one, of an older build, are not used."""


class Kernels(Protocol):
    """The module ``listrec_native.kernels``; arrays are contiguous, and matrices are in CSR form.

    Indices outside of an array raise ``IndexError``.
    """

    def predict_trees(self, table: Floats, trees: Any) -> Floats:
        """Return ``[rows, outputs]`` of ``models.ensemble.boosted_trees.BoostedTrees``."""

    def weigh_ngrams(
        self,
        row_pointers: NDArray[int32],
        ngrams: NDArray[int32],
        values: Floats,
        weights: Any,
    ) -> Floats:
        """Return ``[rows, classes]`` by ``common.nets.sparse_linear.NgramWeights`` as loaded."""

    def multiply(
        self,
        row_pointers: NDArray[int32],
        ngrams: NDArray[int32],
        values: Floats,
        table: Floats,
    ) -> Floats:
        """Return a sparse matrix times ``table [n-grams, width]``."""

    def multiply_quantised(
        self,
        row_pointers: NDArray[int32],
        ngrams: NDArray[int32],
        values: Floats,
        numbers: NDArray[int8],
        scale: Floats,
    ) -> Floats:
        """Return the same for ``numbers [n-grams, width]`` times the ``scale`` of their rows."""

    def top_k(self, values: Floats, count: int) -> tuple[NDArray[int64], Floats]:
        """Return indices and values ``[rows, count]`` of the largest; the first of equals."""

    def calibrate(
        self, probabilities: Sequence[float], a: float, b: float, c: float
    ) -> list[float]:
        """Return calibrated probabilities; see ``common.calibration.apply_beta``."""

    def hash_characters(
        self,
        points: NDArray[uint32],
        texts: NDArray[int32],
        min_size: int,
        max_size: int,
        salt: int,
        bits: int,
    ) -> NDArray[uint64]:
        """Return ``text << 32 | bucket`` of runs of characters, unsorted."""

    def hash_words(
        self, points: NDArray[uint32], texts: NDArray[int32], salt: int, bits: int
    ) -> NDArray[uint64]:
        """Return the same of words, pairs of words and inner n-grams."""

    def count_keys(
        self, keys: NDArray[uint64]
    ) -> tuple[NDArray[int32], NDArray[int32], Floats]:
        """Return the text, the bucket and ``1 + log(count)`` of each of sorted keys."""

    def tfidf(
        self,
        views: Sequence[tuple[NDArray[int32], NDArray[int32], Floats]],
        idf: Sequence[Floats],
        n_rows: int,
    ) -> tuple[Floats, NDArray[int32], NDArray[int32]]:
        """Return data, columns and row pointers of tf-idf; see ``Columns``.

        Each view has the row, the column or -1, and the weight of its entries.
        """


def _load() -> Kernels | None:
    try:
        module = importlib.import_module("listrec_native.kernels")
    except ImportError:
        return None
    if getattr(module, "VERSION", None) != VERSION:
        return None
    return cast(Kernels, module)


def csr_arrays(
    matrix: sparse.csr_matrix,
) -> tuple[NDArray[int32], NDArray[int32], Floats]:
    """Return row pointers, column numbers and values, of the types that kernels read."""
    return (
        matrix.indptr.astype(int32, copy=False),
        matrix.indices.astype(int32, copy=False),
        matrix.data.astype(float32, copy=False),
    )


native: Kernels | None = _load()
"""The kernels; ``None`` where they are not installed."""
