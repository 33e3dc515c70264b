"""Writes the photos of kept listings to their store, on a thread of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace

from common.errors import ListrecError, PhotoError, UnavailableError
from common.kept_listing import KeptListing, photo_path
from common.photos.plain_jpeg import to_plain_jpeg
from common.store.storage import Storage
from serving.gateway import metrics
from serving.logs import log

LOG = logging.getLogger(__name__)

MAX_WAITING = 16
"""Listings whose photos wait for the store at the same time: they are in memory as a whole."""

MAX_SECONDS = 10.0
"""Time for the photos of a listing to be written, for which the seller waits."""


class KeptPhotos:
    """Writes photos below a URL or path, one listing after the other."""

    def __init__(self, storage: Storage) -> None:
        """Write to ``storage``; a folder is made that others may not read."""
        self._storage = storage
        self._waiting = 0
        self._thread = ThreadPoolExecutor(1, "kept-photos")
        folder = storage.local_path("")
        if folder is not None:
            # Where it cannot be made, the first photo says so.
            with suppress(OSError):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def add_to(
        self, listing: KeptListing, photos: Sequence[bytes]
    ) -> KeptListing | None:
        """Return a listing with its photos once they are stored, but for those that are no photos.

        ``None`` where the store does not take them in time: the listing is lost, which is counted.
        """
        try:
            paths = await self._write(photos, listing.seller or listing.request)
        except ListrecError as error:
            log(LOG, logging.ERROR, "listing not kept", reason=str(error))
            metrics.LISTINGS.labels("lost").inc()
            return None
        return replace(listing, photos=paths)

    def close(self) -> None:
        """Finish the listing that is being written, and no other."""
        self._thread.shutdown(cancel_futures=True)

    async def _write(self, photos: Sequence[bytes], key: str) -> tuple[str, ...]:
        if not photos:
            return ()
        loop = asyncio.get_running_loop()
        with self._place():
            work = loop.run_in_executor(self._thread, self._write_now, photos, key)
            try:
                async with asyncio.timeout(MAX_SECONDS):
                    return await work
            except TimeoutError:
                raise UnavailableError(
                    f"the photos were not stored within {MAX_SECONDS:g} seconds"
                ) from None

    def _write_now(self, photos: Sequence[bytes], key: str) -> tuple[str, ...]:
        paths = []
        for data in photos:
            with suppress(PhotoError):
                jpeg = to_plain_jpeg(data)
                path = photo_path(key, jpeg)
                self._storage.write_bytes(path, jpeg)
                paths.append(path)
        return tuple(paths)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._waiting >= MAX_WAITING:
            raise UnavailableError("too many listings wait for the store of photos")
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1
