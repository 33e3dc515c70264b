"""The ``ngram`` encoder: hashed word and character n-grams to learned vectors, in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.arrays import Floats
from common.features.hashing import hash_text
from common.features.vocabulary import Vocabulary, load_vocabulary
from common.listing import Listing
from common.store import artifacts
from common.store.packed_arrays import pack, unpack

KIND = "ngram"
ARRAYS = "ngram.npz"


@dataclass(frozen=True, slots=True)
class NgramEncoder:
    """A linear layer over weighted n-grams.

    Attributes:
        id: id of the artifact.
        vocabulary: known n-grams and their tf-idf weights.
        table: a learned vector for each n-gram, ``[columns, dimensions]``.
        bias: added to the vector of a listing with a known n-gram, ``[dimensions]``.
    """

    id: str
    vocabulary: Vocabulary
    table: Floats
    bias: Floats

    @property
    def modality(self) -> str:
        """``text``."""
        return "text"

    @property
    def frozen(self) -> bool:
        """Whether it has not learned from labels; it has, from every label."""
        return False

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return len(self.bias)

    def encode(self, listings: Sequence[Listing]) -> Floats:
        """Return the tf-idf weighted sum of the vectors of a listing's n-grams, ``[rows, dims]``.

        A listing without a known n-gram gets zeros.
        """
        ngrams = hash_text(listings)
        weights = self.vocabulary.text(ngrams, len(listings))

        # Without this mask a listing of no known n-gram would get the bias.
        n_ngrams = np.diff(weights.indptr)
        has_ngrams = n_ngrams[:, None] > 0
        vectors: Floats = weights @ self.table + has_ngrams * self.bias
        return vectors


def save(folder: Path, vocabulary: Vocabulary, table: Floats, bias: Floats) -> None:
    """Write the encoder's file; its table as 8-bit numbers (``common.store.packed_arrays``)."""
    arrays = {
        **vocabulary.arrays(),
        **pack({"table": table}),
        "bias": bias,
    }
    np.savez(folder / ARRAYS, **arrays)  # type: ignore[arg-type]


def load(folder: Path, threads: int = 1) -> NgramEncoder:
    """Load the encoder from its artifact folder; its id is the artifact's. It uses one thread."""
    with np.load(folder / ARRAYS, allow_pickle=False) as file:
        arrays = dict(file)

    return NgramEncoder(
        id=artifacts.read(folder, verify=False).id,
        vocabulary=load_vocabulary(arrays),
        table=unpack(arrays)["table"],
        bias=arrays["bias"],
    )
