"""From a Listing to what a model reads: one code path for training and for serving.

Text becomes hashed n-grams in two views, confirmed fields become hashed ``field=value`` tokens.
A ``Vocabulary`` fitted on training rows turns the hashes into columns.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from common import ngrams, text
from common.arrays import Floats, Ints
from common.errors import ArtifactError
from common.listing import CATEGORY_SEPARATOR, Listing

VERSION = 1
"""Version of everything below that turns text and fields into hashes; artifacts carry it.

Raise it with any change that gives other hashes: what was trained on the old ones is refused.
"""

BUCKET_BITS = 20
VIEWS = ("title characters", "words of title and description")
FIELD_SLOTS = (
    "category", "category", "category", "brand", "condition", "size", "colour", "price", "price",
    "currency", "shipping_payer", "shipping_method", "parcel_size", "language",
)  # fmt: skip
"""The confirmed field each slot of ``FieldTokens`` speaks for; a category has three levels."""

PRICE_BINS_PER_UNIT = 3
"""A confirmed price is shared between the two nearest of three tokens per unit of ``log1p``."""


REMEMBERED_ROWS = 512
"""The hashes of the last few batches of up to this many rows are kept: within one process the
encoder and every model ask for those of the same listings."""


@dataclass(frozen=True, slots=True)
class View:
    """One way of reading a batch of texts: bucket ``buckets[i]`` occurs in text ``rows[i]``.

    ``weights`` is ``1 + log(count)``; entries are sorted by row, then bucket.
    """

    rows: NDArray[np.int32]
    buckets: NDArray[np.int32]
    weights: Floats


@dataclass(frozen=True, slots=True)
class FieldTokens:
    """Confirmed fields of a batch: hashes and weights ``[rows, slots]``; weight 0 is not said."""

    hashes: NDArray[np.uint64]
    weights: Floats


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
            saved[f"idf{number}"] = self.idf[number]
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
        [arrays[f"idf{number}"] for number in numbers],
        arrays["values"],
    )


def fit_vocabulary(
    views: Sequence[View],
    fields: FieldTokens | None,
    rows: int,
    *,
    min_rows: int = 2,
    max_columns: int = 1 << 17,
) -> Vocabulary:
    """Learn columns from training rows: per view the ``max_columns`` most frequent buckets.

    Buckets and field values in fewer than ``min_rows`` rows are left out. Smoothed idf is
    ``log((1 + rows) / (1 + rows with it)) + 1``.
    """
    buckets, idf = [], []
    for view in views:
        counts = np.bincount(view.buckets, minlength=1 << BUCKET_BITS)
        kept = np.flatnonzero(counts >= min_rows)
        if len(kept) > max_columns:
            kept = np.sort(kept[np.argsort(-counts[kept], kind="stable")[:max_columns]])
        buckets.append(kept.astype(np.int32))
        idf.append((np.log((1 + rows) / (1 + counts[kept])) + 1).astype(np.float32))
    return _vocabulary(buckets, idf, _frequent_values(fields, min_rows))


def hash_text(listings: Sequence[Listing]) -> tuple[View, ...]:
    """Read titles and descriptions as hashed n-grams, one ``View`` per entry of ``VIEWS``."""
    texts = tuple((listing.title, listing.description) for listing in listings)
    return _remembered(texts) if len(texts) <= REMEMBERED_ROWS else _hash_texts(texts)


def hash_fields(listings: Sequence[Listing], fields: Sequence[str]) -> FieldTokens:
    """Read the named confirmed fields of each listing; other fields are as if not said."""
    wanted = frozenset(fields)
    hashes = np.zeros((len(listings), len(FIELD_SLOTS)), dtype=np.uint64)
    weights = np.zeros((len(listings), len(FIELD_SLOTS)), dtype=np.float32)
    words: list[str] = []
    places: list[int] = []
    for row, listing in enumerate(listings):
        for slot, word, weight in _field_words(listing, wanted):
            words.append(word)
            places.append(row * len(FIELD_SLOTS) + slot)
            weights[row, slot] = weight
    if words:
        hashes.reshape(-1)[places] = _hash_words(words)
    return FieldTokens(hashes, weights)


def _hash_texts(texts: Sequence[tuple[str, str]]) -> tuple[View, ...]:
    titles = [text.normalise(title) for title, _ in texts]
    both = [
        f"{title} {text.normalise(description)}".strip()
        for title, (_, description) in zip(titles, texts, strict=True)
    ]
    found = (
        ngrams.character_ngrams(ngrams.read(titles), 3, 5),
        ngrams.word_ngrams(ngrams.read(both), 1, 2),
    )
    return tuple(_view(grams, salt) for salt, grams in enumerate(found, start=1))


_remembered = lru_cache(maxsize=16)(_hash_texts)


def _field_words(listing: Listing, wanted: frozenset[str]) -> Iterator[tuple[int, str, float]]:
    if listing.category and "category" in wanted:
        levels = listing.category.split(CATEGORY_SEPARATOR)
        for depth in range(min(len(levels), 3)):
            last = len(levels) if depth == 2 else depth + 1
            yield depth, f"category={CATEGORY_SEPARATOR.join(levels[:last])}", 1.0
    if listing.price is not None and 0 <= listing.price < math.inf and "price" in wanted:
        position = math.log1p(listing.price) * PRICE_BINS_PER_UNIT
        low = math.floor(position)
        yield 7, f"price={low}", 1.0 - (position - low)
        yield 8, f"price={low + 1}", position - low
    for slot in (3, 4, 5, 6, 9, 10, 11, 12, 13):
        name = FIELD_SLOTS[slot]
        value = getattr(listing, name)
        if value and name in wanted:
            yield slot, f"{name}={text.normalise(value)}", 1.0


def _hash_words(words: Sequence[str]) -> NDArray[np.uint64]:
    """One hash a word; a space inside a word is made a letter, so that a word stays one word."""
    joined = [word.replace(" ", "\x1f") for word in words]
    return ngrams.word_ngrams(ngrams.read(joined), 1, 1).hashes


def _view(grams: ngrams.Ngrams, salt: int) -> View:
    salted = ngrams.mix(grams.hashes ^ np.uint64(salt))
    buckets = (salted >> np.uint64(64 - BUCKET_BITS)).astype(np.int64)
    keys, counts = np.unique((grams.texts.astype(np.int64) << 32) | buckets, return_counts=True)
    return View(
        (keys >> 32).astype(np.int32),
        (keys & 0xFFFFFFFF).astype(np.int32),
        (1 + np.log(counts)).astype(np.float32),
    )


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
