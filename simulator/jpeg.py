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

N_DRAWS = 7
"""Random numbers that a photo needs."""

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
    ``draws`` are ``N_DRAWS`` random numbers in [0, 1).
    """
    lit = (pixels + shading[:, :, None]) * _light(draws)
    image = Image.fromarray(lit.clip(0, 255).astype(np.uint8))

    if draws[4] < 0.6:
        margin = 8 + int(draws[4] * 30)
        is_landscape = draws[5] < 0.5
        box = (0, margin, SIDE, SIDE - 8) if is_landscape else (margin, 0, SIDE - 8, SIDE)
        image = image.crop(box)

    exif = b""
    if draws[6] < TURNED_SHARE:
        # The draw is below the share here, so that their quotient is uniform again.
        orientation = tuple(_TRANSPOSES)[int(draws[6] / TURNED_SHARE * len(_TRANSPOSES))]
        image = image.transpose(_TRANSPOSES[orientation])
        exif = _orientation_exif(orientation)

    file = io.BytesIO()
    image.save(file, "JPEG", quality=68 + int(draws[5] * 22), exif=exif)
    return file.getvalue()


def _light(draws: Sequence[float]) -> NDArray[np.float32]:
    """Factors ``[SIDE, SIDE, 3]``: a brightness that slopes across the photo, and a tint."""
    slope = np.linspace(-0.5, 0.5, SIDE, dtype=np.float32)
    vertical = 0.92 + 0.3 * (draws[0] - 0.5) + 0.5 * (draws[1] - 0.5) * slope
    light = vertical[:, None] + 0.5 * (draws[2] - 0.5) * slope

    # Warm light has more red and less blue.
    warmth = 0.12 * (draws[3] - 0.5)
    tint = np.array((1 + warmth, 1, 1 - warmth), dtype=np.float32)
    factors: NDArray[np.float32] = light[:, :, None] * tint
    return factors


@cache
def _orientation_exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return exif.tobytes()
