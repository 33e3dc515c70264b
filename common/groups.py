"""Groups of rows that stay on one side of every split, and the choice of what makes a group.

Usually it is the seller, or else the words of the title. In the table of one shop all rows have one
seller: then the titles alone make the groups, and where these are all alike, what else differs.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from common.arrays import Ints, evenly_spaced
from common.listing import Listing

GROUP_KEY = (
    "seller_id, else words of the title, else of the description,"
    " else photo, else listing_id"
)
"""The usual key of a group, for the manifest."""

TITLE_KEY = "words of the title, else of the description, else photo, else listing_id"
"""The key in the manifest where too few sellers hold too many rows."""

TEXT_KEY = "words of title and description together, else photo, else listing_id"
"""The key in the manifest where too many rows have the same title besides."""

ROW_KEY = "listing_id"
"""The key in the manifest when rows are split one by one."""

MIN_EFFECTIVE_GROUPS = 10.0
"""With fewer groups, a split of a tenth of the rows would often be empty, or several times as
large."""

SAMPLE_ROWS = 20_000
"""Rows, at most, that a key is chosen by."""

_WORD = re.compile(r"[^\W_]+")


def group_key(listing: Listing) -> str:
    """Return the key that a listing shares with all others of its group."""
    if listing.seller_id:
        return f"seller {listing.seller_id}"
    return title_key(listing)


def title_key(listing: Listing) -> str:
    """Return a key that a listing shares with those of the same words, whoever sells them."""
    for text in (listing.title, listing.description):
        words = _words(text)
        if words:
            return f"text {words}"
    return _photo_key(listing)


def text_key(listing: Listing) -> str:
    """Return a key that a listing shares with those of the same words in title and description."""
    title, description = _words(listing.title), _words(listing.description)
    if title or description:
        return f"text {title} | {description}"
    return _photo_key(listing)


def row_key(listing: Listing) -> str:
    """Return a key that a listing shares with no other."""
    return f"row {listing.listing_id}"


KeyOf = Callable[[Listing], str]

KEYS: Mapping[str, KeyOf] = {
    GROUP_KEY: group_key,
    TITLE_KEY: title_key,
    TEXT_KEY: text_key,
    ROW_KEY: row_key,
}
"""The function of each key of a manifest, from the coarsest to the finest."""


def choose_group_key(listings: Sequence[Listing]) -> tuple[str, str]:
    """Return the coarsest key of ``KEYS`` that divides the listings well, and why, as a sentence.

    The sentence is empty for the usual key. A key divides well from ``MIN_EFFECTIVE_GROUPS`` on;
    where none does, the key of the most groups is chosen.
    """
    if not listings:
        return GROUP_KEY, ""

    best, most = GROUP_KEY, 0.0
    for key, key_of in KEYS.items():
        n_groups = effective_groups(map(key_of, listings))
        # Of equal numbers the first key counts, the coarsest one.
        if n_groups > most:
            best, most = key, n_groups
        if n_groups >= MIN_EFFECTIVE_GROUPS:
            break
    return best, _sentence(best, listings)


def group_numbers(listings: Sequence[Listing]) -> Ints:
    """Return the number of the group of each listing, by the key that divides them well.

    Numbers are ``[rows]``, from 0.
    """
    sample = [listings[index] for index in evenly_spaced(len(listings), SAMPLE_ROWS)]
    key, _ = choose_group_key(sample)
    keys = np.array([KEYS[key](listing) for listing in listings])
    numbers: Ints
    _, numbers = np.unique(keys, return_inverse=True)
    return numbers


def effective_groups(keys: Iterable[str]) -> float:
    """Return the number of groups of equal size that would be as uneven as these; 0 without rows.

    The inverse of Simpson's index: 1 over the sum of the squared shares (Simpson, Measurement of
    Diversity, 1949).
    """
    sizes = Counter(keys).values()
    total = sum(sizes)
    return total**2 / sum(size**2 for size in sizes) if total else 0.0


def _sentence(key: str, listings: Sequence[Listing]) -> str:
    """Return why rows are grouped by a key; nothing for the usual one."""
    n_rows = len(listings)
    n_sellers = len({listing.seller_id for listing in listings if listing.seller_id})
    _, n_largest = Counter(map(group_key, listings)).most_common(1)[0]
    sellers = f"the {n_sellers:,} sellers" if n_sellers > 1 else "one seller"
    reasons = {
        TITLE_KEY: f"{n_largest:,} of {n_rows:,} rows have one seller, too many to keep"
        f" the rows of {sellers} together: rows of the same title stay together instead",
        TEXT_KEY: f"too few titles differ in {n_rows:,} rows: rows of the same title and"
        " description stay together instead",
        ROW_KEY: f"the texts of too many of {n_rows:,} rows are the same: rows are split"
        " one by one, and copies of a listing may be in two splits, so that measured"
        " figures may be too good",
    }
    return reasons.get(key, "")


def _photo_key(listing: Listing) -> str:
    """Return the key of a listing without words."""
    if listing.photos:
        # In a snapshot the name of a photo is the hash of its bytes.
        name = listing.photos[0].path.rpartition("/")[2]
        return f"photo {name}"
    return row_key(listing)


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
