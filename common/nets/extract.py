"""Training rows as what nets read: hashed once, in batches, within bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse

from common.arrays import Floats
from common.encoders import Encoder
from common.features.hashing import CACHE_ROWS, FieldTokens, NgramView, hash_fields, hash_text
from common.features.vocabulary import Vocabulary, fit_vocabulary
from common.listing import Listing
from common.nets.features import read_vectors
from common.nets.inputs import Inputs

Views = tuple[NgramView, ...]


def read_rows(
    rows: Sequence[Listing], fields: Sequence[str], encoders: Sequence[Encoder] = ()
) -> tuple[Vocabulary, Inputs]:
    """Learn the vocabulary of training rows, and return it with the rows as inputs.

    Batches are so small that a text encoder finds the n-grams that were hashed just now.
    """
    views: list[Views] = []
    tokens: list[FieldTokens] = []
    vectors: dict[str, list[Floats]] = {}
    for batch in _batches(rows):
        views.append(hash_text(batch))
        tokens.append(hash_fields(batch, fields))
        for reads, found in read_vectors(batch, encoders).items():
            vectors.setdefault(reads, []).append(found)
    said = _join(tokens)
    vocabulary = fit_vocabulary(views, said, len(rows))
    numbers, weights = vocabulary.fields(said)
    return vocabulary, Inputs(
        _text(vocabulary, views, len(rows)),
        numbers,
        weights,
        _concatenate(vectors),
    )


def read_known(
    rows: Sequence[Listing],
    fields: Sequence[str],
    vocabulary: Vocabulary,
    encoders: Sequence[Encoder] = (),
) -> Inputs:
    """Return rows as inputs by a vocabulary that was learned before."""
    text = [vocabulary.text(hash_text(batch), len(batch)) for batch in _batches(rows)]
    said = _join([hash_fields(batch, fields) for batch in _batches(rows)])
    whole = sparse.csr_matrix(sparse.vstack(text, format="csr"))
    vectors: dict[str, list[Floats]] = {}
    for batch in _batches(rows) if encoders else ():
        for reads, found in read_vectors(batch, encoders).items():
            vectors.setdefault(reads, []).append(found)
    return Inputs(whole, *vocabulary.fields(said), _concatenate(vectors))


def _concatenate(vectors: dict[str, list[Floats]]) -> dict[str, Floats]:
    return {reads: np.concatenate(found) for reads, found in vectors.items()}


def _batches(rows: Sequence[Listing]) -> Iterator[Sequence[Listing]]:
    for start in range(0, len(rows), CACHE_ROWS):
        yield rows[start : start + CACHE_ROWS]


def _join(tokens: Sequence[FieldTokens]) -> FieldTokens:
    return FieldTokens(
        np.concatenate([each.hashes for each in tokens]),
        np.concatenate([each.weights for each in tokens]),
    )


def _text(vocabulary: Vocabulary, views: list[Views], rows: int) -> sparse.csr_matrix:
    """Tf-idf of all batches; each is forgotten when it is read, so that little is held twice."""
    parts, left = [], rows
    views.reverse()
    while views:
        size = min(left, CACHE_ROWS)
        parts.append(vocabulary.text(views.pop(), size))
        left -= size
    return sparse.csr_matrix(sparse.vstack(parts, format="csr"))
