"""Photos as plain JPEG files: the pixels that encoders see, and nothing else of the file."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image

from common.photos.decoding import decode

QUALITY = 95
"""Of JPEG; its losses are below those of the photo that was sent."""


def to_plain_jpeg(data: bytes) -> bytes:
    """Return a photo of any format as a JPEG that is upright and shrunk as ``decode`` does it.

    Where and when it was taken, its preview and all else that cameras write is gone. Raises
    ``PhotoError`` where the bytes are no whole photo within the limits.
    """
    # Of the pixels alone: an image may carry what its file said.
    image = Image.fromarray(np.asarray(decode(data)))
    file = BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
