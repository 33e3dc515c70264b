"""The bytes of a photo, wherever they are: in the request, in a file, in an archive of files."""

from __future__ import annotations

import zipfile
from functools import lru_cache
from pathlib import Path

from common.errors import PhotoError
from common.listing import Photo

ARCHIVE = ".zip/"
"""Divides a path into an archive and the name of a member: ``photos/00000.zip/ab12.jpg``."""


def read(photo: Photo) -> bytes:
    """Return the photo's bytes; raises ``PhotoError`` when there is nothing to read."""
    if photo.data:
        return photo.data
    archive, divider, member = photo.path.partition(ARCHIVE)
    try:
        if divider:
            return _open(archive + ".zip").read(member)
        return Path(photo.path).read_bytes()
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        raise PhotoError(f"there is no readable photo {photo.path}") from None


@lru_cache(maxsize=8)
def _open(path: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)
