"""Reads the bytes of a photo from a request, a file, or a member of a zip archive."""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

from common.errors import PhotoError
from common.listing import Photo
from common.photos.limits import LIMITS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_OPEN_ARCHIVES = 16
"""Archives that a process keeps open between two reads."""

_ARCHIVE = re.compile(r"\.zip(?=/)", re.IGNORECASE)


def read_bytes(photo: Photo) -> bytes:
    """Return the photo's bytes; those of a photo that has only pixels are a BMP of them.

    At most ``LIMITS.max_bytes + 1`` bytes are read from a file, enough for ``decoding`` to refuse
    it. Safe to call from several threads, and in forked processes.

    Raises ``PhotoError`` when there is nothing to read.
    """
    if photo.pixels is not None and not (photo.data or photo.path):
        return _encode_bmp(photo.pixels)
    if photo.data or not photo.path:
        return photo.data

    try:
        return _read_path(photo.path)
    except (OSError, KeyError, ValueError):
        raise PhotoError("there is no such file") from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        RuntimeError,
        NotImplementedError,
    ):
        raise PhotoError("it cannot be taken out of its archive") from None


def exists(path: str) -> bool:
    """Tell whether there is a file, or a member of an archive, at a path."""
    place = split_archive(path)
    if place is None:
        return os.path.isfile(path)
    archive, name = place
    try:
        open_archive(archive).getinfo(name)
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
    return True


def split_archive(path: str) -> tuple[str, str] | None:
    """Return the archive and the member's name of a path that leads into one."""
    for match in _ARCHIVE.finditer(path):
        # A folder may be called ``*.zip`` too, so the first such file is the archive.
        archive = path[: match.end()]
        if os.path.isfile(archive):
            return archive, path[match.end() + 1 :]
    return None


def open_archive(path: str) -> zipfile.ZipFile:
    """Return an archive, which stays open for the next reads."""
    status = os.stat(path)
    return _open_archive(path, status.st_ino, status.st_mtime_ns, os.getpid())


def _read_path(path: str) -> bytes:
    place = split_archive(path)
    return _read_file(path) if place is None else _read_member(*place)


def _encode_bmp(pixels: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    # BMP is lossless, and writing it takes next to no time.
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "BMP")
    return file.getvalue()


def _read_file(path: str) -> bytes:
    # Reading a named pipe could block for ever.
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise FileNotFoundError
    with open(path, "rb") as file:
        return file.read(LIMITS.max_bytes + 1)


def _read_member(archive_path: str, name: str) -> bytes:
    with open_archive(archive_path).open(name) as member:
        return member.read(LIMITS.max_bytes + 1)


@lru_cache(maxsize=MAX_OPEN_ARCHIVES)
def _open_archive(
    path: str, inode: int, modified_ns: int, process_id: int
) -> zipfile.ZipFile:
    """Open an archive once per version of the file and per process.

    Forked processes share a file's position, so each needs a handle of its own.
    """
    return zipfile.ZipFile(path)
