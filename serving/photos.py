"""Photos of requests, decoded on threads within the deadline: the event loop decodes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TypeAlias

from common.errors import InputError, PhotoError
from common.listing import Listing, Photo
from common.photos import checking
from common.photos.checking import CheckedPhotos
from serving.remote import wait_until

Check: TypeAlias = Callable[[Photo], "Photo | PhotoError"]

NOT_DECODED_IN_TIME = PhotoError("there was no time to decode the photo")


async def check_photos(
    listing: Listing, threads: Executor, deadline: float
) -> CheckedPhotos:
    """Decode and shrink a listing's photos until ``deadline``, a time of the loop's clock.

    For a listing without text, raises ``InputError`` when no photo can be used, and
    ``TimeoutError`` when none was decoded in time.
    """
    return partition(listing, await decode(listing, threads, deadline))


async def decode(
    listing: Listing, threads: Executor, deadline: float
) -> list[Photo | PhotoError]:
    """Decode and shrink a listing's photos; return each, or why it cannot be used."""
    (results,) = await _check_each(
        [listing], checking.decode_and_shrink, threads, deadline
    )
    return results


async def check_photos_of_batch(
    listings: Sequence[Listing], threads: Executor, deadline: float
) -> tuple[list[Listing], list[str]]:
    """Return the listings with their usable photos, and a sentence for each other photo.

    Raises what ``check_photos`` raises, with the number of the listing.
    """
    checked, problems = [], []
    results = await _check_each(listings, checking.check_decodable, threads, deadline)

    for number, (listing, photos) in enumerate(zip(listings, results, strict=True), 1):
        where = f"listing {number}: " if len(listings) > 1 else ""
        try:
            checked_photos = partition(listing, photos)
        except InputError as error:
            raise InputError(f"{where}{error}") from None
        checked.append(checked_photos.listing)
        problems += [where + problem for problem in checked_photos.problems]

    return checked, problems


async def _check_each(
    listings: Sequence[Listing], check: Check, threads: Executor, deadline: float
) -> list[list[Photo | PhotoError]]:
    """Check the photos of each listing; those not checked in time are NOT_DECODED_IN_TIME."""
    loop = asyncio.get_running_loop()
    futures = {
        (row, index): loop.run_in_executor(threads, check, photo)
        for row, listing in enumerate(listings)
        for index, photo in enumerate(listing.photos)
    }
    done = await wait_until(deadline, futures) if futures else {}

    # A sentence for each late photo, not an error: text and other photos are still of use.
    results: list[list[Photo | PhotoError]] = [
        [NOT_DECODED_IN_TIME] * len(listing.photos) for listing in listings
    ]
    for (row, index), future in done.items():
        results[row][index] = future.result()
    return results


def partition(listing: Listing, results: Sequence[Photo | PhotoError]) -> CheckedPhotos:
    """Separate usable photos from others; raises what ``check_photos`` raises."""
    # Without text there would be nothing left to answer from.
    has_text = bool(listing.title or listing.description)
    all_failed = all(isinstance(result, PhotoError) for result in results)

    # The photos may be good: the client is told to wait longer, not to send others.
    if NOT_DECODED_IN_TIME in results and all_failed and not has_text:
        raise TimeoutError(str(NOT_DECODED_IN_TIME))
    return checking.partition(listing, results)
