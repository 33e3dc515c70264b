"""WebP and AVIF pictures with one copy of their pixels: Pillow's own loading holds two at once.

Both decoders return a picture as one string of bytes. Pillow copies it into an image while the
decoder still has its own; here the decoder goes first, and the image reads the string in place.
"""

from __future__ import annotations

from typing import IO, Any

from PIL import AvifImagePlugin, Image
from PIL.AvifImagePlugin import AvifImageFile
from PIL.ImageFile import ImageFile
from PIL.WebPImagePlugin import WebPImageFile

from common.errors import PhotoError

WEBP_BYTES_PER_PIXEL = 12
"""Two canvases of libwebp, and the picture."""

AVIF_BYTES_PER_PIXEL = 14
"""Planes of up to four bytes (six at twelve bits a colour), and the picture twice."""


class _OneFrame(ImageFile):
    """A file whose first picture is taken from ``_decoder``.

    Attributes:
        pixel_mode: mode of the pixels as the decoder returns them.
    """

    _decoder: Any
    pixel_mode: str

    def load(self) -> Any:
        """Decode the first picture, once."""
        if self._decoder is not None:
            decoder, self._decoder = self._decoder, None
            data = self._first_frame(decoder)
            del decoder  # frees its canvas before the image is made
            self._use(data)
        return self.im.pixel_access(True)

    def _first_frame(self, decoder: Any) -> bytes:
        raise NotImplementedError

    def _use(self, data: bytes) -> None:
        mode = self.pixel_mode
        frame = Image.frombuffer(mode, self.size, data, "raw", mode, 0, 1)
        self.im = frame.im
        self._mode = mode
        self.tile = []


class _WebP(_OneFrame, WebPImageFile):
    """The first picture of a WebP."""

    def _open(self) -> None:
        super()._open()
        self.pixel_mode = self.rawmode

    def _first_frame(self, decoder: Any) -> bytes:
        frame = decoder.get_next()
        if frame is None:
            raise EOFError
        data: bytes = frame[0]
        return data


class _Avif(_OneFrame, AvifImageFile):
    """The first picture of an AVIF.

    EXIF is not parsed: it may cost thousands of times its size, and the container states the
    orientation that counts.

    Attributes:
        exif_orientation: that orientation, 1 (upright) to 8.
    """

    exif_orientation: int

    def _open(self) -> None:
        from PIL import _avif  # not in every build

        assert self.fp is not None
        # One thread: what others take would not count as this one's time.
        decoder = _avif.AvifDecoder(self.fp.read(), "auto", 1)
        size, _, mode, _, _, orientation, _ = decoder.get_info()
        self._size = size
        self._mode = self.pixel_mode = mode
        self.exif_orientation = orientation
        self._decoder = decoder

    def _first_frame(self, decoder: Any) -> bytes:
        data: bytes = decoder.get_frame(0)[0]
        return data


def open_webp(file: IO[bytes]) -> ImageFile:
    """Open a WebP."""
    return _WebP(file)


def open_avif(file: IO[bytes]) -> ImageFile:
    """Open an AVIF; raises ``PhotoError`` where Pillow was built without it."""
    if not AvifImagePlugin.SUPPORTED:
        raise PhotoError(
            "the photo is AVIF, which this installation's Pillow does not read: send JPEG"
        )
    return _Avif(file)
