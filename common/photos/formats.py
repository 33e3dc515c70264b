"""The file formats of photos: how each is recognised, stripped and opened."""

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

from common.errors import PhotoError
from common.photos import chunks, jpeg
from common.photos.frames import AVIF_BYTES_PER_PIXEL, open_avif, open_webp
from common.photos.stripping import StrippedImage, too_many_parts, unchanged

_HEIC_BRANDS = rb"heic|heix|heim|heis|hevc|hevx|mif1|msf1"

_MAX_TIFF_TAGS = 200
"""Tags of a TIFF; each may be as long as the file."""

MAX_HEADER_READS = 2_000
"""Calls of ``read`` that a decoder may make to read a header."""


@dataclass(frozen=True, slots=True)
class Format:
    """A file format.

    Attributes:
        name: name for messages.
        extension: ending of a file's name.
        signature: pattern that a file starts with.
        strip: leaves out what need not be read.
        open: opens the stripped file with Pillow.
        bytes_per_pixel: memory of decoding, for formats whose ``strip`` does not say.
    """

    name: str
    extension: str
    signature: re.Pattern[bytes]
    strip: Callable[[bytes], StrippedImage]
    open: Callable[[IO[bytes]], ImageFile]
    bytes_per_pixel: int = 0


def recognise(data: bytes) -> Format:
    """Return the format of a file by its signature; raises ``PhotoError`` for any other file."""
    for file_format in FORMATS:
        if file_format.signature.match(data):
            return file_format

    start = data[:512]
    is_text = not start.translate(None, _TEXT_BYTES)
    if is_text or start.startswith(b"%PDF"):
        raise PhotoError("the file is a document and not a photo")
    names = ", ".join(file_format.name for file_format in FORMATS)
    raise PhotoError(f"the file is not a photo of a kind that is read here: {names}")


class BoundedReader(io.BytesIO):
    """A file in memory that stops its decoder after a number of reads, or some time.

    Decoders loop over counts that the file states, and a file may state anything. Time is processor
    time of the calling thread.
    """

    def __init__(self, data: bytes, seconds: float) -> None:
        """Allow ``MAX_HEADER_READS`` reads and so many seconds from now on."""
        super().__init__(data)
        self.reads_left = MAX_HEADER_READS
        self._deadline = time.thread_time() + seconds

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as ``BytesIO`` does; raises ``PhotoError`` beyond the limits."""
        self.reads_left -= 1
        if self.reads_left < 0:
            raise too_many_parts()
        if time.thread_time() > self._deadline:
            raise PhotoError("the photo takes too long to decode")
        return super().read(size)


def _open_bmp(file: IO[bytes]) -> ImageFile:
    image = BmpImageFile(file)
    if any(tile[0] != "raw" for tile in image.tile):
        raise PhotoError(
            "the photo is a compressed BMP, which is not read here: send JPEG"
        )
    return image


def _open_tiff(file: IO[bytes]) -> ImageFile:
    header = file.read(8)
    byte_order: Literal["little", "big"] = (
        "little" if header.startswith(b"II") else "big"
    )
    file.seek(int.from_bytes(header[4:], byte_order))
    n_tags = int.from_bytes(file.read(2), byte_order)
    if n_tags > _MAX_TIFF_TAGS:
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
    opener: Any = HeifImageFile  # its constructor has no types
    image: ImageFile = opener(file)
    return image


_JPEG = re.compile(rb"\xff\xd8\xff")
_PNG = re.compile(rb"\x89PNG\r\n\x1a\n")
_WEBP = re.compile(rb"RIFF....WEBP", re.DOTALL)
_GIF = re.compile(rb"GIF8[79]a")
_BMP = re.compile(rb"BM.{4}\0\0\0\0", re.DOTALL)
_TIFF = re.compile(rb"II\x2a\0|MM\0\x2a")
# What the container says first may be its general brand, with those of its content after it.
_AVIF = re.compile(
    rb"....ftyp(?:avi[fs]|(?:mif1|msf1|miaf)....(?:....){0,14}?avi[fs])", re.DOTALL
)
_HEIC = re.compile(rb"....ftyp(" + _HEIC_BRANDS + rb")", re.DOTALL)

FORMATS = (
    Format("JPEG", "jpg", _JPEG, jpeg.strip, JpegImageFile),
    Format("PNG", "png", _PNG, chunks.strip_png, PngImageFile),
    Format("WebP", "webp", _WEBP, chunks.strip_webp, open_webp),
    Format("GIF", "gif", _GIF, unchanged, GifImageFile, bytes_per_pixel=3),
    Format("BMP", "bmp", _BMP, unchanged, _open_bmp, bytes_per_pixel=4),
    Format("TIFF", "tif", _TIFF, unchanged, _open_tiff, bytes_per_pixel=8),
    Format("AVIF", "avif", _AVIF, unchanged, open_avif, AVIF_BYTES_PER_PIXEL),
    Format("HEIC", "heic", _HEIC, unchanged, _open_heic, bytes_per_pixel=10),
)
"""Every format that is read; no other file is ever given to a decoder."""

_TEXT_BYTES = bytes([9, 10, 12, 13, *range(32, 127), *range(128, 256)])
