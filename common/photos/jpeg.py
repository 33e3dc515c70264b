"""Strips a JPEG down to its tables and scans (ITU T.81, annex B), and reads its orientation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from common.errors import PhotoError
from common.photos.exif import orientation_of_blocks
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
_MARKER_AFTER_PIXELS = re.compile(rb"\xff([^\xff\x00\x01\xd0-\xd7])")
"""In compressed pixels 0xFF is followed by a zero or by the number of a restart interval."""

_NO_LENGTH = frozenset([0x01, *range(0xD0, 0xD8)])
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
_APP0, _APP1, _APP14, _APP15 = 0xE0, 0xE1, 0xEE, 0xEF
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA


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

    What follows the picture is left out: the video of a motion photo, further pictures of a
    multi-picture file, the gain map of a bright screen.

    Raises ``PhotoError`` for a damaged file.
    """
    parts: list[bytes | memoryview] = [data[:2]]
    exif_blocks: list[bytes] = []
    frame = _Frame(0, b"")

    for marker, start, end in _segments(data):
        body = data[start + 2 : end]

        if marker == _SCAN:
            # From here to the end of the picture nothing is left out.
            several = _has_several_scans(frame, body)
            picture_end, n_scans = _find_end(data, end, several)
            parts += b"\xff\xda", memoryview(data)[start:picture_end]
            turned = orientation_of_blocks(exif_blocks)
            memory = _memory(frame.body, n_scans if several else 0)
            size = _frame_size(frame.body)
            passes = 1 + _unusual_scans(n_scans)
            return StrippedImage(b"".join(parts), size, memory, turned, passes)

        if marker == _APP1 and body.startswith(b"Exif\0"):
            exif_blocks.append(body[6:])

        if marker in _FRAMES:
            _check_first(frame)
            frame = _Frame(marker, body)

        if not _is_metadata(marker):
            parts += bytes([0xFF, marker]), data[start:end]

    raise too_short()


def _has_several_scans(frame: _Frame, first_scan: bytes) -> bool:
    """Tell whether the picture is progressive, or has its colours in scans of their own."""
    _frame_size(frame.body)  # a frame that is cut off is an error
    n_colours = frame.body[5]
    return frame.marker in _PROGRESSIVE or first_scan[:1] < bytes([n_colours])


def _find_end(data: bytes, offset: int, several: bool) -> tuple[int, int]:
    """Return where the picture ends, and its number of scans; ``offset`` is in the first one.

    Between scans there are tables, and writers put metadata there. What does not belong to the
    picture ends one whose own end is missing, and so does the end of the file.
    """
    n_scans = 1
    for _ in range(MAX_CHUNKS):
        match = _MARKER_AFTER_PIXELS.search(data, offset)
        if not match:
            return len(data), n_scans

        marker, offset = match[1][0], match.end()
        is_foreign = marker in _FRAMES or (marker == _SCAN and not several)
        if marker == _END:
            return offset, n_scans
        if is_foreign or marker == _START:
            return match.start(), n_scans
        n_scans += marker == _SCAN
        # A length that is cut off leads beyond the end, where the search finds nothing.
        offset += int.from_bytes(data[offset : offset + 2], "big")

    raise too_many_parts()


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
        match = _MARKER.match(data, offset) or _skip_rest(data, offset)

        marker, offset = match[1][0], match.end()
        if marker in _NO_LENGTH:
            continue
        if marker == _START:
            raise _unordered()

        length = int.from_bytes(data[offset : offset + 2], "big")
        if marker == _END or length < 2 or offset + length > len(data):
            raise too_short()
        yield _Segment(marker, offset, offset + length)
        offset += length

    raise too_many_parts()


def _skip_rest(data: bytes, offset: int) -> re.Match[bytes]:
    """Return the next marker; a segment whose length is too small leaves a rest.

    Raises ``PhotoError`` when there is none.
    """
    match = _MARKER_AFTER_PIXELS.search(data, offset)
    if match:
        return match
    if offset >= len(data) - 1:
        raise too_short()
    raise _unordered()


def _unordered() -> PhotoError:
    return PhotoError("the photo is damaged: its parts do not follow each other")


def _memory(frame_body: bytes, n_scans: int) -> int:
    """Return what decoding at reduced size takes: the reduced picture, four bytes a pixel.

    A file of one scan (here 0) is decoded line by line. A file of several keeps all coefficients,
    of two bytes; an unusual scan counts as if it kept a byte for every pixel.
    """
    if n_scans > MAX_SCANS:
        raise too_many_parts()

    width, height = _frame_size(frame_body)
    scale = _draft_scale(min(width, height))
    memory = 4 * width * height // scale**2
    if n_scans:
        areas = _sampling_areas(frame_body)
        memory += _coefficient_memory(width * height, areas, n_scans)
    return memory


def _coefficient_memory(pixels: int, areas: Sequence[int], n_scans: int) -> int:
    """Return the bytes of the coefficients that are kept until the last scan."""
    coefficients = 2 * pixels * sum(areas) // max(1, *areas)
    return coefficients + pixels * _unusual_scans(n_scans)


def _unusual_scans(n_scans: int) -> int:
    return max(0, n_scans - USUAL_SCANS)


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
