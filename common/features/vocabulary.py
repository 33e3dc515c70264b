"""The vocabulary of hashed features: columns learned from training rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from common import kernels
from common.arrays import Floats, Ints
from common.errors import ArtifactError
from common.features.hashing import (
    BUCKET_BITS,
    CACHE_ROWS,
    VERSION,
    VIEWS,
    FieldTokens,
    NgramView,
)

MAX_COLUMNS = 120_000
"""Maximum columns of a view: what four models and an encoder of millions of rows may take."""

Positions = NDArray[np.int16 | np.int32]
"""The column of each bucket within its view, -1 for an unknown one; of 16 bits where these do."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Columns:
    """Columns of the n-gram buckets that occur in training; other buckets add nothing.

    Vocabularies learned from the same texts share one object, so that the tf-idf of a batch is
    computed once for all of them.

    Attributes:
        buckets: Sorted known buckets of each view.
        idf: Inverse document frequency of each.
        positions: Column of each bucket within its view, -1 for an unknown one.
    """

    buckets: tuple[NDArray[np.int32], ...]
    idf: tuple[Floats, ...]
    positions: tuple[Positions, ...]

    def tfidf(self, views: Sequence[NgramView], rows: int) -> sparse.csr_matrix:
        """Return tf-idf ``[rows, columns]``; see ``Vocabulary.text``."""
        if kernels.native:
            known = [
                (view.rows, positions[view.buckets].astype(np.int32), view.weights)
                for view, positions in zip(views, self.positions, strict=True)
            ]
            arrays = kernels.native.tfidf(known, self.idf, rows)
            return sparse.csr_matrix(arrays, (rows, sum(map(len, self.idf))))

        parts = []
        first_column = 0
        for view, positions, idf in zip(views, self.positions, self.idf, strict=True):
            entries = _weighted_entries(
                view,
                positions,
                idf,
                rows,
                first_column,
            )
            parts.append(entries)
            first_column += len(idf)
        return _merge(parts, (rows, first_column))


@dataclass(frozen=True, slots=True)
class _Entries:
    """Entries of one view's tf-idf matrix."""

    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    weights: Floats


def _weighted_entries(
    view: NgramView,
    positions: Positions,
    idf: Floats,
    rows: int,
    first_column: int,
) -> _Entries:
    """Return the known n-grams of a view; the weights of each row have length 1."""
    positions_of_entries = positions[view.buckets]
    is_known = positions_of_entries >= 0
    columns = positions_of_entries[is_known].astype(np.int32)
    entry_rows = view.rows[is_known]
    weights = view.weights[is_known] * idf[columns]

    # bincount sums squares in 64 bits, in the order of the entries.
    squares = weights * weights
    sums = np.bincount(entry_rows, squares, minlength=rows)
    norms = np.sqrt(sums).astype(np.float32)
    return _Entries(
        rows=entry_rows,
        columns=columns + first_column,
        weights=weights / norms[entry_rows],
    )


def _merge(parts: Sequence[_Entries], shape: tuple[int, int]) -> sparse.csr_matrix:
    """Return the entries of all views as one matrix."""
    rows = np.concatenate([part.rows for part in parts])
    columns = np.concatenate([part.columns for part in parts])
    weights = np.concatenate([part.weights for part in parts])

    # Entries are sorted by row within each view; a stable sort merges the views.
    order = np.argsort(rows, kind="stable")
    data = weights[order]
    indices = columns[order]
    row_pointers = _row_pointers(rows, shape[0])

    arrays = (
        data.astype(np.float32),
        indices,
        row_pointers,
    )
    return sparse.csr_matrix(arrays, shape)


def _row_pointers(rows: NDArray[np.int32], n_rows: int) -> NDArray[np.int32]:
    """Return where the entries of each row start, and at last where they all end (CSR)."""
    counts = np.bincount(rows, minlength=n_rows)
    row_ends = np.cumsum(counts)
    pointers = np.concatenate([[0], row_ends])
    return pointers.astype(np.int32)


_SHARED_COLUMNS: WeakValueDictionary[bytes, Columns] = WeakValueDictionary()


