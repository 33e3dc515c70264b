"""Photos of a snapshot, in zip archives: each once, under the hash of its bytes."""

from __future__ import annotations

import zipfile
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

FOLDER = "photos"
"""Folder of the archives in a snapshot; a photo's path is ``photos/00000.zip/<hash>.jpg``."""

MAX_PHOTOS = 4_096
MAX_BYTES = 256_000_000
"""Size of one archive; the next photo begins another."""

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


class _Location(NamedTuple):
    """Where a photo was written: the number of the archive, and the ending of the name."""

    archive: int
    extension: str


class ArchiveWriter:
    """Writes photos below a folder, in the order they come; close it when done.

    The same photos in the same order give the same bytes. The writer keeps in memory only hashes,
    some 200 bytes a photo.
    """

    def __init__(self, folder: Path) -> None:
        """Prepare to write; nothing is written before the first photo."""
        self._folder = folder
        self._locations: dict[bytes, _Location] = {}
        self._archive: zipfile.ZipFile | None = None
        self._archive_number = -1
        self._n_photos = 0
        self._n_bytes = 0

    def __len__(self) -> int:
        """Return the number of photos written, each counted once."""
        return len(self._locations)

    def find(self, digest: bytes) -> str | None:
        """Return the path of a photo that was written before, by the SHA-256 of its bytes."""
        location = self._locations.get(digest)
        if location is None:
            return None
        return _path(location.archive, digest, location.extension)

    def add(self, data: bytes, extension: str) -> str:
        """Write a photo unless it was written before; return its path, relative to the folder."""
        digest = sha256(data).digest()
        if known_path := self.find(digest):
            return known_path

        archive = self._archive_with_room(len(data))
        self._locations[digest] = _Location(self._archive_number, extension)
        path = _path(self._archive_number, digest, extension)

        # A fixed time and system: the archive's bytes must not depend on when and where it is made.
        member = zipfile.ZipInfo(path.rpartition("/")[2], _ZIP_EPOCH)
        member.create_system = _UNIX
        archive.writestr(member, data, zipfile.ZIP_STORED)
        self._n_photos += 1
        self._n_bytes += len(data)
        return path

    def _archive_with_room(self, size: int) -> zipfile.ZipFile:
        has_room = self._n_photos < MAX_PHOTOS and self._n_bytes + size <= MAX_BYTES
        if self._archive and has_room:
            return self._archive

        self.close()
        self._archive_number += 1
        self._n_photos = 0
        self._n_bytes = 0
        (self._folder / FOLDER).mkdir(exist_ok=True)
        path = self._folder / FOLDER / _archive_name(self._archive_number)
        self._archive = zipfile.ZipFile(path, "x")
        return self._archive

    def close(self) -> None:
        """Finish the last archive."""
        if self._archive:
            self._archive.close()
            self._archive = None


def _archive_name(number: int) -> str:
    return f"{number:05}.zip"


def _path(archive_number: int, digest: bytes, extension: str) -> str:
    return f"{FOLDER}/{_archive_name(archive_number)}/{digest.hex()}.{extension}"
