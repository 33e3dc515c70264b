"""Image files without the parts that cost time and that no pixel depends on.

Pillow reads profiles, comments, previews and later frames before anybody can ask how large the
picture is, some at a cost that has nothing to do with their size. Files of the common formats are
therefore walked first, in a bounded number of steps (``jpeg.py``, ``chunks.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

from common.errors import PhotoError

MIN_SIDE = 512
"""No photo is shrunk so far that its shorter side has fewer pixels than this."""

MAX_CHUNKS = 20_000
"""Segments or chunks of a file; a photo has a few, or one for each eight kilobytes."""


@dataclass(frozen=True, slots=True)
class StrippedImage:
    """A file that decodes to the same pixels as the original.

    Attributes:
        data: the file's bytes.
        size: width and height in pixels; zeros where only the decoder can tell.
        memory: bytes that decoding takes; 0 where only the decoder can tell.
        orientation: EXIF orientation, 1 (upright) to 8.
        passes: times that the decoder goes over all pixels, with the usual ones as one.
    """

    data: bytes
    size: tuple[int, int] = (0, 0)
    memory: int = 0
    orientation: int = 1
    passes: int = 1


def unchanged(data: bytes) -> StrippedImage:
    """Return the file as it is, for formats whose decoder reads the header first."""
    return StrippedImage(data)


def too_short() -> PhotoError:
    """Return the error for a truncated file."""
    return PhotoError("the photo is damaged: it ends too early")


def too_many_parts() -> PhotoError:
    """Return the error for a file of so many parts that reading them takes too long."""
    return PhotoError("the photo is damaged: it is in too many pieces")
