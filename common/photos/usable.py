"""Photos of a listing before models are asked: which can be used, and why others cannot."""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from common.errors import InputError, PhotoError
from common.listing import Listing, Photo
from common.photos import decoding, reading
from common.photos.limits import LIMITS, MB
from common.photos.places import PhotoRoot

N_THREADS = 2
"""Photos of a table that are tried at once."""

TOO_MANY_PHOTOS = f"only the first {LIMITS.count} photos are taken"
"""What is said of a listing with more."""


@dataclass(frozen=True, slots=True)
class CheckedPhotos:
    """A listing with its usable photos, and a sentence for each other one.

    ``listing`` has them as they came. In ``reduced`` they are as every encoder sees them, so that
    several encoders decode them once between them.
    """

    listing: Listing
    reduced: Listing
    problems: tuple[str, ...] = ()


def check_photos(listing: Listing) -> CheckedPhotos:
    """Try every photo of a listing; raises ``InputError`` when there is nothing to look at."""
    check_amount(listing.photos)
    return partition(listing, [decode_and_shrink(photo) for photo in listing.photos])


def check_amount(photos: Sequence[Photo]) -> None:
    """Raise ``InputError`` for more photos than a listing may have, or more bytes."""
    if len(photos) > LIMITS.count:
        raise InputError(f"a listing may have at most {LIMITS.count} photos, not {len(photos)}")
    size = sum(len(photo.data) for photo in photos)
    if size > LIMITS.request_bytes:
        raise InputError(
            f"the photos of a listing may have {LIMITS.request_bytes // MB} MB together, and these"
            f" have {size / MB:,.0f}: send them smaller"
        )


def decode_and_shrink(photo: Photo) -> Photo | PhotoError:
    """Return the photo as every encoder sees it, or why it cannot be used.

    It is not compressed: decoding it again takes no time and gives the same pixels.
    """
    try:
        image = decoding.decode(reading.read_bytes(photo))
    except PhotoError as error:
        return error
    file = io.BytesIO()
    image.save(file, "BMP")
    return Photo(file.getvalue())


def check_decodable(photo: Photo) -> Photo | PhotoError:
    """Return the photo itself, or why it cannot be used: where many would be too many reduced."""
    try:
        decoding.decode(reading.read_bytes(photo))
    except PhotoError as error:
        return error
    return photo


def check_photos_of_rows(
    listings: Sequence[Listing], place: PhotoRoot | None
) -> tuple[list[Listing], list[list[str]]]:
    """A table's listings with the usable photos their paths lead to, and what is said of others.

    Without a place for them no photo is looked at.
    """
    if place is None or not any(listing.photos for listing in listings):
        return [listing.showing("text") for listing in listings], [[] for _ in listings]
    with ThreadPoolExecutor(N_THREADS, "photos") as threads:
        found = list(threads.map(lambda listing: _of_row(listing, place), listings))
    return [listing for listing, _ in found], [problems for _, problems in found]


def _of_row(listing: Listing, place: PhotoRoot) -> tuple[Listing, list[str]]:
    kept, problems = [], []
    for named in listing.photos[: LIMITS.count]:
        try:
            found = check_decodable(place.photo(named.path) if named.path else named)
        except PhotoError as error:
            found = error
        if isinstance(found, PhotoError):
            problems.append(f"photo {named.path}: {found}")
        else:
            kept.append(found)
    if len(listing.photos) > LIMITS.count:
        problems.append(TOO_MANY_PHOTOS)
    return replace(listing, photos=tuple(kept)), problems


def partition(listing: Listing, tried: Sequence[Photo | PhotoError]) -> CheckedPhotos:
    """Sort a listing's photos by what ``decode_and_shrink`` said of each.

    Raises ``InputError`` when there were photos, none can be used, and there is no text either.
    """
    kept, reduced, problems = [], [], []
    for number, (photo, found) in enumerate(zip(listing.photos, tried, strict=True), 1):
        if isinstance(found, PhotoError):
            problems.append(f"photo {number}: {found}")
        else:
            kept.append(photo)
            reduced.append(found)
    if problems and not (kept or listing.title or listing.description):
        raise InputError(
            f"the listing has no title, no description and no photo that can be used:"
            f" {'; '.join(problems)}"
        )
    return CheckedPhotos(
        replace(listing, photos=tuple(kept)),
        replace(listing, photos=tuple(reduced)),
        tuple(problems),
    )
