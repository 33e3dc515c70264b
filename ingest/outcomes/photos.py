"""Photos of kept listings, read from where the gateway put them."""

from __future__ import annotations

from collections.abc import Sequence

from common.errors import PhotoError
from common.listing import Photo
from common.store.storage import Storage


class StoredPhotos:
    """Photos below a folder or an address, each read when it is asked for."""

    def __init__(self, storage: Storage) -> None:
        """Read from ``storage``, which is that of ``LISTREC_KEEP_LISTINGS``."""
        self._storage = storage

    def photo(self, path: str) -> Photo:
        """Return the photo at a path; raises ``PhotoError`` where there is none."""
        data = self._storage.read_bytes(path)
        if data is None:
            raise PhotoError("there is no such file")
        return Photo(data)

    def join(self, photos: Sequence[Photo]) -> tuple[Photo, ...]:
        """Return the photos of a listing as they are: the gateway named them one by one."""
        return tuple(photos)
