"""Decodes a photo to an upright RGB image of bounded size: the one path from bytes to pixels."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache

from PIL import Image

from common.errors import PhotoError
from common.listing import Photo
from common.photos import formats, reading
from common.photos.flattening import STRIP_PIXELS, flatten, white_level_of
from common.photos.limits import LIMITS, PhotoLimits
from common.photos.stripping import MIN_SIDE, StrippedImage, too_short

MAX_SIDE = 2_048
"""Pixels of the longer side after shrinking; a long strip is shrunk below ``MIN_SIDE`` for it."""

LARGE = 64_000_000
"""Bytes of decoding above which a process decodes one photo at a time."""

MAX_PIXEL_READS = 50_000
"""Calls of ``read`` that a decoder may make to read the pixels."""

_TRANSPOSE_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The transposition that turns a picture upright, by its EXIF orientation."""


def load_image(photo: Photo) -> Image.Image:
    """Return the photo decoded and shrunk; one that has ``pixels`` was so before.

    Raises ``PhotoError`` with the reason when the photo cannot be used.
    """
    if photo.pixels is not None:
        return Image.fromarray(photo.pixels)
    return decode(reading.read_bytes(photo))


def decode(data: bytes, limits: PhotoLimits = LIMITS) -> Image.Image:
    """Return the photo as an RGB image, upright, on white where it was transparent.

    The photo is shrunk by a whole factor (a JPEG while it is decoded), so that its shorter side has
    ``MIN_SIDE`` to ``2 * MIN_SIDE`` pixels, or fewer where it had fewer, and its longer side at
    most ``MAX_SIDE``. An animation gives its first picture. Decoding a shrunk photo again changes
    nothing.

    Raises ``PhotoError`` with the reason when the bytes are no whole photo within the limits.
    """
    limits.check_bytes(len(data))
    file_format = formats.recognise(data)

    with _as_photo_errors():
        file = file_format.strip(data)
        if any(file.size):
            limits.check_pixels(*file.size, file.memory, len(data), file.passes)
        return _decode_stripped(file, file_format, limits, n_bytes=len(data))


def extension(data: bytes) -> str:
    """Return the ending that a file of these bytes should have, ``jpg`` for instance.

    Raises ``PhotoError`` when they are no photo.
    """
    return formats.recognise(data).extension


def _decode_stripped(
    file: StrippedImage, file_format: formats.Format, limits: PhotoLimits, n_bytes: int
) -> Image.Image:
    """Decode and shrink a stripped file whose original has ``n_bytes``."""
    reader = formats.BoundedReader(file.data, limits.max_seconds)
    with file_format.open(reader) as image:
        # The decoder's size counts: a crafted file may state another one to ``strip``.
        n_pixels = image.width * image.height
        memory = file.memory or file_format.bytes_per_pixel * n_pixels
        limits.check_pixels(*image.size, memory, n_bytes, file.passes)

        reader.reads_left = MAX_PIXEL_READS
        with _room_for(memory):
            image.draft("RGB", (MIN_SIDE, MIN_SIDE))
            image.load()
            shrunk = _shrink(image)

    # An AVIF states its orientation to the decoder alone.
    orientation = getattr(image, "exif_orientation", file.orientation)
    return _upright(shrunk, orientation)


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    transposition = _TRANSPOSE_UPRIGHT.get(orientation)
    if transposition is None:
        return image
    return image.transpose(transposition)


def _room_for(memory: int) -> AbstractContextManager[object]:
    """Wait until no other large photo is being decoded in this process, if this one is large.

    Threads of a server or of an ingest would else need the largest photo's memory each.
    """
    return nullcontext() if memory <= LARGE else _one_at_a_time(os.getpid())


@lru_cache(maxsize=1)
def _one_at_a_time(process_id: int) -> threading.Lock:
    # A fork may happen while another thread holds the lock, so each process has one of its own.
    return threading.Lock()


@contextmanager
def _as_photo_errors() -> Iterator[None]:
    try:
        yield
    except PhotoError:
        raise
    except Exception as error:
        # Decoders raise anything at all for bytes that make no sense.
        message = str(error).lower()
        is_truncated = "truncated" in message or "eof" in message
        if is_truncated or isinstance(error, EOFError | IndexError):
            raise too_short() from None
        raise PhotoError("the photo is damaged: it cannot be decoded") from None


def _shrink(image: Image.Image) -> Image.Image:
    """Flatten and shrink, strip by strip."""
    factor = _shrink_factor(image.width, image.height)
    white_level = white_level_of(image)
    if factor == 1:
        return flatten(image, white_level)

    shrunk = _blank_of_reduced_size(image, factor)
    n_rows = max(1, STRIP_PIXELS // (image.width * factor))
    for top in range(0, shrunk.height, n_rows):
        strip = _crop_rows(image, top * factor, n_rows * factor)
        flat = flatten(strip, white_level)
        shrunk.paste(flat.reduce(factor), (0, top))
    return shrunk


def _crop_rows(image: Image.Image, top: int, n_rows: int) -> Image.Image:
    bottom = min(image.height, top + n_rows)
    return image.crop((0, top, image.width, bottom))


def _blank_of_reduced_size(image: Image.Image, factor: int) -> Image.Image:
    # Pillow's ``reduce`` rounds up.
    width = -(-image.width // factor)
    height = -(-image.height // factor)
    return Image.new("RGB", (width, height))


def _shrink_factor(width: int, height: int) -> int:
    short, long = sorted((width, height))
    factor_of_short_side = short // MIN_SIDE
    # Rounded up: the longer side is at most ``MAX_SIDE``.
    factor_of_long_side = -(-long // MAX_SIDE)
    return max(1, factor_of_short_side, factor_of_long_side)
