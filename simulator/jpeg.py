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
    light = _light(*light_draws)
    lit = scene * light
    clipped = lit.clip(0, 255)
    exposed = clipped.astype(np.uint8)

    # One draw decides both the shape of the photo and its quality.
    is_landscape = shape_draw < 0.5
    quality = 68 + int(shape_draw * 22)
    orientation = _choose_orientation(turn_draw)

    image = Image.fromarray(exposed)
    image = _crop(image, crop_draw, is_landscape)
    return _compress(image, orientation, quality)


def _light(
    brightness: float, slope_y: float, slope_x: float, warmth: float
) -> NDArray[np.float32]:
    """Factors ``[SIDE, SIDE, 3]``: a brightness that slopes across the photo, and a tint."""
    slope = np.linspace(-0.5, 0.5, SIDE, dtype=np.float32)
    base = 0.92 + 0.3 * (brightness - 0.5)
    steepness_y = 0.5 * (slope_y - 0.5)
    steepness_x = 0.5 * (slope_x - 0.5)

    rows = base + steepness_y * slope
    columns = steepness_x * slope
    light = rows[:, None] + columns

    tint = _tint(warmth)
    factors: NDArray[np.float32] = light[:, :, None] * tint
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

    start = 8 + int(draw * 30)
    end = SIDE - 8
    if is_landscape:
        return image.crop((0, start, SIDE, end))
    return image.crop((start, 0, end, SIDE))


def _choose_orientation(draw: float) -> int:
    """The EXIF orientation of a photo, ``UPRIGHT`` for most."""
    if draw >= TURNED_SHARE:
        return UPRIGHT

    # The draw is below the share here, so that their quotient is uniform again.
    uniform = draw / TURNED_SHARE
    orientations = tuple(_TRANSPOSES)
    position = int(uniform * len(orientations))
    return orientations[position]


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
