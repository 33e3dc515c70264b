"""Photos of requests: read on threads of their own, within the deadline, and cached.

A photo is read when it is decoded and encoded. Text changes with every key and photos seldom, so
the vectors of recent photos are kept by the hash of their content.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from typing import TypeAlias

import numpy as np

from common.arrays import Floats
from common.encoders import Encoder, Encodings
from common.encoders.photo import mean_by_listing
from common.errors import InputError, PhotoError
from common.listing import Listing, Photo
from common.photos import checking
from common.photos.checking import CheckedPhotos
from serving import metrics
from serving.grouped_threads import GroupedThreads
from serving.remote import wait_until

PhotoVectors: TypeAlias = Mapping[str, Floats]
"""The vectors ``[dims]`` of one photo by the id of the encoder."""

PhotoResult: TypeAlias = PhotoVectors | PhotoError
"""What was read of a photo, or why it cannot be used."""

CacheKey: TypeAlias = tuple[bytes, frozenset[str]]
"""The hash of a photo's content, and the ids of the encoders."""

NOT_READ_IN_TIME = PhotoError("there was no time to decode the photo")


class PhotoReader:
    """Reads photos on threads; the event loop decodes nothing, and models wait for no photo."""

    def __init__(self, n_threads: int, cache_size: int) -> None:
        """Read on ``n_threads``; the vectors of ``cache_size`` photos are cached."""
        self._threads = GroupedThreads(self._read, "photos", n_threads)
        self._cache = _VectorCache(cache_size)

    async def read(
        self, photos: Sequence[Photo], encoders: Mapping[str, Encoder], deadline: float
    ) -> list[PhotoResult]:
        """Read photos until ``deadline``, a time of the loop's clock.

        They are encoded with those of ``encoders``, of a release, that read photos. Photos that are
        late are ``NOT_READ_IN_TIME``. The vectors of an encoder that fails are left out: whoever
        needs them meets the error.
        """
        if not photos:
            return []
        of_photos = _photo_encoders(encoders)
        futures = {
            number: self._threads.submit((photo, of_photos))
            for number, photo in enumerate(photos)
        }
        done = await wait_until(deadline, futures)

        # A sentence for each late photo, not an error: text and other photos are still of use.
        results: list[PhotoResult] = [NOT_READ_IN_TIME] * len(photos)
        for number, future in done.items():
            results[number] = future.result()
        return results

    def close(self) -> None:
        """Drop the photos that wait; do not wait for those that are being read."""
        self._threads.close()

    def _read(self, item: tuple[Photo, Mapping[str, Encoder]]) -> PhotoResult:
        photo, encoders = item
        # Releases with the same encoders share what was read.
        key = (blake2b(photo.data, digest_size=16).digest(), frozenset(encoders))
        known = self._cache.get(key)
        if known is not None:
            metrics.PHOTOS.labels("cached").inc()
            return known

        metrics.PHOTOS.labels("computed").inc()
        shrunk = checking.decode_and_shrink(photo)
        if isinstance(shrunk, PhotoError):
            return shrunk
        vectors = _encode(encoders, Listing(photos=(shrunk,)))
        if len(vectors) == len(encoders):
            self._cache.add(key, vectors)
        return vectors


def is_read(result: PhotoResult, encoders: Mapping[str, Encoder]) -> bool:
    """Whether a photo has vectors of all those of ``encoders`` that read photos, or an error."""
    if isinstance(result, PhotoError):
        return True
    return result.keys() >= _photo_encoders(encoders).keys()


def _photo_encoders(encoders: Mapping[str, Encoder]) -> dict[str, Encoder]:
    return {
        encoder_id: encoder
        for encoder_id, encoder in encoders.items()
        if encoder.modality == "photo"
    }


def _encode(encoders: Mapping[str, Encoder], listing: Listing) -> PhotoVectors:
    vectors = {}
    for encoder_id, encoder in encoders.items():
        # Of one that fails the models ask again, and report its error as theirs.
        with suppress(Exception):
            [vectors[encoder_id]] = encoder.encode([listing])
    return vectors


class _VectorCache:
    """The vectors of the photos that were asked for last; safe to use from several threads."""

    def __init__(self, max_photos: int) -> None:
        self._max_photos = max_photos
        self._vectors: OrderedDict[CacheKey, PhotoVectors] = OrderedDict()
        self._lock = Lock()

    def get(self, key: CacheKey) -> PhotoVectors | None:
        """Return the vectors of a photo, if they are known."""
        with self._lock:
            vectors = self._vectors.get(key)
            if vectors is not None:
                self._vectors.move_to_end(key)
            return vectors

    def add(self, key: CacheKey, vectors: PhotoVectors) -> None:
        """Cache the vectors of a photo, in place of those that were not asked for longest."""
        with self._lock:
            self._vectors[key] = vectors
            while len(self._vectors) > self._max_photos:
                self._vectors.popitem(last=False)


@dataclass(frozen=True, slots=True)
class ReadPhotos:
    """A batch of listings with what was read of their photos.

    Attributes:
        listings: the listings with the photos that can be used.
        encodings: vectors ``[listings, dims]`` by the id of the encoder, as it would encode them.
        problems: a sentence for each photo that cannot be used.
    """

    listings: list[Listing]
    encodings: Encodings
    problems: tuple[str, ...]


def gather(
    listings: Sequence[Listing], results: Sequence[Sequence[PhotoResult]]
) -> ReadPhotos:
    """Return listings with the results of their photos.

    For a listing without text raises ``InputError`` when none of its photos can be used, and
    ``TimeoutError`` when none was read in time; of several listings, with its number.
    """
    usable: list[Listing] = []
    problems: list[str] = []
    rows: list[int] = []
    vectors: list[PhotoVectors] = []
    pairs = zip(listings, results, strict=True)
    for number, (listing, of_listing) in enumerate(pairs, 1):
        where = f"listing {number}: " if len(listings) > 1 else ""
        checked = _keep_usable(listing, of_listing, where)
        usable.append(checked.listing)
        problems += [where + problem for problem in checked.problems]

        read = [result for result in of_listing if not isinstance(result, PhotoError)]
        rows += [number - 1] * len(read)
        vectors += read
    encodings = _mean_vectors(rows, vectors, len(listings))
    return ReadPhotos(usable, encodings, tuple(problems))


def _keep_usable(
    listing: Listing, results: Sequence[PhotoResult], where: str
) -> CheckedPhotos:
    # Without text there would be nothing left to answer from.
    has_text = bool(listing.title or listing.description)
    all_failed = all(isinstance(result, PhotoError) for result in results)

    # The photos may be good: the client is told to wait longer, not to send others.
    if NOT_READ_IN_TIME in results and all_failed and not has_text:
        raise TimeoutError(f"{where}{NOT_READ_IN_TIME}")
    try:
        return checking.keep_usable(listing, results)
    except InputError as error:
        raise InputError(f"{where}{error}") from None


def _mean_vectors(
    rows: Sequence[int], photos: Sequence[PhotoVectors], n_listings: int
) -> dict[str, Floats]:
    """Return the mean vectors of listings by each encoder that has read all photos.

    ``rows`` are the listings of ``photos``.
    """
    if not photos:
        return {}
    read_all = set.intersection(*(set(vectors) for vectors in photos))
    return {
        encoder_id: mean_by_listing(
            rows, np.stack([vectors[encoder_id] for vectors in photos]), n_listings
        )
        for encoder_id in read_all
    }
