"""Style of a listing as a few numbers: lengths, digits, photos, condition and price.

Boosted trees read them beside the words: a careful description is a sign of a higher price.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from common.arrays import Bools, Floats
from common.features import normalise
from common.features.hashing import CACHE_ROWS
from common.listing import Listing
from common.validation.conditions import condition_rank

_KINDS = ("letters", "words", "digits")
COLUMNS = (
    *(f"{kind} of the title" for kind in _KINDS),
    *(f"{kind} of the description" for kind in _KINDS),
    "photos",
    "condition",
    "price",
    "last digit of the price",
    "hundredths of the price",
)
"""Contents of each column: ``log1p`` of counts, the condition from 0, new, to 4, poor, and of a
confirmed price ``log1p``, the digit before the point and the hundredths."""

LATE_COLUMNS = slice(COLUMNS.index("price"), None)
"""Columns of fields that are confirmed late."""

NOT_STATED = -1.0
"""The condition and the price columns of a listing without them."""

MAX_PRICE = 1e12
"""Maximum price with exact hundredths: above it a float has fewer digits."""

_FIRST_SYMBOL = 0x2000


def style_features(listings: Sequence[Listing], fields: Collection[str] = ()) -> Floats:
    """Return ``[len(listings), len(COLUMNS)]``.

    Condition and price are read if they are among ``fields``: a model that predicts one of them
    must not see it.
    """
    texts: list[str] = []
    rows: list[tuple[float, ...]] = []
    for listing in listings:
        texts += [listing.title, listing.description]
        rows.append(_other_columns(listing, fields))

    # Title and description of a listing are two rows of counts; side by side they are one.
    n_rows = len(listings)
    count = _count if n_rows > CACHE_ROWS else _cached_count
    text_counts = count(tuple(texts))
    text_columns = text_counts.reshape(n_rows, 2 * len(_KINDS))

    # Without rows the shape must still have the right number of columns.
    other_columns = np.array(rows, dtype=np.float32).reshape(-1, 5)
    columns = [text_columns, other_columns]
    return np.concatenate(columns, axis=1, dtype=np.float32)


def _other_columns(listing: Listing, fields: Collection[str]) -> tuple[float, ...]:
    """Return the columns that are not counted from texts: photos, condition, price."""
    rank = None
    if listing.condition and "condition" in fields:
        rank = condition_rank(listing.condition)
    if rank is None:
        rank = NOT_STATED

    n_photos = len(listing.photos)
    price = listing.price if "price" in fields else None
    return np.log1p(n_photos), rank, *_price_columns(price)


def _price_columns(price: float | None) -> tuple[float, float, float]:
    """Return amount, last digit and hundredths: endings such as .99 are a habit of sellers."""
    if price is None or not 0 <= price <= MAX_PRICE:
        return NOT_STATED, NOT_STATED, NOT_STATED

    total = round(100 * price)  # in hundredths
    units, hundredths = divmod(total, 100)
    last_digit = units % 10
    return math.log1p(price), float(last_digit), float(hundredths)


def _count(texts: tuple[str, ...]) -> Floats:
    """Return ``log1p`` of the counts of ``_KINDS``, ``[texts, kinds]``, of all texts at once.

    Texts are normalised: case, widths, blanks, punctuation and emoji are no part of the style.
    """
    normalised = [f"{normalise.normalise(text)} " for text in texts]
    joined = "".join(normalised)
    encoded = joined.encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(encoded, dtype=np.uint32)

    lengths = [len(text) for text in normalised]
    edges = np.cumsum([0, *lengths])
    counts = []
    for is_kind in _kinds(codes):
        counts.append(_count_between(is_kind, edges))

    columns = np.stack(counts, axis=1)
    logs = np.log1p(columns)
    return logs.astype(np.float32)


_cached_count = lru_cache(maxsize=16)(_count)


def _count_between(is_kind: Bools, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the counts between neighbouring edges, as differences of prefix sums."""
    sums = np.cumsum(is_kind)
    sums_before = np.concatenate([[0], sums])
    at_edges = sums_before[edges]
    counts: NDArray[np.int64] = at_edges[1:] - at_edges[:-1]
    return counts


def _kinds(codes: NDArray[np.uint32]) -> tuple[Bools, Bools, Bools]:
    """Return which code points are letters, last letters of a word, and digits."""
    # Above the first symbol only kanji and kana are letters.
    is_cjk = _is_between(codes, "\u3005", "\u9fff")
    is_high = codes >= _FIRST_SYMBOL
    is_symbol = is_high & ~is_cjk
    is_letter = (codes > ord(" ")) & ~is_symbol

    # Every text ends with a space, so that its last letter ends a word.
    next_is_letter = np.append(is_letter[1:], False)
    ends_word = is_letter & ~next_is_letter
    is_digit = _is_between(codes, "0", "9")
    return is_letter, ends_word, is_digit


def _is_between(codes: NDArray[np.uint32], first: str, last: str) -> Bools:
    is_above = codes >= ord(first)
    is_below = codes <= ord(last)
    is_between: Bools = is_above & is_below
    return is_between
