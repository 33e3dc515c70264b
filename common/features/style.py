"""How a listing is written, as a few numbers: how much is said, and how many digits are in it.

Trees read them beside what the words say: a careful description is a sign of a dearer thing.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
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
"""What each column holds: ``log1p`` of counts, the condition from 0, new, to 4, poor, and of a
confirmed price ``log1p``, the digit before the point and what is behind it."""

LATE_COLUMNS = slice(COLUMNS.index("price"), None)
"""Columns of what is confirmed late."""

NOT_STATED = -1.0
"""The condition and the price of a listing that does not say them."""

MAX_PRICE = 1e12
"""Of a higher price nobody knows the digits."""

_FIRST_SIGN = 0x2000
_PLACES = {condition: float(place) for place, condition in enumerate(CONDITIONS)}


def style_features(listings: Sequence[Listing], fields: Collection[str] = ()) -> Floats:
    """Return ``[len(listings), len(COLUMNS)]``; a price is read if it is among ``fields``."""
    texts = [words for each in listings for words in (each.title, each.description)]
    counts = _count(texts).reshape(len(listings), 2 * len(_KINDS))
    rest = [
        (
            np.log1p(len(listing.photos)),
            _PLACES.get(listing.condition or "", NOT_STATED),
            *_digits(listing.price if "price" in fields else None),
        )
        for listing in listings
    ]
    last = np.array(rest, dtype=np.float32).reshape(-1, 5)
    return np.concatenate([counts, last], axis=1, dtype=np.float32)


def _digits(price: float | None) -> tuple[float, float, float]:
    """How much, and how it is written: who ends prices in 4 or .99 often has other habits too."""
    if price is None or not 0 <= price <= MAX_PRICE:
        return NOT_STATED, NOT_STATED, NOT_STATED
    hundredths = round(100 * price)
    return math.log1p(price), float(hundredths // 100 % 10), float(hundredths % 100)


def _count(texts: Sequence[str]) -> Floats:
    """Count what is in each text as it is normalised, ``[texts, kinds]``, all texts at once.

    Case, widths, blanks, punctuation and emoji are thus no part of how a listing is written.
    """
    normalised = [f"{normalise.normalise(each)} " for each in texts]
    joined = "".join(normalised).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(joined, dtype=np.uint32)
    ends = np.cumsum([0, *map(len, normalised)])
    signs = (codes >= _FIRST_SIGN) & ~_between(codes, "\u3005", "\u9fff")
    letters = (codes > ord(" ")) & ~signs
    last = letters & ~np.append(letters[1:], False)
    kinds = (letters, last, _between(codes, "0", "9"))
    sums = [np.concatenate([[0], np.cumsum(kind)]) for kind in kinds]
    counts = np.stack([each[ends[1:]] - each[ends[:-1]] for each in sums], axis=1)
    logs: Floats = np.log1p(counts).astype(np.float32)
    return logs


def _between(codes: NDArray[np.uint32], first: str, last: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (codes >= ord(first)) & (codes <= ord(last))
    return found
