"""Photos of requests, tried on threads: the event loop decodes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from common.errors import InputError, PhotoError
from common.listing import Listing, Photo
from common.photos import usable
from common.photos.usable import CheckedPhotos
from serving.backends import wait

NOT_DECODED_IN_TIME = PhotoError("there was no time to decode the photo")


async def look(listing: Listing, threads: Executor, deadline: float) -> CheckedPhotos:
    """Try a listing's photos until ``deadline``, a time of the loop's clock.

    Where there is nothing else to look at, it raises ``InputError`` when none can be used, and
    ``TimeoutError`` when none was tried in time.
    """
    (tried,) = await _try([listing], usable.decode_and_shrink, threads, deadline)
    return _conclude(listing, tried)


async def look_at_all(
    listings: Sequence[Listing], threads: Executor, deadline: float
) -> tuple[list[Listing], list[str]]:
    """Return the listings with their usable photos, and a sentence for each other photo.

    Raises as ``look`` does, naming the listing.
    """
    kept, problems = [], []
    tried = await _try(listings, usable.check_decodable, threads, deadline)
    for number, (listing, photos) in enumerate(zip(listings, tried, strict=True), 1):
        where = f"listing {number}: " if len(listings) > 1 else ""
        try:
            found = _conclude(listing, photos)
        except InputError as error:
            raise InputError(f"{where}{error}") from None
        kept.append(found.listing)
        problems += [where + problem for problem in found.problems]
    return kept, problems


def _conclude(listing: Listing, tried: Sequence[Photo | PhotoError]) -> CheckedPhotos:
    nothing = all(isinstance(found, PhotoError) for found in tried)
    if NOT_DECODED_IN_TIME in tried and nothing and not (listing.title or listing.description):
        raise TimeoutError(str(NOT_DECODED_IN_TIME))
    return usable.partition(listing, tried)


async def _try(
    listings: Sequence[Listing],
    attempt: Callable[[Photo], Photo | PhotoError],
    threads: Executor,
    deadline: float,
) -> list[list[Photo | PhotoError]]:
    """What became of each listing's photos; those that are not tried in time are late."""
    loop = asyncio.get_running_loop()
    work = {
        (row, number): loop.run_in_executor(threads, attempt, photo)
        for row, listing in enumerate(listings)
        for number, photo in enumerate(listing.photos)
    }
    done = await wait(work, deadline) if work else {}
    return [
        [
            done[row, number].result() if (row, number) in done else NOT_DECODED_IN_TIME
            for number in range(len(listing.photos))
        ]
        for row, listing in enumerate(listings)
    ]
