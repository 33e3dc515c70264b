"""The bytes of a photo, wherever they are: in the request, in a file, in an archive of files."""

from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from functools import lru_cache

from common.errors import PhotoError
from common.listing import Photo
from common.photos.limits import LIMITS

OPEN_ARCHIVES = 16
"""Archives of a process that are kept open between two reads."""

_ARCHIVE = re.compile(r"\.zip(?=/)", re.IGNORECASE)


def read_bytes(photo: Photo) -> bytes:
    """Return the photo's bytes; raises ``PhotoError`` when there is nothing to read.

    Of a photo that is larger than any may be just enough comes back for ``decoding`` to say so.
    Any thread may read, and so may a process that was forked from one that did.
    """
    if photo.data or not photo.path:
        return photo.data
    try:
        for end in (match.end() for match in _ARCHIVE.finditer(photo.path)):
            archive = photo.path[:end]
            if os.path.isfile(archive):
                return _member(archive, photo.path[end + 1 :])
        return _file(photo.path)
    except (OSError, KeyError, ValueError):
        raise PhotoError("there is no such file") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        raise PhotoError("it cannot be taken out of its archive") from None


def _file(path: str) -> bytes:
    if not stat.S_ISREG(os.stat(path).st_mode):  # a pipe would make us wait for ever
        raise FileNotFoundError
    with open(path, "rb") as file:
        return file.read(LIMITS.bytes + 1)


def _member(path: str, name: str) -> bytes:
    facts = os.stat(path)
    archive = _open(path, facts.st_ino, facts.st_mtime_ns, os.getpid())
    with archive.open(name) as member:
        return member.read(LIMITS.bytes + 1)


@lru_cache(maxsize=OPEN_ARCHIVES)
def _open(path: str, inode: int, changed: int, process: int) -> zipfile.ZipFile:
    """One handle per archive as it is now and per process, since forks share a file's position."""
    return zipfile.ZipFile(path)
