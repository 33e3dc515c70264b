"""The camera of the synthetic market: light, noise and an edge to a scene, and a JPEG file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

SIDE = 128
"""Pixels a side of a photo before it is cut."""

TURNED = 0.08
"""Share of photos that are stored on their side or head, and say so (EXIF orientation)."""

_TURNS = {
    6: Image.Transpose.ROTATE_90,
    3: Image.Transpose.ROTATE_180,
    8: Image.Transpose.ROTATE_270,
}


def encode_jpeg(pixels: NDArray[np.uint8], shade: NDArray[np.float32], u: Sequence[float]) -> bytes:
    """Light the scene, cut it, and compress it as JPEG; some are stored turned."""
    slope = np.linspace(-0.5, 0.5, SIDE, dtype=np.float32)
    light = 0.92 + 0.3 * (u[0] - 0.5) + 0.5 * (u[1] - 0.5) * slope
    light = light[:, None] + 0.5 * (u[2] - 0.5) * slope
    warmth = np.array((1 + 0.12 * (u[3] - 0.5), 1, 1 - 0.12 * (u[3] - 0.5)), dtype=np.float32)
    lit = (pixels + shade[:, :, None]) * (light[:, :, None] * warmth)
    image = Image.fromarray(lit.clip(0, 255).astype(np.uint8))
    if u[4] < 0.6:
        edge = 8 + int(u[4] * 30)
        wide = u[5] < 0.5
        image = image.crop((0, edge, SIDE, SIDE - 8) if wide else (edge, 0, SIDE - 8, SIDE))
    exif = b""
    if u[6] < TURNED:
        way = tuple(_TURNS)[int(u[6] / TURNED * len(_TURNS))]
        image, exif = image.transpose(_TURNS[way]), _oriented(way)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=68 + int(u[5] * 22), exif=exif)
    return file.getvalue()


@cache
def _oriented(way: int) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = way
    return exif.tobytes()
