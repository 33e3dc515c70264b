"""Text and confirmed fields of listings as hashes: one code path for training and serving.

Text becomes hashed n-grams in two views, confirmed fields become hashed ``field=value`` tokens.
``vocabulary.py`` turns the hashes into columns.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common import kernels
from common.arrays import Floats
from common.features import ngrams, normalise
from common.kernels import Kernels
from common.listing import CATEGORY_SEPARATOR, NUMBER_FIELDS, Listing
from common.validation.folding import fold_field
from common.validation.measures import volume

VERSION = 5
"""Version of everything below that turns text and fields into hashes; artifacts store it.

Raise it with any change that gives other hashes: artifacts of another version are refused.
"""

BUCKET_BITS = 20
VIEWS = ("title characters", "words of title and description")
"""The views that every head reads; ``hash_characters`` is one more, of small data."""

FIELD_SLOTS = (
    "category", "category", "category", "brand", "condition", "size", "colour", "price", "price",
    "currency", "shipping_payer", "shipping_method", "parcel_size", "language",
    "shipping_fee", "shipping_fee", "weight", "weight", "dimensions", "dimensions",
)  # fmt: skip
"""The confirmed field of each slot of ``FieldTokens``; a category has three levels."""

_FIRST_SLOTS = {name: FIELD_SLOTS.index(name) for name in dict.fromkeys(FIELD_SLOTS)}

BINS_PER_UNIT = 3
"""Number of tokens of a number per unit of its ``log1p``; it is shared by the two nearest."""

CACHE_ROWS = 512
"""Maximum rows of a batch whose hashes are cached: within one process the encoder and every model
ask for those of the same listings."""


SlotToken = tuple[int, int, float]
"""The slot of a token, its number, and its weight."""


@dataclass(frozen=True, slots=True, eq=False)
class NgramView:
    """One view of a batch of texts: bucket ``buckets[i]`` occurs in text ``rows[i]``.

    ``weights`` is ``1 + log(count)``; entries are sorted by row, then bucket.
    """

    rows: NDArray[np.int32]
    buckets: NDArray[np.int32]
    weights: Floats


@dataclass(frozen=True, slots=True)
class FieldTokens:
    """Confirmed fields of a batch: hashes and weights ``[rows, slots]``; 0 is not confirmed."""

    hashes: NDArray[np.uint64]
    weights: Floats


def hash_text(listings: Sequence[Listing]) -> tuple[NgramView, ...]:
    """Return titles and descriptions as hashed n-grams, one view per entry of ``VIEWS``."""
    texts = tuple((listing.title, listing.description) for listing in listings)
    if len(texts) > CACHE_ROWS:
        return _hash_texts(texts)
    return _cached_hash_texts(texts)


def hash_characters(listings: Sequence[Listing]) -> NgramView:
    """Return runs of two to four characters of titles and descriptions, hashed.

    There are several times as many as n-grams of ``hash_text``. A linear model of a value has one
    weight for each and is better for them: rare and misspelt words share their parts with others.
    """
    texts = tuple(_document(listing) for listing in listings)
    if len(texts) > CACHE_ROWS:
        return _hash_characters(texts)
    return _cached_hash_characters(texts)


def hash_fields(listings: Sequence[Listing], fields: Sequence[str]) -> FieldTokens:
    """Return the named confirmed fields of each listing as tokens; other fields are left out."""
    names = [name for name in _FIRST_SLOTS if name in fields]
    tokeniser = _FieldTokeniser()
    cells: list[SlotToken] = []

    for row, listing in enumerate(listings):
        first_cell = row * len(FIELD_SLOTS)
        for name in names:
            value = getattr(listing, name)
            if value is None or value == "":
                continue
            for slot, number, weight in tokeniser.tokens(name, value):
                cells.append((first_cell + slot, number, weight))

    distinct_tokens = list(tokeniser.numbers)
    return _lay_out(len(listings), cells, distinct_tokens)


@dataclass(slots=True)
class _FieldTokeniser:
    """Tokens of a batch of field values.

    Values repeat within a batch: each distinct one is tokenised and hashed once.

    Attributes:
        numbers: Number of each distinct token, in order of appearance.
        known_values: Tokens of the values so far, by field and value.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    known_values: dict[tuple[str, object], list[SlotToken]] = field(
        default_factory=dict
    )

    def tokens(self, name: str, value: Any) -> list[SlotToken]:
        """Return the tokens of a value by number; new tokens get the next numbers."""
        tokens = self.known_values.get((name, value))
        if tokens is None:
            tokens = self._number(_field_tokens(name, value))
            self.known_values[name, value] = tokens
        return tokens

    def _number(self, tokens: Iterable[tuple[int, str, float]]) -> list[SlotToken]:
        numbered = []
        for slot, token, weight in tokens:
            number = self.numbers.setdefault(token, len(self.numbers))
            numbered.append((slot, number, weight))
        return numbered


def _hash_texts(texts: Sequence[tuple[str, str]]) -> tuple[NgramView, ...]:
    titles, documents = [], []
    for title, description in texts:
        normalised_title = normalise.normalise(title)
        document = f"{normalised_title} {normalise.normalise(description)}"
        titles.append(normalised_title)
        documents.append(document.strip())

    # The salt keeps equal hashes of the two views in different buckets.
    return (
        _character_view(titles, 3, 5, salt=1),
        _word_view(documents, salt=2),
    )


_cached_hash_texts = lru_cache(maxsize=16)(_hash_texts)


def _document(listing: Listing) -> str:
    title = normalise.normalise(listing.title)
    return f"{title} {normalise.normalise(listing.description)}".strip()


