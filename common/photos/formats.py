"""The formats of photos that are read: how each is recognised, bounded and opened."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any, Literal

from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from common.errors import PhotoError
from common.photos import chunks, jpeg
from common.photos.essence import StrippedImage, too_many_parts, unchanged

_HEIC_BRANDS = rb"heic|heix|heim|heis|hevc|hevx|mif1|msf1"

_MOST_TAGS = 200  # of a TIFF; each may be as long as the file


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, the ending of its files, how it starts, and how it is opened.

    ``essence`` leaves out what need not be read. ``memory`` is what unpacking takes in bytes per
    pixel, for formats whose essence does not say.
    """

    name: str
    extension: str
    start: re.Pattern[bytes]
    essence: Callable[[bytes], StrippedImage]
    open: Callable[[IO[bytes]], ImageFile]
    memory: int = 0


def recognise(data: bytes) -> Format:
    """Return the format of a file by how it starts; raises ``PhotoError`` when it is none."""
    for each in FORMATS:
        if each.start.match(data):
            return each
    start = data[:512]
    if not start.translate(None, _TEXT) or start.startswith(b"%PDF"):
        raise PhotoError("the file is a document and not a photo")
    names = ", ".join(each.name for each in FORMATS)
    raise PhotoError(f"the file is not a photo of a kind that is read here: {names}")


class BoundedReader(io.BytesIO):
    """A file in memory that ends its reader's work after so many reads, or so much time.

    Readers loop over what a file says, and a file may say anything. ``seconds`` are of this
    thread's processor.
    """

    def __init__(self, data: bytes, seconds: float) -> None:
        """Allow reads enough for a header."""
        super().__init__(data)
        self.reads = 2_000
        self._end = time.thread_time() + seconds

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as ``BytesIO`` does; raises ``PhotoError`` once it is enough."""
        self.reads -= 1
        if self.reads < 0:
            raise too_many_parts()
        if time.thread_time() > self._end:
            raise PhotoError("the photo takes too long to decode")
        return super().read(size)


def _open_bmp(file: IO[bytes]) -> ImageFile:
    image = BmpImageFile(file)
    if any(tile[0] != "raw" for tile in image.tile):
        raise PhotoError("the photo is a compressed BMP, which is not read here: send JPEG")
    return image


def _open_tiff(file: IO[bytes]) -> ImageFile:
    head = file.read(8)
    order: Literal["little", "big"] = "little" if head.startswith(b"II") else "big"
    file.seek(int.from_bytes(head[4:], order))
    if int.from_bytes(file.read(2), order) > _MOST_TAGS:
        raise too_many_parts()
    file.seek(0)
    return TiffImageFile(file)


def _open_heic(file: IO[bytes]) -> ImageFile:
    try:
        from pillow_heif.as_plugin import HeifImageFile
    except ImportError:
        raise PhotoError(
            "the photo is HEIC, which this installation does not read: send JPEG, or install the"
            " extra heic"
        ) from None
    opener: Any = HeifImageFile  # its signature says nothing
    image: ImageFile = opener(file)
    return image


FORMATS = (
    Format("JPEG", "jpg", re.compile(rb"\xff\xd8\xff"), jpeg.strip, JpegImageFile),
    Format("PNG", "png", re.compile(rb"\x89PNG\r\n\x1a\n"), chunks.png, PngImageFile),
    Format("WebP", "webp", re.compile(rb"RIFF....WEBP", re.DOTALL), chunks.webp, WebPImageFile),
    Format("GIF", "gif", re.compile(rb"GIF8[79]a"), unchanged, GifImageFile, 3),
    Format("BMP", "bmp", re.compile(rb"BM.{4}\0\0\0\0", re.DOTALL), unchanged, _open_bmp, 4),
    Format("TIFF", "tif", re.compile(rb"II\x2a\0|MM\0\x2a"), unchanged, _open_tiff, 8),
    Format(
        "HEIC", "heic", re.compile(rb"....ftyp(" + _HEIC_BRANDS + rb")", re.DOTALL), unchanged,
        _open_heic, 10,
    ),
)  # fmt: skip
"""Every format that is read; what is not here is never given to a decoder."""

_TEXT = bytes([9, 10, 12, 13, *range(32, 127), *range(128, 256)])
