"""Style of a listing as a few numbers: lengths, digits, photos, condition and price.

Boosted trees read them beside the words: a careful description is a sign of a higher price.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from common.arrays import Bools, Floats
from common.features import normalise
from common.listing import CONDITIONS, Listing

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
"""Maximum price with known digits: beyond it a float has none behind the point."""

_FIRST_SYMBOL = 0x2000
_CONDITION_RANKS = {condition: float(rank) for rank, condition in enumerate(CONDITIONS)}


def style_features(listings: Sequence[Listing], fields: Collection[str] = ()) -> Floats:
    """Return ``[len(listings), len(COLUMNS)]``; a price is read if it is among ``fields``."""
    texts = []
    for listing in listings:
        texts += [listing.title, listing.description]
    text_counts = _count(texts).reshape(len(listings), 2 * len(_KINDS))

    reads_price = "price" in fields
    other_columns = []
    for listing in listings:
        n_photos = np.log1p(len(listing.photos))
        condition = _CONDITION_RANKS.get(listing.condition or "", NOT_STATED)
        price = listing.price if reads_price else None
        other_columns.append((n_photos, condition, *_price_columns(price)))

    # Without rows the shape must still have the right number of columns.
    others = np.array(other_columns, dtype=np.float32).reshape(-1, 5)
    return np.concatenate([text_counts, others], axis=1, dtype=np.float32)


def _price_columns(price: float | None) -> tuple[float, float, float]:
    """Return amount, last digit and hundredths: endings such as .99 are a habit of sellers."""
    if price is None or not 0 <= price <= MAX_PRICE:
        return NOT_STATED, NOT_STATED, NOT_STATED
    hundredths = round(100 * price)
    last_digit = hundredths // 100 % 10
    return math.log1p(price), float(last_digit), float(hundredths % 100)


def _count(texts: Sequence[str]) -> Floats:
    """Return ``log1p`` of the counts of ``_KINDS``, ``[texts, kinds]``, of all texts at once.

    Texts are normalised: case, widths, blanks, punctuation and emoji are no part of the style.
    """
    normalised = [f"{normalise.normalise(text)} " for text in texts]
    joined = "".join(normalised).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(joined, dtype=np.uint32)

    is_symbol = (codes >= _FIRST_SYMBOL) & ~_is_between(codes, "\u3005", "\u9fff")
    is_letter = (codes > ord(" ")) & ~is_symbol
    is_last_letter = is_letter & ~np.append(is_letter[1:], False)
    is_digit = _is_between(codes, "0", "9")

    # Differences of prefix sums count within each text.
    text_ends = np.cumsum([0, *map(len, normalised)])
    counts = []
    for kind in (is_letter, is_last_letter, is_digit):
        sums = np.concatenate([[0], np.cumsum(kind)])
        counts.append(sums[text_ends[1:]] - sums[text_ends[:-1]])
    logs: Floats = np.log1p(np.stack(counts, axis=1)).astype(np.float32)
    return logs


def _is_between(codes: NDArray[np.uint32], first: str, last: str) -> Bools:
    inside: Bools = (codes >= ord(first)) & (codes <= ord(last))
    return inside
