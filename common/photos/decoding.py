"""A photo's bytes to an upright RGB image of bounded size: the one path from bytes to pixels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import Image

from common.errors import PhotoError
from common.photos import formats
from common.photos.essence import EDGE, too_short
from common.photos.limits import LIMITS, PhotoLimits

MAX_SIDE = 2_048
"""No photo is longer than this in pixels; a strip is reduced further than ``EDGE`` says."""

STRIP = 64
"""Lines of the reduced photo that are made at a time; beside the photo little memory is needed."""

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns a picture of each EXIF orientation upright."""


def decode(data: bytes, limits: PhotoLimits = LIMITS) -> Image.Image:
    """Return the photo as an RGB image, upright, on white where it was transparent.

    It is reduced by a whole factor (a JPEG while it is decoded) so that its shorter side has
    ``EDGE`` to ``2 * EDGE`` pixels, less where it had less, and its longer one at most
    ``MAX_SIDE``. Of an animation it is the first picture. Decoding a reduced photo again changes
    nothing.

    Raises ``PhotoError`` with the reason when the bytes are no whole photo within the limits.
    """
    limits.check_bytes(len(data))
    form = formats.recognise(data)
    with _in_plain_words():
        file = form.essence(data)
        if any(file.size):
            limits.check_pixels(*file.size, file.memory, len(data))
        meter = formats.BoundedReader(file.data, limits.seconds)
        with form.open(meter) as image:
            memory = file.memory or form.memory * image.width * image.height
            limits.check_pixels(*image.size, memory, len(data))
            meter.reads = 50_000  # of pixels; the header was read
            image.draft("RGB", (EDGE, EDGE))
            image.load()
            reduced = _reduce(image)
    turn = _UPRIGHT.get(file.orientation)
    return reduced.transpose(turn) if turn is not None else reduced


def extension(data: bytes) -> str:
    """The ending a file of these bytes should have, ``jpg`` for instance, whatever it was called.

    Raises ``PhotoError`` when they are no photo.
    """
    return formats.recognise(data).extension


@contextmanager
def _in_plain_words() -> Iterator[None]:
    try:
        yield
    except PhotoError:
        raise
    except Exception as error:  # decoders raise anything at all for bytes that make no sense
        words = str(error).lower()
        if isinstance(error, EOFError | IndexError) or "truncated" in words or "eof" in words:
            raise too_short() from None
        raise PhotoError("the photo is damaged: it cannot be decoded") from None


def _reduce(image: Image.Image) -> Image.Image:
    """Flatten and reduce, strip by strip."""
    width, height = image.size
    factor = max(1, min(width, height) // EDGE, -(-max(width, height) // MAX_SIDE))
    white = _white(image)
    if factor == 1:
        return _flatten(image, white)
    reduced = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    for top in range(0, reduced.height, STRIP):
        box = (0, top * factor, width, min(height, (top + STRIP) * factor))
        reduced.paste(_flatten(image.crop(box), white).reduce(factor), (0, top))
    return reduced


def _flatten(image: Image.Image, white: float) -> Image.Image:
    if white:
        levels = np.nan_to_num(np.asarray(image, dtype=np.float32)) * (255.0 / white)
        return Image.fromarray(levels.round().clip(0, 255).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, "white")
        ground.alpha_composite(image.convert("RGBA"))
        return ground.convert("RGB")
    return image.convert("RGB")


def _white(image: Image.Image) -> float:
    """The level that means white where a pixel is wider than a byte, else 0.

    Sixteen bits have one; of whole numbers and fractions nobody says it, so it is the least usual
    one that nothing in the picture exceeds.
    """
    if image.mode.startswith("I;16"):
        return 65_535.0
    if image.mode not in ("I", "F"):
        return 0.0
    most = float(np.nan_to_num(np.asarray(image)).max())
    usual = (255.0, 65_535.0) if image.mode == "I" else (1.0, 255.0, 65_535.0)
    return next((level for level in usual if most <= level), most)
