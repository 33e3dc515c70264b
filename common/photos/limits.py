"""What a photo may cost: limits that hold at ingest, in training and in a request alike."""

from __future__ import annotations

from dataclasses import dataclass

from common.errors import PhotoError

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """Most photos of a listing, bytes of a photo and of all in a request, pixels, memory, time.

    Any photo may take ``memory`` bytes to unpack. It may take ``most_memory`` when its own size
    speaks for a photo: when it has at most ``pixels_per_byte``, which a picture of something real
    never comes near. ``seconds`` are those of a processor, for this photo alone: a busy machine
    refuses no photo that an idle one takes.
    """

    count: int = 10
    bytes: int = 20 * MB
    request_bytes: int = 60 * MB
    pixels: int = 120 * MB
    memory: int = 36 * MB
    most_memory: int = 512 * MB
    pixels_per_byte: int = 50
    seconds: float = 2.0

    def check_bytes(self, size: int) -> None:
        """Raise ``PhotoError`` for a file that is too large, or empty."""
        if not size:
            raise PhotoError("the photo is empty")
        if size > self.bytes:
            raise PhotoError(f"the photo is larger than {self.bytes // MB} MB")

    def check_pixels(self, width: int, height: int, memory: int, size: int) -> None:
        """Raise ``PhotoError`` when ``size`` bytes would unpack to more than they may."""
        pixels = width * height
        if pixels < 1:
            raise PhotoError("the photo is damaged: it has no pixels")
        if pixels > self.pixels:
            raise PhotoError(
                f"the photo has {width:,} x {height:,} pixels, and {self.pixels // MB} million"
                " are the most"
            )
        plausible = pixels <= self.pixels_per_byte * size and memory <= self.most_memory
        if memory > self.memory and not plausible:
            raise PhotoError(
                f"the photo would unpack from {size:,} bytes to {width:,} x {height:,} pixels,"
                " which is more than is done for one photo"
            )


LIMITS = PhotoLimits()
"""The limits everywhere."""
