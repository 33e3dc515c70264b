"""The folder or archive that a table's photo paths are relative to, and may not leave."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from common.errors import InputError, PhotoError
from common.listing import Photo

ENDING = r"\.(?:jpe?g|jfif|png|webp|gif|avif|bmp|tiff?|hei[cf])"
"""The ending of a photo file's name, in any case."""

_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")


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
        if _URL.match(path):
            raise PhotoError("the photo is an address, and photos are read from files")

        posix_path = path.replace("\\", "/")
        is_absolute = posix_path.startswith("/") or re.match("[a-zA-Z]:", posix_path)
        if is_absolute or ".." in posix_path.split("/"):
            raise PhotoError("the path leads out of the folder of the photos")
        return Photo(path=f"{self.root}/{posix_path.removeprefix('./')}")


def open_photo_root(path: Path) -> PhotoRoot:
    """Return the root at a path; raises ``InputError`` unless it is a folder or a zip archive."""
    is_archive = path.is_file() and path.suffix.lower() == ".zip"
    if not path.is_dir() and not is_archive:
        raise InputError(
            f"there is neither a folder of photos nor a .zip of them at {path}"
        )
    return PhotoRoot(str(path))
