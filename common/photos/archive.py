"""Photos of a snapshot, in zip archives: each once, under the hash of its bytes."""

from __future__ import annotations

import zipfile
from hashlib import sha256
from pathlib import Path

FOLDER = "photos"
"""Where archives lie in a snapshot; a photo's path there is ``photos/00000.zip/<hash>.jpg``."""

MAX_PHOTOS = 4_096
MAX_BYTES = 256_000_000
"""Of one archive; the next photo begins another."""

_NEW_YEAR = (1980, 1, 1, 0, 0, 0)


class ArchiveWriter:
    """Writes photos below a folder, in the order they come; close it when done.

    The same photos in the same order give the same bytes. Beside the photo at hand only hashes are
    held, some 200 bytes a photo.
    """

    def __init__(self, folder: Path) -> None:
        """Nothing is written before the first photo."""
        self._folder = folder
        self._shards: dict[bytes, tuple[int, str]] = {}
        self._archive: zipfile.ZipFile | None = None
        self._number = -1
        self._photos = self._bytes = 0

    def __len__(self) -> int:
        """Photos written, each counted once."""
        return len(self._shards)

    def find(self, digest: bytes) -> str | None:
        """The path of a photo that was written already, by the SHA-256 of its bytes."""
        found = self._shards.get(digest)
        return found and _path(found[0], digest, found[1])

    def add(self, data: bytes, extension: str) -> str:
        """Write a photo unless it is there; return its path, relative to the folder."""
        digest = sha256(data).digest()
        if known := self.find(digest):
            return known
        archive = self._room(len(data))
        self._shards[digest] = self._number, extension
        path = _path(self._number, digest, extension)
        member = zipfile.ZipInfo(path.rpartition("/")[2], _NEW_YEAR)
        member.create_system = 3  # else it depends on the machine
        archive.writestr(member, data, zipfile.ZIP_STORED)
        self._photos += 1
        self._bytes += len(data)
        return path

    def _room(self, size: int) -> zipfile.ZipFile:
        if self._archive and self._photos < MAX_PHOTOS and self._bytes + size <= MAX_BYTES:
            return self._archive
        self.close()
        self._number += 1
        self._photos = self._bytes = 0
        (self._folder / FOLDER).mkdir(exist_ok=True)
        self._archive = zipfile.ZipFile(self._folder / FOLDER / _name(self._number), "x")
        return self._archive

    def close(self) -> None:
        """Finish the last archive."""
        if self._archive:
            self._archive.close()
            self._archive = None


def _name(number: int) -> str:
    return f"{number:05}.zip"


def _path(number: int, digest: bytes, extension: str) -> str:
    return f"{FOLDER}/{_name(number)}/{digest.hex()}.{extension}"
