"""What is left of a photo's file when all that only costs time is gone.

Profiles, comments, previews and later frames are read by Pillow before anybody can ask how large
the picture is, some at a cost that has nothing to do with their size. So files of the common
formats are walked first, in a bounded number of steps (``jpeg.py``, ``chunks.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

from common.errors import PhotoError

EDGE = 512
"""No photo is reduced below this in pixels, counted along its shorter side."""

MAX_CHUNKS = 20_000
"""Segments or chunks of a file; a photo has a few, or one for each eight kilobytes."""


@dataclass(frozen=True, slots=True)
class StrippedImage:
    """A file that decodes to the same pixels; ``memory`` is what that takes, in bytes.

    ``size`` is width and height. Both are zeros where only the decoder can tell. ``orientation`` is
    that of EXIF, 1 to 8.
    """

    data: bytes
    size: tuple[int, int] = (0, 0)
    memory: int = 0
    orientation: int = 1


def unchanged(data: bytes) -> StrippedImage:
    """The file as it is, for formats whose decoder reads its header first."""
    return StrippedImage(data)


def too_short() -> PhotoError:
    """The error for a file that was cut off."""
    return PhotoError("the photo is damaged: it ends too early")


def too_many_parts() -> PhotoError:
    """The error for a file that would keep its reader busy."""
    return PhotoError("the photo is damaged: it is in too many pieces")
