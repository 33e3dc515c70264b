"""Checks the photos of listings before models are asked: which can be used, why others cannot."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from common.errors import InputError, PhotoError
from common.listing import Listing, Photo
from common.photos import decoding
from common.photos.limits import LIMITS, MB
from common.photos.photo_root import PhotoRoot

N_THREADS = 2
"""Threads that check the photos of a table."""

TOO_MANY_PHOTOS = f"only the first {LIMITS.max_photos} photos are taken"
"""The problem of a row with more photos."""


@dataclass(frozen=True, slots=True)
class CheckedPhotos:
    """A listing with its usable photos.

    Attributes:
        listing: the listing with the photos that can be used.
        problems: a sentence for each photo that cannot be used.
    """

    listing: Listing
    problems: tuple[str, ...] = ()


def check_photos(listing: Listing) -> CheckedPhotos:
    """Return a listing with the ``pixels`` of its usable photos: encoders decode none again.

    Raises ``InputError`` for too many photos or bytes, and for a listing whose photos are all
    unusable and which has no text.
    """
    check_amount(listing.photos)
    results = [decode_and_shrink(photo) for photo in listing.photos]
    checked = keep_usable(listing, results)
    shrunk = tuple(result for result in results if isinstance(result, Photo))
    return replace(checked, listing=replace(listing, photos=shrunk))


def check_amount(photos: Sequence[Photo]) -> None:
    """Raise ``InputError`` for more photos than a listing may have, or more bytes."""
    if len(photos) > LIMITS.max_photos:
        raise InputError(
            f"a listing may have at most {LIMITS.max_photos} photos, not {len(photos)}"
        )

    size = sum(len(photo.data) for photo in photos)
    if size > LIMITS.max_request_bytes:
        raise InputError(
            f"the photos of a listing may have {LIMITS.max_request_bytes // MB} MB together, and"
            f" these have {size / MB:,.0f}: send them smaller"
        )


def decode_and_shrink(photo: Photo) -> Photo | PhotoError:
    """Return the photo's pixels as every encoder sees them, or why it cannot be used."""
    try:
        image = decoding.load_image(photo)
    except PhotoError as error:
        return error
    return Photo(pixels=np.asarray(image))


def check_decodable(photo: Photo) -> Photo | PhotoError:
    """Return the photo as it is, or why it cannot be used.

    Unlike ``decode_and_shrink`` it keeps no pixels: those of a whole table would fill the memory.
    """
    try:
        decoding.load_image(photo)
    except PhotoError as error:
        return error
    return photo


def check_photos_of_rows(
    listings: Sequence[Listing], root: PhotoRoot | None
) -> tuple[list[Listing], list[list[str]]]:
    """Return a table's listings with the usable photos at their paths, and each row's problems.

    Without a root the listings keep no photo.
    """
    has_photos = any(listing.photos for listing in listings)
    if root is None or not has_photos:
        without_photos = [listing.showing("text") for listing in listings]
        return without_photos, [[] for _ in listings]

    checked: list[Listing] = []
    problems: list[list[str]] = []
    with ThreadPoolExecutor(N_THREADS, "photos") as threads:
        results = threads.map(lambda listing: _check_row(listing, root), listings)
        for listing, problems_of_row in results:
            checked.append(listing)
            problems.append(problems_of_row)
    return checked, problems


def _check_row(listing: Listing, root: PhotoRoot) -> tuple[Listing, list[str]]:
    usable: list[Photo] = []
    problems: list[str] = []

    photos = root.join(listing.photos)
    for photo in photos[: LIMITS.max_photos]:
        result = _check_below(root, photo)
        if isinstance(result, PhotoError):
            problems.append(f"photo {photo.path}: {result}")
        else:
            usable.append(result)

    if len(photos) > LIMITS.max_photos:
        problems.append(TOO_MANY_PHOTOS)
    return replace(listing, photos=tuple(usable)), problems


def _check_below(root: PhotoRoot, photo: Photo) -> Photo | PhotoError:
    """Check a photo whose path is relative to the root."""
    try:
        return check_decodable(root.photo(photo.path) if photo.path else photo)
    except PhotoError as error:
        return error


def keep_usable(listing: Listing, results: Sequence[object]) -> CheckedPhotos:
    """Return a listing without the photos whose result is a ``PhotoError``.

    Raises ``InputError`` when there were photos, none can be used, and there is no text either.
    """
    usable: list[Photo] = []
    problems: list[str] = []
    pairs = zip(listing.photos, results, strict=True)
    for number, (photo, result) in enumerate(pairs, 1):
        if isinstance(result, PhotoError):
            problems.append(f"photo {number}: {result}")
        else:
            usable.append(photo)

    with_usable = replace(listing, photos=tuple(usable))
    _check_not_empty(with_usable, problems)
    return CheckedPhotos(with_usable, tuple(problems))


def _check_not_empty(listing: Listing, problems: Sequence[str]) -> None:
    has_text = listing.title or listing.description
    if problems and not (listing.photos or has_text):
        raise InputError(
            f"the listing has no title, no description and no photo that can be used:"
            f" {'; '.join(problems)}"
        )
