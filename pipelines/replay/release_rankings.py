"""How a release ranks the categories of listings that were kept with their text and photos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from common.errors import PhotoError
from common.events import DRAWN_FIELD
from common.kept_listing import KeptListing
from common.listing import Listing, Photo
from common.photos.checking import decode_and_shrink
from ingest.outcomes.photos import StoredPhotos
from models.suggester import Suggester

BATCH_ROWS = 32
"""Listings whose photos are in memory at once."""


def rank_kept_listings(
    suggester: Suggester, listings: Iterable[KeptListing], photos: StoredPhotos
) -> Mapping[str, Sequence[str]]:
    """Return the categories that a release suggests, by request and the best first.

    The model sees a listing as it was put up for sale, without its category. Where it abstains its
    candidates count all the same, since the page shows them. A listing without text has no ranking
    where no photo can be used.
    """
    rankings = {}
    for batch in _batches(listings, photos):
        suggestions = suggester.predict(batch, [DRAWN_FIELD])[DRAWN_FIELD]
        for listing, suggestion in zip(batch, suggestions, strict=True):
            candidates = suggestion.candidates[DRAWN_FIELD]
            rankings[listing.listing_id] = [each.value for each in candidates]
    return rankings


def _batches(
    listings: Iterable[KeptListing], photos: StoredPhotos
) -> Iterator[list[Listing]]:
    found = (_to_listing(each, photos) for each in listings)
    usable = (each for each in found if each.can_show("text") or each.photos)
    while batch := list(islice(usable, BATCH_ROWS)):
        yield batch


def _to_listing(kept: KeptListing, photos: StoredPhotos) -> Listing:
    """Return what the model sees, with the id of the request."""
    fields: dict[str, Any] = {**kept.fields}
    listing = Listing(
        **fields,
        photos=tuple(_usable_photos(kept.photos, photos)),
        listing_id=kept.request,
        seller_id=kept.seller or None,
    )
    return listing.without(DRAWN_FIELD)


def _usable_photos(paths: Sequence[str], photos: StoredPhotos) -> Iterator[Photo]:
    for path in paths:
        with suppress(PhotoError):
            result = decode_and_shrink(photos.photo(path))
            if isinstance(result, Photo):
                yield result
