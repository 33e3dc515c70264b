"""The ``transformer`` encoders: pretrained networks that read photos, as training exported them."""

from __future__ import annotations

from pathlib import Path

from common.encoders import photo
from common.encoders.photo import PhotoEncoder


def load(folder: Path) -> PhotoEncoder:
    """Load the encoder from its artifact folder, by what it reads."""
    return photo.load(folder)
