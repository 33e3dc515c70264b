"""Thumbnails: photos of a listing, small enough to be part of a page."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

from common.errors import PhotoError
from common.listing import Photo
from common.photos import decoding, reading

MAX_SIDE = 144
"""The longer side in pixels. A page shows it at half of that, sharp on dense screens."""

MAX_THUMBNAILS = 3
"""Photos of a listing that are shown."""


def thumbnails(photos: Sequence[Photo]) -> list[str]:
    """Return the first photos as ``data:`` URLs; a photo that cannot be decoded is empty."""
    return [_data_url(photo) for photo in photos[:MAX_THUMBNAILS]]


def _data_url(photo: Photo) -> str:
    try:
        image = decoding.decode(reading.read_bytes(photo))
    except PhotoError:
        return ""

    image.thumbnail((MAX_SIDE, MAX_SIDE))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=75)
    encoded = base64.b64encode(file.getvalue())
    return f"data:image/jpeg;base64,{encoded.decode('ascii')}"
