"""Where a table's photos lie: a folder, or an archive; the paths in the table lead no further."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from common.errors import InputError, PhotoError
from common.listing import Photo

ENDING = r"\.(?:jpe?g|png|webp|gif|bmp|tiff?|hei[cf])"
"""How the name of a photo's file ends, in any case."""

_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class PhotoRoot:
    """A folder, ``archive.zip``, or a folder in one, ``archive.zip/shop``."""

    root: str

    def photo(self, path: str) -> Photo:
        """The photo at a relative path; raises ``PhotoError`` when the path leaves this place.

        Whether there is one is found when it is read. What the owner of the folder linked into it
        is part of it.
        """
        if _ADDRESS.match(path):
            raise PhotoError("the photo is an address, and photos are read from files")
        plain = path.replace("\\", "/")
        if plain.startswith("/") or re.match("[a-zA-Z]:", plain) or ".." in plain.split("/"):
            raise PhotoError("the path leads out of the folder of the photos")
        return Photo(path=f"{self.root}/{plain.removeprefix('./')}")


def open_photo_root(given: Path) -> PhotoRoot:
    """The place a person named; raises ``InputError`` unless it is a folder or a zip archive."""
    if not given.is_dir() and not (given.is_file() and given.suffix.lower() == ".zip"):
        raise InputError(f"there is neither a folder of photos nor a .zip of them at {given}")
    return PhotoRoot(str(given))