def _hash_characters(documents: Sequence[str]) -> NgramView:
    return _character_view(documents, 2, 4, salt=3)


_cached_hash_characters = lru_cache(maxsize=16)(_hash_characters)


def _field_tokens(name: str, value: Any) -> Iterator[tuple[int, str, float]]:
    """Yield slots, tokens and weights of a confirmed value; spellings of a label are one token."""
    first_slot = _FIRST_SLOTS[name]
    if name in NUMBER_FIELDS:
        yield from _number_tokens(name, value, first_slot)
        return
    if name == "dimensions":
        # A shipper's fee follows the volume; three sides alone would hardly ever repeat.
        yield from _number_tokens("volume", volume(value), first_slot)
        return

    folded = fold_field(name, value)
    if name == "category":
        for depth, path in enumerate(_category_levels(folded)):
            yield first_slot + depth, f"category={path}", 1.0
    else:
        # "&" is a brand, but no word.
        words = normalise.normalise(folded) or folded
        yield first_slot, f"{name}={words}", 1.0


def _number_tokens(
    name: str, number: float, first_slot: int
) -> Iterator[tuple[int, str, float]]:
    """Yield the two nearest bins of a number, weighted by linear interpolation."""
    if not 0 <= number < math.inf:
        return

    position = math.log1p(number) * BINS_PER_UNIT
    lower_bin = math.floor(position)
    upper_bin = lower_bin + 1
    upper_share = position - lower_bin

    yield first_slot, f"{name}={lower_bin}", 1.0 - upper_share
    yield first_slot + 1, f"{name}={upper_bin}", upper_share


def _category_levels(path: str) -> Iterator[str]:
    """Yield the first two levels of a path, and the whole path where it is deeper."""
    names = path.split(CATEGORY_SEPARATOR)
    for depth in range(1, min(len(names), 2) + 1):
        yield CATEGORY_SEPARATOR.join(names[:depth])
    if len(names) > 2:
        yield path


def _lay_out(
    rows: int, cells: Sequence[SlotToken], tokens: Sequence[str]
) -> FieldTokens:
    """Lay out cells, each an index in ``[rows, slots]``, the number of a token, and a weight."""
    n_slots = len(FIELD_SLOTS)
    hashes = np.zeros(rows * n_slots, dtype=np.uint64)
    weights = np.zeros(rows * n_slots, dtype=np.float32)

    if cells:
        indices, numbers, cell_weights = map(list, zip(*cells, strict=True))
        token_hashes = _hash_tokens(tokens)
        hashes[indices] = token_hashes[numbers]
        weights[indices] = cell_weights

    shape = (rows, n_slots)
    return FieldTokens(
        hashes=hashes.reshape(shape),
        weights=weights.reshape(shape),
    )


def _hash_tokens(tokens: Sequence[str]) -> NDArray[np.uint64]:
    """Return one hash a token."""
    # A space inside a token becomes a control character: the token stays one word.
    words = [token.replace(" ", "\x1f") for token in tokens]
    codes = ngrams.encode_texts(words)
    return ngrams.word_ngrams(codes, 1, 1).hashes


def _character_view(
    texts: Sequence[str], min_size: int, max_size: int, salt: int
) -> NgramView:
    """Return the runs of ``min_size`` to ``max_size`` characters of normalised texts."""
    native = kernels.native
    if native:
        points, numbers = ngrams.lay_out(texts)
        keys = native.hash_characters(
            points, numbers, min_size, max_size, salt, BUCKET_BITS
        )
        return _counted(native, keys)

    codes = ngrams.encode_texts(texts)
    return _view(ngrams.character_ngrams(codes, min_size, max_size), salt)


def _word_view(texts: Sequence[str], salt: int) -> NgramView:
    """Return the words and pairs of words of normalised texts, and short runs inside of words."""
    native = kernels.native
    if native:
        keys = native.hash_words(*ngrams.lay_out(texts), salt, BUCKET_BITS)
        return _counted(native, keys)

    codes = ngrams.encode_texts(texts)
    words = ngrams.word_ngrams(codes, 1, 2)
    inner = ngrams.inner_ngrams(codes, 2, 3)
    return _view(ngrams.join(words, inner), salt)


def _counted(native: Kernels, keys: NDArray[np.uint64]) -> NgramView:
    """Return the buckets of keys, counted by text; see ``_view``."""
    keys.sort()
    return NgramView(*native.count_keys(keys))


def _view(grams: ngrams.Ngrams, salt: int) -> NgramView:
    """Return the buckets of n-grams, counted by text."""
    buckets = _buckets(grams.hashes, salt)
    texts = grams.texts.astype(np.int64)

    # Text and bucket in one number: unique sorts and counts both at once.
    keys = (texts << 32) | buckets
    unique_keys, counts = np.unique(keys, return_counts=True)

    rows = unique_keys >> 32
    row_buckets = unique_keys & 0xFFFFFFFF
    weights = 1 + np.log(counts)
    return NgramView(
        rows=rows.astype(np.int32),
        buckets=row_buckets.astype(np.int32),
        weights=weights.astype(np.float32),
    )


def _buckets(hashes: ngrams.Hashes, salt: int) -> NDArray[np.int64]:
    """Return the highest ``BUCKET_BITS`` bits of salted hashes."""
    salted = hashes ^ np.uint64(salt)
    mixed = ngrams.mix(salted)
    shift = np.uint64(64 - BUCKET_BITS)
    buckets = mixed >> shift
    return buckets.astype(np.int64)
