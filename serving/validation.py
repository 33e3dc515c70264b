"""Validation of requests: listings of a sensible size, with legal confirmed values.

The rules for values are those for the rows of a table (``common.validation.values``): a model sees
the same words as in training.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from common.errors import InputError
from common.listing import NUMBER_FIELDS, Listing
from common.photos.checking import check_amount
from common.validation import texts
from common.validation.values import FIELD_PARSERS


def check_batch(listings: Sequence[Listing], max_batch_size: int) -> list[Listing]:
    """Return the listings with normalised values.

    Raises ``InputError`` for more than ``max_batch_size`` listings, and for an illegal listing,
    with its number and the reason.
    """
    if len(listings) > max_batch_size:
        raise InputError(
            f"a request may hold at most {max_batch_size:,} listings, not {len(listings):,}"
        )

    checked = []
    for number, listing in enumerate(listings, 1):
        try:
            checked.append(check_listing(listing))
        except InputError as error:
            if len(listings) == 1:
                raise  # a number would only puzzle whoever sent one listing
            raise InputError(f"listing {number} of {len(listings)}: {error}") from None
    return checked


def check_listing(listing: Listing) -> Listing:
    """Return the listing with normalised values; raises ``InputError`` with a reason."""
    title = _clean("title", listing.title, texts.MAX_TITLE_CHARACTERS)
    description = _clean(
        "description",
        listing.description,
        texts.MAX_DESCRIPTION_CHARACTERS,
    )
    if len(listing.listing_id) > texts.MAX_LABEL_CHARACTERS:
        raise InputError(
            f"listing_id has more than {texts.MAX_LABEL_CHARACTERS} characters"
        )
    check_amount(listing.photos)

    # In a table nan is an empty cell, and its parser skips it; in a request it is an error.
    for name in NUMBER_FIELDS:
        number = getattr(listing, name)
        if number is not None and not math.isfinite(number):
            raise InputError(f"{name} is not a finite number")

    confirmed = _parse_confirmed(listing)
    return replace(
        listing,
        title=title,
        description=description,
        **confirmed,  # type: ignore[arg-type]
    )


def _parse_confirmed(listing: Listing) -> dict[str, object]:
    """Return the normalised values of the fields that the seller has confirmed."""
    confirmed: dict[str, object] = {}
    for name, parse in FIELD_PARSERS.items():
        value = getattr(listing, name)
        if value is None:
            continue
        try:
            confirmed[name] = parse(value)
        except ValueError as error:
            raise InputError(f"{name} {error}") from None
    return confirmed


def _clean(name: str, text: str, max_length: int) -> str:
    if len(text) > max_length:
        raise InputError(
            f"{name} has {len(text):,} characters, and {max_length:,} are the most"
        )
    return texts.clean(text)
