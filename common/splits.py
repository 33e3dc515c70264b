"""The split of a snapshot by a hash of seed and group: all rows of a group fall into one split.

The group of a row is its seller, or else all rows with the same words in their titles, so that a
listing and its near-copy are never in two splits. The order of the file has no influence.
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
"""The rule of the split, for the manifest."""

GROUP_KEY = (
    "seller_id, else words of the title, else of the description,"
    " else photo, else listing_id"
)
"""The key of a group, for the manifest."""

ROW_KEY = "listing_id"
"""The key in the manifest when rows are split one by one."""

_WORD = re.compile(r"[^\W_]+")


class Splitter:
    """Assigns listings to splits; the same seed and group always give the same split."""

    def __init__(
        self, fractions: tuple[float, float, float], seed: int, by_row: bool = False
    ) -> None:
        """Take the shares of train, validation and test; ``by_row`` makes a group of each row."""
        train, validation, test = fractions
        self._group_key = row_key if by_row else group_key
        self._train_end = train
        # Without a test share rounding must not leave a gap below 1.
        self._validation_end = train + validation if test else math.inf
        self._hash_key = str(seed).encode()[:64]

    def split(self, listing: Listing) -> str:
        """Return one of ``SPLITS``."""
        group = self._group_key(listing).encode(errors="replace")
        digest = hashlib.blake2b(group, digest_size=8, key=self._hash_key).digest()
        position = int.from_bytes(digest, "big") / 2**64  # uniform in [0, 1)

        train, validation, test = SPLITS
        if position < self._train_end:
            return train
        return validation if position < self._validation_end else test


def group_key(listing: Listing) -> str:
    """Return the key that a listing shares with all others of its group."""
    if listing.seller_id:
        return f"seller {listing.seller_id}"

    for text in (listing.title, listing.description):
        words = _words(text)
        if words:
            return f"text {words}"

    if listing.photos:
        # In a snapshot the name of a photo is the hash of its bytes.
        name = listing.photos[0].path.rpartition("/")[2]
        return f"photo {name}"
    return row_key(listing)


def row_key(listing: Listing) -> str:
    """Return a key that a listing shares with no other."""
    return f"row {listing.listing_id}"


def parse_fractions(text: str) -> tuple[float, float, float]:
    """Parse ``0.8,0.1,0.1``; raises ``InputError`` unless it holds three shares that sum to 1."""
    try:
        train, validation, test = (float(share) for share in text.split(","))
    except ValueError:
        raise InputError(
            f"--split takes three numbers such as 0.8,0.1,0.1, not {text!r}"
        ) from None

    are_shares = all(0 <= share <= 1 for share in (train, validation, test))
    if not are_shares or not train:
        raise InputError(
            f"--split takes shares from 0 to 1, the first above 0, not {text!r}"
        )
    # Decimal shares such as 0.7, 0.2 and 0.1 do not sum to 1 exactly.
    if abs(train + validation + test - 1) > 1e-6:
        raise InputError(
            f"the three numbers of --split must sum to 1, and {text!r} does not"
        )
    return train, validation, test


def _words(text: str) -> str:
    """Return the different words of a text, sorted; case and width of letters are ignored."""
    # The branch for ASCII gives the same result, several times faster.
    folded = (
        text.lower()
        if text.isascii()
        else unicodedata.normalize("NFKC", text).casefold()
    )
    words = set(_WORD.findall(folded))
    return " ".join(sorted(words))
