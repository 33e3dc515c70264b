"""The essence of a JPEG: its tables and scans (ITU T.81, annex B), and how it was held."""

from __future__ import annotations

import re
from collections.abc import Iterator

from common.errors import PhotoError
from common.photos.essence import EDGE, MAX_CHUNKS, StrippedImage, too_many_parts, too_short
from common.photos.exif import orientation

USUAL_SCANS = 10
MAX_SCANS = 50
"""Passes over the picture. Progressive files have about ten, and each costs its time again."""

_MARKER = re.compile(rb"\xff[\xff\x00]*([^\xff\x00])")
_NO_LENGTH = frozenset([0x01, *range(0xD0, 0xD8)])
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
_APP0, _APP1, _APP14, _APP15, _COMMENT, _SCAN, _END = 0xE0, 0xE1, 0xEE, 0xEF, 0xFE, 0xDA, 0xD9


def strip(data: bytes) -> StrippedImage:
    """Keep what the pixels depend on, Adobe's note on colours included."""
    kept: list[bytes | memoryview] = [data[:2]]
    held, frame = 1, (0, b"")
    for marker, start, end in _segments(data):
        body = data[start + 2 : end]
        if marker == _SCAN:
            kept += b"\xff\xda", memoryview(data)[start:]
            return _measure(b"".join(kept), frame, components=body[0], held=held)
        if marker == _APP1 and body.startswith(b"Exif\0"):
            held = orientation(body[6:])
        if marker in _FRAMES:
            if frame[1]:
                raise PhotoError("the photo is damaged: it holds two pictures in one")
            frame = marker, body
        if not _APP0 < marker <= _APP15 or marker == _APP14:
            kept += b"\xff" + bytes([marker]), data[start:end]
    raise too_short()


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield each segment's marker, and where its length begins and its body ends."""
    at = 2
    for _ in range(MAX_CHUNKS):
        found = _MARKER.match(data, at)
        if not found:
            raise (
                too_short()
                if at >= len(data) - 1
                else PhotoError("the photo is damaged: its parts do not follow each other")
            )
        marker, at = found[1][0], found.end()
        if marker in _NO_LENGTH:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if marker == _END or length < 2 or at + length > len(data):
            raise too_short()
        yield marker, at, at + length
        at += length
    raise too_many_parts()


def _measure(data: bytes, frame: tuple[int, bytes], components: int, held: int) -> StrippedImage:
    """What decoding at reduced size takes: the reduced picture, four bytes a pixel.

    A file of one scan is decoded line by line. Of one with several all coefficients are held, two
    bytes each; an unusual number of scans counts as if each held a byte for every pixel.
    """
    marker, body = frame
    if len(body) < 6 or len(body) < 6 + 3 * body[5]:
        raise PhotoError("the photo is damaged: it does not say what is in it")
    scans = data.count(b"\xff\xda")
    if scans > MAX_SCANS:
        raise too_many_parts()
    height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    samples = [body[7 + 3 * i] for i in range(body[5])]  # of each colour, across and down
    areas = [(each >> 4) * (each & 15) for each in samples]
    held_back = marker in _PROGRESSIVE or components < len(areas)
    scale = next(each for each in (8, 4, 2, 1) if min(width, height) >= each * EDGE or each == 1)
    memory = 4 * width * height // scale**2
    if held_back:
        memory += 2 * width * height * sum(areas) // max(1, *areas)
        memory += width * height * max(0, scans - USUAL_SCANS)
    return StrippedImage(data, (width, height), memory, held)
