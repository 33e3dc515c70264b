"""What of the hashed features a model knows: the columns learned from training rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from common.arrays import Floats, Ints
from common.errors import ArtifactError
from common.features import BUCKET_BITS, VERSION, VIEWS, FieldTokens, View


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Buckets and field values seen in training; anything else is unknown and adds nothing.

    ``columns`` maps a bucket of a view to a column or -1, ``idf`` weighs columns, ``values`` are
    the sorted hashes of known field values.
    """

    buckets: tuple[NDArray[np.int32], ...]
    idf: tuple[Floats, ...]
    values: NDArray[np.uint64]
    columns: tuple[NDArray[np.int32], ...]

    @property
    def size(self) -> int:
        """Number of text columns."""
        return sum(map(len, self.buckets))

    def text(self, views: Sequence[View], rows: int) -> sparse.csr_matrix:
        """Return tf-idf ``[rows, size]``; each view of a row has length 1 (or 0 when unknown)."""
        parts, start = [], 0
        for view, columns, idf in zip(views, self.columns, self.idf, strict=True):
            column = columns[view.buckets]
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
            (weight[order].astype(np.float32), column[order], indptr), (rows, self.size)
        )

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
            saved[f"idf{number}"] = self.idf[number].astype(np.float16)
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
    batches: Iterable[Sequence[View]],
    fields: FieldTokens | None,
    rows: int,
    *,
    min_rows: int = 2,
    max_columns: int = 1 << 17,
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


def _count(batches: Iterable[Sequence[View]]) -> list[Ints]:
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
    columns = []
    for kept in buckets:
        column = np.full(1 << BUCKET_BITS, -1, dtype=np.int32)
        column[kept] = np.arange(len(kept), dtype=np.int32)
        columns.append(column)
    return Vocabulary(tuple(buckets), tuple(idf), values, tuple(columns))
