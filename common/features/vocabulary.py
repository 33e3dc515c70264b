"""What of the hashed features a model knows: the columns learned from training rows."""

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

from common.arrays import Floats, Ints
from common.errors import ArtifactError
from common.features.hashing import BUCKET_BITS, CACHE_ROWS, VERSION, VIEWS, FieldTokens, NgramView

MAX_COLUMNS = 120_000
"""N-grams of a view that are kept: what millions of rows may take, four models and an encoder."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Columns:
    """Buckets of n-grams that were seen in training, a column each; others add nothing.

    ``idf`` weighs columns, and ``places`` maps a bucket of a view to its column in the view or -1.
    All that were learned from the same texts are one, so that what models read is made once.
    """

    buckets: tuple[NDArray[np.int32], ...]
    idf: tuple[Floats, ...]
    places: tuple[NDArray[np.int32], ...]

    def read(self, views: Sequence[NgramView], rows: int) -> sparse.csr_matrix:
        """Return tf-idf ``[rows, columns]``; see ``Vocabulary.text``."""
        parts, start = [], 0
        for view, places, idf in zip(views, self.places, self.idf, strict=True):
            column = places[view.buckets]
            known = column >= 0
            row, column = view.rows[known], column[known]
            weight = view.weights[known] * idf[column]
            norm = np.sqrt(np.bincount(row, weight * weight, minlength=rows)).astype(np.float32)
            parts.append((row, column + start, weight / norm[row]))
            start += len(idf)
        row, column, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
        order = np.argsort(row, kind="stable")
        ends = np.cumsum(np.bincount(row, minlength=rows))
        indptr = np.concatenate([[0], ends]).astype(np.int32)
        return sparse.csr_matrix(
            (weight[order].astype(np.float32), column[order], indptr), (rows, start)
        )


_KNOWN: WeakValueDictionary[bytes, Columns] = WeakValueDictionary()


@lru_cache(maxsize=16)
def _remembered(columns: Columns, views: tuple[NgramView, ...], rows: int) -> sparse.csr_matrix:
    return columns.read(views, rows)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What of n-grams and field values was seen in training; anything else adds nothing.

    ``values`` are the sorted hashes of known field values.
    """

    columns: Columns
    values: NDArray[np.uint64]

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

        The last few batches are remembered, as ``features`` does: do not write to it.
        """
        if rows > CACHE_ROWS:
            return self.columns.read(views, rows)
        return _remembered(self.columns, tuple(views), rows)

    def fields(self, tokens: FieldTokens) -> tuple[Ints, Floats]:
        """Return the numbers of field values ``[rows, slots]``, and weights, 0 where unknown."""
        if not len(self.values):
            return np.zeros(tokens.hashes.shape, np.int64), np.zeros_like(tokens.weights)
        found = np.minimum(np.searchsorted(self.values, tokens.hashes), len(self.values) - 1)
        known = self.values[found] == tokens.hashes
        return np.where(known, found, 0), np.where(known, tokens.weights, np.float32(0))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What must be saved to load the vocabulary again."""
        saved: dict[str, NDArray[Any]] = {"version": np.array(VERSION), "values": self.values}
        for number in range(len(VIEWS)):
            saved[f"buckets{number}"] = self.buckets[number]
            saved[f"idf{number}"] = self.columns.idf[number].astype(np.float16)
        return saved


def load_vocabulary(arrays: Mapping[str, NDArray[Any]]) -> Vocabulary:
    """Rebuild a vocabulary from ``Vocabulary.arrays``.

    Raises ``ArtifactError`` when it was made by another version of the features.
    """
    made = int(arrays.get("version", 0))
    if made != VERSION:
        raise ArtifactError(
            f"this artifact reads features of version {made}, and this installation makes version"
            f" {VERSION}: train it again"
        )
    numbers = range(len(VIEWS))
    return _vocabulary(
        [arrays[f"buckets{number}"] for number in numbers],
        [arrays[f"idf{number}"].astype(np.float32) for number in numbers],
        arrays["values"],
    )


def fit_vocabulary(
    batches: Iterable[Sequence[NgramView]],
    fields: FieldTokens | None,
    rows: int,
    *,
    min_rows: int = 2,
    max_columns: int = MAX_COLUMNS,
) -> Vocabulary:
    """Learn columns from training rows: per view the ``max_columns`` most frequent buckets.

    ``batches`` are the texts of all ``rows``, hashed some at a time. Buckets and field values in
    fewer than ``min_rows`` rows are left out. Smoothed idf is
    ``log((1 + rows) / (1 + rows with it)) + 1``.
    """
    buckets, idf = [], []
    for counts in _count(batches):
        kept = np.flatnonzero(counts >= min_rows)
        if len(kept) > max_columns:
            kept = np.sort(kept[np.argsort(-counts[kept], kind="stable")[:max_columns]])
        buckets.append(kept.astype(np.int32))
        exact = np.log((1 + rows) / (1 + counts[kept])) + 1
        idf.append(exact.astype(np.float16).astype(np.float32))  # as it comes back from disk
    return _vocabulary(buckets, idf, _frequent_values(fields, min_rows))


def _count(batches: Iterable[Sequence[NgramView]]) -> list[Ints]:
    """In how many texts each bucket of each view occurs."""
    counts = [np.zeros(1 << BUCKET_BITS, np.int64) for _ in VIEWS]
    for views in batches:
        for count, view in zip(counts, views, strict=True):
            np.add.at(count, view.buckets, 1)
    return counts


def _frequent_values(fields: FieldTokens | None, min_rows: int) -> NDArray[np.uint64]:
    if fields is None:
        return np.zeros(0, np.uint64)
    values, counts = np.unique(fields.hashes[fields.weights > 0], return_counts=True)
    return values[counts >= min_rows]


def _vocabulary(
    buckets: Sequence[NDArray[Any]], idf: Sequence[NDArray[Any]], values: NDArray[Any]
) -> Vocabulary:
    digest = hashlib.blake2b(digest_size=16)
    for array in (*buckets, *idf):
        digest.update(len(array).to_bytes(8) + np.ascontiguousarray(array).tobytes())
    known = _KNOWN.get(digest.digest())
    if known is None:
        known = Columns(tuple(buckets), tuple(idf), tuple(map(_places, buckets)))
        _KNOWN[digest.digest()] = known
    return Vocabulary(known, values)


def _places(kept: NDArray[Any]) -> NDArray[np.int32]:
    places = np.full(1 << BUCKET_BITS, -1, dtype=np.int32)
    places[kept] = np.arange(len(kept), dtype=np.int32)
    return places
