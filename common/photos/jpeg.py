"""Strips a JPEG down to its tables and scans (ITU T.81, annex B), and reads its orientation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from common.errors import PhotoError
from common.photos.exif import orientation
from common.photos.stripping import (
    MAX_CHUNKS,
    MIN_SIDE,
    StrippedImage,
    too_many_parts,
    too_short,
)

USUAL_SCANS = 10
MAX_SCANS = 50
"""Scans of a file. Progressive files have about ten, and every scan takes time to decode."""

_MARKER = re.compile(rb"\xff[\xff\x00]*([^\xff\x00])")
_NO_LENGTH = frozenset([0x01, *range(0xD0, 0xD8)])
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
_APP0, _APP1, _APP14, _APP15, _COMMENT, _SCAN, _END = (
    0xE0,
    0xE1,
    0xEE,
    0xEF,
    0xFE,
    0xDA,
    0xD9,
)


class _Segment(NamedTuple):
    """A segment's marker, the offset of its length, and the end of its body."""

    marker: int
    start: int
    end: int


class _Frame(NamedTuple):
    """The frame header: its marker and its body."""

    marker: int
    body: bytes


def strip(data: bytes) -> StrippedImage:
    """Keep what the pixels depend on, which includes Adobe's segment about colours.

    Raises ``PhotoError`` for a damaged file.
    """
    parts: list[bytes | memoryview] = [data[:2]]
    exif_orientation = 1
    frame = _Frame(0, b"")

    for marker, start, end in _segments(data):
        body = data[start + 2 : end]

        if marker == _SCAN:
            # Pixels follow, up to the end of the file: their markers are not walked.
            parts += b"\xff\xda", memoryview(data)[start:]
            return _measure(b"".join(parts), frame, body[0], exif_orientation)

        if marker == _APP1 and body.startswith(b"Exif\0"):
            exif_orientation = orientation(body[6:])

        if marker in _FRAMES:
            _check_first(frame)
            frame = _Frame(marker, body)

        if not _is_metadata(marker):
            parts += bytes([0xFF, marker]), data[start:end]

    raise too_short()


def _check_first(frame: _Frame) -> None:
    # Memory is computed from one frame, and a decoder might use the other.
    if frame.body:
        raise PhotoError("the photo is damaged: it holds two pictures in one")


def _is_metadata(marker: int) -> bool:
    # Application segments hold metadata, except Adobe's: it says how colours are coded.
    return _APP0 < marker <= _APP15 and marker != _APP14


def _segments(data: bytes) -> Iterator[_Segment]:
    offset = 2
    for _ in range(MAX_CHUNKS):
        match = _MARKER.match(data, offset)
        if not match:
            raise _no_marker(data, offset)

        marker, offset = match[1][0], match.end()
        if marker in _NO_LENGTH:
            continue

        length = int.from_bytes(data[offset : offset + 2], "big")
        if marker == _END or length < 2 or offset + length > len(data):
            raise too_short()
        yield _Segment(marker, offset, offset + length)
        offset += length

    raise too_many_parts()


def _no_marker(data: bytes, offset: int) -> PhotoError:
    if offset >= len(data) - 1:
        return too_short()
    return PhotoError("the photo is damaged: its parts do not follow each other")


def _measure(
    data: bytes, frame: _Frame, n_components: int, exif_orientation: int
) -> StrippedImage:
    """Compute what decoding at reduced size takes: the reduced picture, four bytes a pixel.

    A file of one scan is decoded line by line. A file of several keeps all coefficients, of two
    bytes; an unusual scan counts as if it kept a byte for every pixel.
    """
    n_scans = data.count(b"\xff\xda")
    width, height = _frame_size(frame.body)
    if n_scans > MAX_SCANS:
        raise too_many_parts()

    pixels = width * height
    scale = _draft_scale(min(width, height))
    memory = 4 * pixels // scale**2

    areas = _sampling_areas(frame.body)
    has_several_scans = frame.marker in _PROGRESSIVE or n_components < len(areas)
    if has_several_scans:
        memory += _coefficient_memory(pixels, areas, n_scans)
    return StrippedImage(data, (width, height), memory, exif_orientation)


def _coefficient_memory(pixels: int, areas: Sequence[int], n_scans: int) -> int:
    """Return the bytes of the coefficients that are kept until the last scan."""
    coefficients = 2 * pixels * sum(areas) // max(1, *areas)
    unusual_scans = max(0, n_scans - USUAL_SCANS)
    return coefficients + pixels * unusual_scans


def _frame_size(frame_body: bytes) -> tuple[int, int]:
    """Return width and height; raises ``PhotoError`` for a frame header that is cut off."""
    if len(frame_body) < 6 or len(frame_body) < 6 + 3 * frame_body[5]:
        raise PhotoError("the photo is damaged: it does not say what is in it")
    height = int.from_bytes(frame_body[1:3], "big")
    width = int.from_bytes(frame_body[3:5], "big")
    return width, height


def _sampling_areas(frame_body: bytes) -> list[int]:
    """Return the product of every colour's sampling factors."""
    areas = []
    for component in range(frame_body[5]):
        # Across in the high half of the byte, down in the low one.
        factors = frame_body[7 + 3 * component]
        across, down = factors >> 4, factors & 15
        areas.append(across * down)
    return areas


def _draft_scale(shorter_side: int) -> int:
    """Return the factor by which libjpeg reduces the picture while it decodes."""
    for scale in (8, 4, 2):
        if shorter_side >= scale * MIN_SIDE:
            return scale
    return 1