@lru_cache(maxsize=16)
def _cached_tfidf(
    columns: Columns, views: tuple[NgramView, ...], rows: int
) -> sparse.csr_matrix:
    return columns.tfidf(views, rows)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """N-grams and field values that occur in training; others add nothing.

    Attributes:
        columns: Columns of the n-grams of ``VIEWS``.
        values: Sorted hashes of known field values.
        characters: Columns of ``hash_characters``, where they are read: on small data.
    """

    columns: Columns
    values: NDArray[np.uint64]
    characters: Columns | None = None

    @property
    def buckets(self) -> tuple[NDArray[np.int32], ...]:
        """The known buckets of each view."""
        return self.columns.buckets

    @property
    def size(self) -> int:
        """Number of text columns."""
        return sum(map(len, self.buckets))

    def text(self, views: Sequence[NgramView], rows: int) -> sparse.csr_matrix:
        """Return tf-idf ``[rows, size]``; each view of a row has length 1 (or 0 when unknown).

        Recent small batches are cached, as those of ``hash_text`` are: do not write to the result.
        """
        if rows > CACHE_ROWS:
            return self.columns.tfidf(views, rows)
        return _cached_tfidf(self.columns, tuple(views), rows)

    def character_tfidf(self, view: NgramView, rows: int) -> sparse.csr_matrix | None:
        """Return tf-idf of ``hash_characters``, ``[rows, columns]``, or ``None`` without them."""
        if self.characters is None:
            return None
        if rows > CACHE_ROWS:
            return self.characters.tfidf((view,), rows)
        return _cached_tfidf(self.characters, (view,), rows)

    def fields(self, tokens: FieldTokens) -> tuple[Ints, Floats]:
        """Return numbers and weights of field values ``[rows, slots]``; weight 0 where unknown."""
        if not len(self.values) or not tokens.weights.any():
            no_numbers = np.zeros(tokens.hashes.shape, np.int64)
            no_weights = np.zeros_like(tokens.weights)
            return no_numbers, no_weights

        # Hashes above the largest known one are sorted behind the last: they are unknown too.
        last_number = len(self.values) - 1
        positions = np.searchsorted(self.values, tokens.hashes)
        nearest = np.minimum(positions, last_number)
        is_known = self.values[nearest] == tokens.hashes

        numbers = np.where(is_known, nearest, 0)
        weights = np.where(is_known, tokens.weights, np.float32(0))
        return numbers, weights

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that an artifact stores; see ``load_vocabulary``."""
        arrays: dict[str, NDArray[Any]] = {
            "version": np.array(VERSION),
            "values": self.values,
        }
        # The view of characters comes behind the others, where there is one.
        buckets, idf = self.buckets, self.columns.idf
        if self.characters:
            buckets += self.characters.buckets
            idf += self.characters.idf
        for number, view_idf in enumerate(idf):
            arrays[f"buckets{number}"] = buckets[number]
            arrays[f"idf{number}"] = view_idf.astype(np.float16)
        return arrays


def load_vocabulary(arrays: Mapping[str, NDArray[Any]]) -> Vocabulary:
    """Rebuild a vocabulary from ``Vocabulary.arrays``.

    Raises:
        ArtifactError: It was made by another version of the features.
    """
    version = int(arrays.get("version", 0))
    if version != VERSION:
        raise ArtifactError(
            f"this artifact reads features of version {version}, and this installation makes"
            f" version {VERSION}: train it again"
        )

    columns = _stored_columns(arrays, range(len(VIEWS)))
    characters = None
    if f"buckets{len(VIEWS)}" in arrays:
        characters = _stored_columns(arrays, [len(VIEWS)])
    return Vocabulary(columns, arrays["values"], characters)


def _stored_columns(
    arrays: Mapping[str, NDArray[Any]], numbers: Iterable[int]
) -> Columns:
    buckets, idf = [], []
    for number in numbers:
        buckets.append(arrays[f"buckets{number}"])
        idf.append(arrays[f"idf{number}"].astype(np.float32))
    return _shared_columns(buckets, idf)


def fit_vocabulary(
    batches: Iterable[Sequence[NgramView]],
    fields: FieldTokens | None,
    rows: int,
    *,
    min_rows: int = 2,
    max_columns: int = MAX_COLUMNS,
) -> Vocabulary:
    """Learn columns from training rows: per view the ``max_columns`` most frequent buckets.

    Args:
        batches: Hashed texts of all rows, some rows at a time.
        fields: Field tokens of all rows.
        rows: Number of rows.
        min_rows: Minimum number of rows with a bucket or a field value.
        max_columns: Maximum number of columns of each view.
    """
    columns = fit_columns(
        batches,
        rows,
        min_rows=min_rows,
        max_columns=max_columns,
    )
    return Vocabulary(columns, _frequent_values(fields, min_rows))


def fit_columns(
    batches: Iterable[Sequence[NgramView]],
    rows: int,
    *,
    min_rows: int,
    max_columns: int = MAX_COLUMNS,
) -> Columns:
    """Learn the columns of views from training rows; see ``fit_vocabulary``.

    Smoothed idf is ``log((1 + rows) / (1 + rows with it)) + 1``, as in scikit-learn's
    ``TfidfTransformer``.
    """
    buckets, idf = [], []
    for counts in _document_counts(batches):
        kept = _most_frequent(counts, min_rows, max_columns)
        kept_idf = _smoothed_idf(counts[kept], rows)
        buckets.append(kept.astype(np.int32))
        idf.append(kept_idf)
    return _shared_columns(buckets, idf)


def _most_frequent(counts: Ints, min_count: int, max_kept: int) -> Ints:
    """Return the sorted indices of the largest counts, the first among equal ones."""
    kept: Ints = np.flatnonzero(counts >= min_count)
    if len(kept) <= max_kept:
        return kept

    by_frequency = np.argsort(-counts[kept], kind="stable")
    most_frequent = kept[by_frequency[:max_kept]]
    return np.sort(most_frequent)


def _smoothed_idf(counts: Ints, rows: int) -> Floats:
    """Return the inverse document frequencies of buckets that occur in ``counts`` rows."""
    exact = np.log((1 + rows) / (1 + counts)) + 1

    # Rounded as an artifact stores it, so that training sees what serving will see.
    rounded = exact.astype(np.float16)
    return rounded.astype(np.float32)


def _document_counts(batches: Iterable[Sequence[NgramView]]) -> list[Ints]:
    """Return the number of texts with each bucket, for each view."""
    counts: list[Ints] = []
    for views in batches:
        if not counts:
            counts = [np.zeros(1 << BUCKET_BITS, np.int64) for _ in views]
        for view_counts, view in zip(counts, views, strict=True):
            np.add.at(view_counts, view.buckets, 1)
    return counts


def _frequent_values(fields: FieldTokens | None, min_rows: int) -> NDArray[np.uint64]:
    if fields is None:
        return np.zeros(0, np.uint64)
    is_confirmed = fields.weights > 0
    confirmed = fields.hashes[is_confirmed]
    values, counts = np.unique(confirmed, return_counts=True)
    return values[counts >= min_rows]


def _shared_columns(
    buckets: Sequence[NDArray[Any]], idf: Sequence[NDArray[Any]]
) -> Columns:
    """Return the shared columns of these buckets, made if there are none yet."""
    digest = hashlib.blake2b(digest_size=16)
    for array in (*buckets, *idf):
        # Lengths too: the same bytes may be cut into arrays in another way.
        length = len(array)
        digest.update(length.to_bytes(8))
        digest.update(np.ascontiguousarray(array).tobytes())
    key = digest.digest()

    columns = _SHARED_COLUMNS.get(key)
    if columns is None:
        positions = [_positions(view_buckets) for view_buckets in buckets]
        columns = Columns(
            buckets=tuple(buckets),
            idf=tuple(idf),
            positions=tuple(positions),
        )
        _SHARED_COLUMNS[key] = columns
    return columns


def _positions(buckets: NDArray[Any]) -> Positions:
    """Return the column of every possible bucket, -1 for those that are not listed."""
    n_buckets = 1 << BUCKET_BITS
    # There are a million of them for each view.
    is_small = len(buckets) <= np.iinfo(np.int16).max
    dtype = np.int16 if is_small else np.int32
    positions: Positions = np.full(n_buckets, -1, dtype)
    positions[buckets] = np.arange(len(buckets))
    return positions
