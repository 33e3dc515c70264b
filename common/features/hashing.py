"""From a Listing to what a model reads: one code path for training and for serving.

Text becomes hashed n-grams in two views, confirmed fields become hashed ``field=value`` tokens.
``vocabulary.py`` turns the hashes into columns.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from common.features import ngrams, normalise
from common.listing import CATEGORY_SEPARATOR, Listing

VERSION = 3
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

_FIRST_SLOTS = {name: FIELD_SLOTS.index(name) for name in dict.fromkeys(FIELD_SLOTS)}

PRICE_BINS_PER_UNIT = 3
"""A confirmed price is shared between the two nearest of three tokens per unit of ``log1p``."""


CACHE_ROWS = 512
"""The hashes of the last few batches of up to this many rows are kept: within one process the
encoder and every model ask for those of the same listings."""


@dataclass(frozen=True, slots=True, eq=False)
class NgramView:
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


def hash_text(listings: Sequence[Listing]) -> tuple[NgramView, ...]:
    """Read titles and descriptions as hashed n-grams, one ``NgramView`` per entry of ``VIEWS``."""
    texts = tuple((listing.title, listing.description) for listing in listings)
    return _remembered(texts) if len(texts) <= CACHE_ROWS else _hash_texts(texts)


def hash_fields(listings: Sequence[Listing], fields: Sequence[str]) -> FieldTokens:
    """Read the named confirmed fields of each listing; other fields are as if not said."""
    wanted = [name for name in _FIRST_SLOTS if name in fields]
    places: dict[str, int] = {}  # of each word in the order of hashing
    known: dict[tuple[str, object], list[tuple[int, int, float]]] = {}
    cells: list[tuple[int, int, float]] = []
    for row, listing in enumerate(listings):
        for name in wanted:
            value = getattr(listing, name)
            if value is None or value == "":
                continue
            found = known.get((name, value))
            if found is None:
                found = known[name, value] = [
                    (slot, places.setdefault(word, len(places)), weight)
                    for slot, word, weight in _words(name, value)
                ]
            for slot, place, weight in found:
                cells.append((row * len(FIELD_SLOTS) + slot, place, weight))
    return _tokens(len(listings), cells, list(places))


def _hash_texts(texts: Sequence[tuple[str, str]]) -> tuple[NgramView, ...]:
    titles = [normalise.normalise(title) for title, _ in texts]
    both = [
        f"{title} {normalise.normalise(description)}".strip()
        for title, (_, description) in zip(titles, texts, strict=True)
    ]
    words = ngrams.encode_texts(both)
    found = (
        ngrams.character_ngrams(ngrams.encode_texts(titles), 3, 5),
        ngrams.join(ngrams.word_ngrams(words, 1, 2), ngrams.inner_ngrams(words, 2, 3)),
    )
    return tuple(_view(grams, salt) for salt, grams in enumerate(found, start=1))


_remembered = lru_cache(maxsize=16)(_hash_texts)


def _words(name: str, value: Any) -> Iterator[tuple[int, str, float]]:
    """What a value says: slots, words and weights."""
    first = _FIRST_SLOTS[name]
    if name == "category":
        levels = value.split(CATEGORY_SEPARATOR)
        for depth in range(min(len(levels), 3)):
            last = len(levels) if depth == 2 else depth + 1
            yield first + depth, f"category={CATEGORY_SEPARATOR.join(levels[:last])}", 1.0
    elif name != "price":
        yield first, f"{name}={normalise.normalise(value)}", 1.0
    elif 0 <= value < math.inf:
        position = math.log1p(value) * PRICE_BINS_PER_UNIT
        low = math.floor(position)
        yield first, f"price={low}", 1.0 - (position - low)
        yield first + 1, f"price={low + 1}", position - low


def _tokens(
    rows: int, cells: Sequence[tuple[int, int, float]], words: Sequence[str]
) -> FieldTokens:
    """Lay out cells, each a place in ``[rows, slots]``, the place of a word, and a weight."""
    hashes = np.zeros((rows, len(FIELD_SLOTS)), dtype=np.uint64)
    weights = np.zeros((rows, len(FIELD_SLOTS)), dtype=np.float32)
    if cells:
        places, numbers, given = map(list, zip(*cells, strict=True))
        hashes.reshape(-1)[places] = _hash_words(words)[numbers]
        weights.reshape(-1)[places] = given
    return FieldTokens(hashes, weights)


def _hash_words(words: Sequence[str]) -> NDArray[np.uint64]:
    """One hash a word; a space inside a word is made a letter, so that a word stays one word."""
    joined = [word.replace(" ", "\x1f") for word in words]
    return ngrams.word_ngrams(ngrams.encode_texts(joined), 1, 1).hashes


def _view(grams: ngrams.Ngrams, salt: int) -> NgramView:
    salted = ngrams.mix(grams.hashes ^ np.uint64(salt))
    buckets = (salted >> np.uint64(64 - BUCKET_BITS)).astype(np.int64)
    keys, counts = np.unique((grams.texts.astype(np.int64) << 32) | buckets, return_counts=True)
    return NgramView(
        (keys >> 32).astype(np.int32),
        (keys & 0xFFFFFFFF).astype(np.int32),
        (1 + np.log(counts)).astype(np.float32),
    )
