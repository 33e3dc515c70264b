"""Limits on what a photo may cost; the same at ingest, in training and in a request."""

from __future__ import annotations

from dataclasses import dataclass

from common.errors import PhotoError

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """Limits on photos.

    Attributes:
        max_photos: photos of a listing.
        max_bytes: bytes of a photo.
        max_request_bytes: bytes of all photos of a request.
        max_pixels: pixels of a photo.
        max_memory: bytes that decoding a photo may take.
        max_plain_pixels: pixels of a photo of any number of bytes, such as a thing on plain white.
        max_pixels_per_byte: pixels a byte that larger photos stay far below.
        max_reduced_memory: bytes that decoding may take where neither holds. A JPEG that is reduced
            while it is decoded takes so little.
        max_seconds: processor time of decoding a photo. A busy machine refuses no photo that an
            idle one accepts.
    """

    max_photos: int = 10
    max_bytes: int = 20 * MB
    max_request_bytes: int = 60 * MB
    max_pixels: int = 120 * MB
    max_memory: int = 512 * MB
    max_plain_pixels: int = 36 * MB
    max_pixels_per_byte: int = 50
    max_reduced_memory: int = 36 * MB
    max_seconds: float = 2.0

    def check_bytes(self, size: int) -> None:
        """Raise ``PhotoError`` for a file of ``size`` bytes that is too large, or empty."""
        if not size:
            raise PhotoError("the photo is empty")
        if size > self.max_bytes:
            raise PhotoError(f"the photo is larger than {self.max_bytes // MB} MB")

    def check_pixels(
        self, width: int, height: int, memory: int, size: int, passes: int = 1
    ) -> None:
        """Raise ``PhotoError`` for a photo that is too large once it is decoded.

        Args:
            width: width in pixels.
            height: height in pixels.
            memory: bytes that decoding takes.
            size: bytes of the file.
            passes: times that the decoder goes over all pixels.
        """
        pixels = width * height
        if pixels < 1:
            raise PhotoError("the photo is damaged: it has no pixels")
        if pixels > self.max_pixels:
            raise PhotoError(
                f"the photo has {width:,} x {height:,} pixels, and {self.max_pixels // MB} million"
                " are the most"
            )

        is_plain = pixels * passes <= self.max_plain_pixels
        is_plausible = pixels <= self.max_pixels_per_byte * size
        is_cheap = memory <= self.max_reduced_memory
        if memory > self.max_memory or not (is_plain or is_plausible or is_cheap):
            raise PhotoError(
                f"the photo would unpack from {size:,} bytes to {width:,} x {height:,} pixels,"
                " which is more than is done for one photo"
            )


LIMITS = PhotoLimits()
"""The limits everywhere."""
