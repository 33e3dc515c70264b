"""The folder or archive that a table's photo paths are relative to, and may not leave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.errors import InputError, PhotoError
from common.listing import Photo
from common.photos import finding
from common.photos.endings import ENDING as ENDING

ADDRESS_IS_NOT_FETCHED = (
    "the photo is an address, which is not fetched: download it and name the file"
)

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/?/|//|www\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PhotoRoot:
    """A root of photo paths.

    Attributes:
        root: path of a folder, ``archive.zip``, or a folder in an archive, ``archive.zip/shop``.
    """

    root: str

    def photo(self, path: str) -> Photo:
        """Return the photo at a relative path; raises ``PhotoError`` if the path leaves the root.

        Reading the photo tells whether there is one. Links that the folder's owner made belong to
        the folder.
        """
        if is_address(path):
            raise PhotoError(ADDRESS_IS_NOT_FETCHED)

        posix_path = _posix(path)
        is_absolute = posix_path.startswith("/") or re.match("[a-zA-Z]:", posix_path)
        if is_absolute or ".." in posix_path.split("/"):
            raise PhotoError("the path leads out of the folder of the photos")
        return Photo(path=finding.find(self.root, posix_path))

    def join(self, photos: Sequence[Photo]) -> tuple[Photo, ...]:
        """Return the photos of one cell, with names put together that have separators in them.

        Whether ``set 1; front.jpg`` is one name or two, only the files can tell.
        """
        names = [_posix(photo.path) for photo in photos]
        if len(names) < 2 or not all(map(_may_be_part, names)):
            return tuple(photos)

        joined = finding.join_parts(self.root, names)
        if len(joined) == len(names):
            return tuple(photos)
        return tuple([Photo(path=name) for name in joined])


def is_address(path: str) -> bool:
    """Tell whether a path is an address of the web rather than a file's."""
    return _ADDRESS.match(path) is not None


def _may_be_part(name: str) -> bool:
    """Tell whether a name may be a part of one below the root."""
    if not name or is_address(name):
        return False
    leaves_root = name.startswith("/") or ".." in name.split("/")
    return not leaves_root


def _posix(path: str) -> str:
    return path.replace("\\", "/").removeprefix("./")


def open_photo_root(path: Path) -> PhotoRoot:
    """Return the root at a path; raises ``InputError`` unless it is a folder or a zip archive."""
    is_archive = path.is_file() and path.suffix.lower() == ".zip"
    if not path.is_dir() and not is_archive:
        raise InputError(
            f"there is neither a folder of photos nor a .zip of them at {path}"
        )
    return PhotoRoot(str(path))
