"""The camera of the synthetic market: lighting, noise and a crop of a scene, and a JPEG file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

SIDE = 128
"""Pixels a side of a photo before it is cropped."""

TURNED_SHARE = 0.08
"""Share of photos that are stored rotated, with the EXIF orientation that says so."""

UPRIGHT = 1
"""EXIF orientation of a photo that is stored as it was taken."""

_TRANSPOSES = {
    6: Image.Transpose.ROTATE_90,
    3: Image.Transpose.ROTATE_180,
    8: Image.Transpose.ROTATE_270,
}
"""EXIF orientation -> the rotation after which a viewer's correction restores the photo."""


def encode_jpeg(
    pixels: NDArray[np.uint8], shading: NDArray[np.float32], draws: Sequence[float]
) -> bytes:
    """Light a scene, crop it and compress it as JPEG; some photos are stored rotated.

    ``pixels`` are ``[SIDE, SIDE, 3]``, ``shading [SIDE, SIDE]`` is added to their brightness, and
    ``draws`` are seven random numbers in [0, 1).
    """
    *light_draws, crop_draw, shape_draw, turn_draw = draws
    scene = pixels + shading[:, :, None]
    lit = scene * _light(*light_draws)
    exposed = lit.clip(0, 255).astype(np.uint8)

    image = Image.fromarray(exposed)
    image = _crop(image, crop_draw, is_landscape=shape_draw < 0.5)
    orientation = _choose_orientation(turn_draw)
    quality = 68 + int(shape_draw * 22)
    return _compress(image, orientation, quality)


def _light(brightness: float, slope_y: float, slope_x: float, warmth: float) -> NDArray[np.float32]:
    """Factors ``[SIDE, SIDE, 3]``: a brightness that slopes across the photo, and a tint."""
    slope = np.linspace(-0.5, 0.5, SIDE, dtype=np.float32)
    base = 0.92 + 0.3 * (brightness - 0.5)
    rows = base + 0.5 * (slope_y - 0.5) * slope
    columns = 0.5 * (slope_x - 0.5) * slope

    light = rows[:, None] + columns
    factors: NDArray[np.float32] = light[:, :, None] * _tint(warmth)
    return factors


def _tint(warmth: float) -> NDArray[np.float32]:
    """Factors of red, green and blue: warm light has more red and less blue."""
    reddening = 0.12 * (warmth - 0.5)
    red = 1 + reddening
    blue = 1 - reddening
    return np.array((red, 1, blue), dtype=np.float32)


def _crop(image: Image.Image, draw: float, is_landscape: bool) -> Image.Image:
    """Cut off the upper or the left edge of three photos of five, and a little opposite."""
    if draw >= 0.6:
        return image

    margin = 8 + int(draw * 30)
    end = SIDE - 8
    box = (0, margin, SIDE, end) if is_landscape else (margin, 0, end, SIDE)
    return image.crop(box)


def _choose_orientation(draw: float) -> int:
    """The EXIF orientation of a photo, ``UPRIGHT`` for most."""
    if draw >= TURNED_SHARE:
        return UPRIGHT

    # The draw is below the share here, so that their quotient is uniform again.
    position = int(draw / TURNED_SHARE * len(_TRANSPOSES))
    return tuple(_TRANSPOSES)[position]


def _compress(image: Image.Image, orientation: int, quality: int) -> bytes:
    """The bytes of a JPEG file; an image that is not upright is stored rotated."""
    exif = b""
    if orientation != UPRIGHT:
        rotation = _TRANSPOSES[orientation]
        image = image.transpose(rotation)
        exif = _orientation_exif(orientation)

    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, exif=exif)
    return file.getvalue()


@cache
def _orientation_exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return exif.tobytes()
