"""Photos of recent requests, so that a client sends the bytes of a photo once and then its id.

They are in the memory of one worker only: another worker asks for them once more.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from serving.gateway import metrics
from serving.gateway.problems import Problem

MAX_BYTES = 64_000_000
"""Bytes of all photos of a worker; those that were used longest ago are dropped."""

MAX_PHOTO_BYTES = 1_000_000
"""Larger photos are used and not kept: a short request could otherwise name 10 of 20 MB."""

OVERHEAD_BYTES = 1_000
"""Counted for each photo beside its own bytes, so that the number of tiny ones is bounded too."""

MAX_SECONDS = 900.0
"""Time for which a photo is kept after the last request that has it."""


class PhotoCache:
    """Keeps photos by the client that sent them and the id that it gave them.

    It is used on the event loop alone.
    """

    def __init__(
        self, max_bytes: int = MAX_BYTES, max_seconds: float = MAX_SECONDS
    ) -> None:
        """Keep up to ``max_bytes``, each photo for ``max_seconds`` after its last use."""
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self._n_bytes = 0
        # With the time of the last use, of the loop's clock; the one used last is at the end.
        self._photos: OrderedDict[tuple[str, str], tuple[bytes, float]] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None

    def resolve(
        self, client: str, photo_ids: Sequence[str], sent: Mapping[str, bytes]
    ) -> tuple[bytes, ...]:
        """Return the photos of ``photo_ids``, which a client has sent now or before.

        Raises ``Problem`` 409 with the ids of those that are not here: the client sends them again.
        """
        named = [photo_id for photo_id in photo_ids if photo_id not in sent]
        kept = {
            photo_id: data
            for photo_id in named
            if (data := self._get(client, photo_id)) is not None
        }
        for photo_id, data in sent.items():
            self._add(client, photo_id, data)

        unknown = [photo_id for photo_id in named if photo_id not in kept]
        metrics.PHOTOS.labels("hit").inc(len(kept))
        metrics.PHOTOS.labels("miss").inc(len(unknown))
        if unknown:
            raise Problem(
                409,
                "photos are not known here any more: send those of unknown_photos again",
                members={"unknown_photos": unknown},
            )
        photos = {**kept, **sent}
        return tuple(photos[photo_id] for photo_id in photo_ids)

    def _get(self, client: str, photo_id: str) -> bytes | None:
        """Return a photo, which counts as its use."""
        data, _ = self._photos.get((client, photo_id), (None, 0.0))
        if data is not None:
            self._add(client, photo_id, data)
        return data

    def _add(self, client: str, photo_id: str, data: bytes) -> None:
        """Keep a photo as the one that was used last."""
        self._drop((client, photo_id))
        if len(data) <= MAX_PHOTO_BYTES:
            now = asyncio.get_running_loop().time()
            self._photos[client, photo_id] = data, now
            self._n_bytes += len(data) + OVERHEAD_BYTES
        while self._n_bytes > self._max_bytes:
            self._drop(next(iter(self._photos)))
        self._wait_for_oldest()

    def _drop(self, key: tuple[str, str]) -> None:
        if key in self._photos:
            data, _ = self._photos.pop(key)
            self._n_bytes -= len(data) + OVERHEAD_BYTES

    def _wait_for_oldest(self) -> None:
        """Have the photo that was used longest ago dropped when its time is over."""
        metrics.PHOTO_BYTES.set(self._n_bytes)
        if self._photos and self._timer is None:
            _, used_at = next(iter(self._photos.values()))
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(used_at + self._max_seconds, self._expire)

    def _expire(self) -> None:
        self._timer = None
        too_old = asyncio.get_running_loop().time() - self._max_seconds
        while self._photos:
            key, (_, used_at) = next(iter(self._photos.items()))
            if used_at > too_old:
                break
            self._drop(key)
        self._wait_for_oldest()
