"""The ``transformer`` encoders: pretrained networks for text or photos."""

from __future__ import annotations

from pathlib import Path

from common.encoders import photo, text
from common.encoders.photo import PhotoEncoder
from common.encoders.text import TextEncoder


def load(folder: Path, threads: int = 1) -> PhotoEncoder | TextEncoder:
    """Load the encoder from its artifact folder; one with a tokenizer encodes text."""
    if (folder / text.TOKENIZER).exists():
        return text.load(folder, threads)
    return photo.load(folder, threads)
