"""From the pixels of any mode to RGB: on white where they are transparent, in 256 levels."""

from __future__ import annotations

import numpy as np
from PIL import Image

STRIP_PIXELS = 1_000_000
"""Pixels that are looked at or shrunk at a time, so that little memory is needed beside theirs."""


def flatten(image: Image.Image, white_level: float) -> Image.Image:
    """Return the image as RGB, on white where it is transparent."""
    if white_level:
        # Pillow clips such pixels to 255 when it converts them itself.
        values = np.nan_to_num(np.asarray(image, dtype=np.float32))
        levels = values * (255.0 / white_level)
        grey = levels.round().clip(0, 255).astype(np.uint8)
        return Image.fromarray(grey).convert("RGB")
    if image.has_transparency_data:
        background = Image.new("RGBA", image.size, "white")
        background.alpha_composite(image.convert("RGBA"))
        return background.convert("RGB")
    return image.convert("RGB")


def white_level_of(image: Image.Image) -> float:
    """Return the level that means white where a pixel is wider than a byte, else 0.

    Sixteen bits have one. Whole numbers and fractions do not state theirs, so it is the least
    usual one that nothing in the picture exceeds.
    """
    if image.mode.startswith("I;16"):
        return 65_535.0
    if image.mode not in ("I", "F"):
        return 0.0

    brightest = _brightest(image)
    usual_levels = (255.0, 65_535.0) if image.mode == "I" else (1.0, 255.0, 65_535.0)
    for level in usual_levels:
        if brightest <= level:
            return level
    return brightest


def _brightest(image: Image.Image) -> float:
    """Return the highest level of a picture, row by row: arrays of it would take three times it."""
    width, height = image.size
    n_rows = max(1, STRIP_PIXELS // width)
    highest: list[float] = []
    for top in range(0, height, n_rows):
        bottom = min(height, top + n_rows)
        strip = image.crop((0, top, width, bottom))
        levels = np.nan_to_num(np.asarray(strip))
        highest.append(float(levels.max()))
    return max(highest)
