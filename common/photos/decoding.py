"""A photo's bytes to an upright RGB image of bounded size."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from common.errors import PhotoError


def decode(data: bytes) -> Image.Image:
    """Return the upright RGB image; raises ``PhotoError`` when it cannot be had within limits."""
    try:
        image = Image.open(io.BytesIO(data))
        image.draft("RGB", (512, 512))
        return ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise PhotoError(f"the photo cannot be decoded: {error}") from None
