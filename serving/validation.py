"""What a server takes: listings of a sensible size, with legal confirmed values.

The rules for values are those for the rows of a table, ``common.validation.values``: a model is
asked about the same words it was trained on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from common.errors import InputError
from common.listing import Listing
from common.photos.usable import check_amount
from common.validation import texts
from common.validation.values import FIELD_PARSERS


def check_batch(listings: Sequence[Listing], most: int) -> list[Listing]:
    """Return the listings tidied, or raise ``InputError`` saying which one is wrong and why."""
    if len(listings) > most:
        raise InputError(f"a request may hold at most {most:,} listings, not {len(listings):,}")
    found = []
    for number, listing in enumerate(listings, 1):
        try:
            found.append(check(listing))
        except InputError as error:
            if len(listings) == 1:
                raise
            raise InputError(f"listing {number} of {len(listings)}: {error}") from None
    return found


def check(listing: Listing) -> Listing:
    """Return the listing with its confirmed values tidied; raises ``InputError`` with a reason."""
    tidy: dict[str, object] = {
        "title": _text("title", listing.title, texts.MAX_TITLE_CHARACTERS),
        "description": _text("description", listing.description, texts.MAX_DESCRIPTION_CHARACTERS),
    }
    if len(listing.listing_id) > texts.MAX_LABEL_CHARACTERS:
        raise InputError(f"listing_id has more than {texts.MAX_LABEL_CHARACTERS} characters")
    check_amount(listing.photos)
    if listing.price is not None and not math.isfinite(listing.price):
        raise InputError("price is not a finite number")
    for name, parse in FIELD_PARSERS.items():
        value = getattr(listing, name)
        if value is None:
            continue
        try:
            tidy[name] = parse(value)
        except ValueError as error:
            raise InputError(f"{name} {error}") from None
    return replace(listing, **tidy)  # type: ignore[arg-type]


def _text(name: str, text: str, most: int) -> str:
    if len(text) > most:
        raise InputError(f"{name} has {len(text):,} characters, and {most:,} are the most")
    return texts.clean(text)
