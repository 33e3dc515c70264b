"""The split rule: rows of one group always fall into one split, whatever the order of the file.

A group is a seller where the row names one, else everything with the same words in its title, so
that a listing and its near-copy are never on both sides. A hash of seed and group draws the split.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata

from common.errors import InputError
from common.listing import Listing
from common.snapshot import SPLITS

RULE = "blake2b(seed, group key) / 2^64 against the cumulated fractions"
"""How a split is drawn, for the manifest."""

GROUP_KEY = (
    "seller_id, else words of the title, else of the description, else photo, else listing_id"
)
"""What holds rows together, for the manifest."""

ROW_KEY = "listing_id"
"""What the manifest says where nothing is held together."""

_WORD = re.compile(r"[^\W_]+")


class Splitter:
    """Draws the split of a listing; the same seed and group always give the same one."""

    def __init__(
        self, fractions: tuple[float, float, float], seed: int, by_row: bool = False
    ) -> None:
        """Take the shares of train, validation and test; ``by_row`` makes a group of each row."""
        self._group = row_key if by_row else group_key
        self._train = fractions[0]
        self._validation = fractions[0] + fractions[1] if fractions[2] else math.inf
        self._key = str(seed).encode()[:64]

    def split(self, listing: Listing) -> str:
        """Return one of ``SPLITS``."""
        key = self._group(listing).encode(errors="replace")
        digest = hashlib.blake2b(key, digest_size=8, key=self._key).digest()
        drawn = int.from_bytes(digest, "big") / 2**64
        if drawn < self._train:
            return SPLITS[0]
        return SPLITS[1] if drawn < self._validation else SPLITS[2]


def group_key(listing: Listing) -> str:
    """What ties a listing to others that must be in the same split."""
    if listing.seller_id:
        return f"seller {listing.seller_id}"
    for text in (listing.title, listing.description):
        words = _words(text)
        if words:
            return f"text {words}"
    if listing.photos:
        return f"photo {listing.photos[0].path.rpartition('/')[2]}"
    return row_key(listing)


def row_key(listing: Listing) -> str:
    """What ties a listing to no other."""
    return f"row {listing.listing_id}"


def parse_fractions(text: str) -> tuple[float, float, float]:
    """Read ``0.8,0.1,0.1``; raises ``InputError`` unless they are three shares of 1."""
    try:
        train, validation, test = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"--split takes three numbers such as 0.8,0.1,0.1, not {text!r}") from None
    if not all(0 <= part <= 1 for part in (train, validation, test)) or not train:
        raise InputError(f"--split takes shares from 0 to 1, the first above 0, not {text!r}")
    if abs(train + validation + test - 1) > 1e-6:
        raise InputError(f"the three numbers of --split must sum to 1, and {text!r} does not")
    return train, validation, test


def _words(text: str) -> str:
    folded = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return " ".join(sorted(set(_WORD.findall(folded))))
