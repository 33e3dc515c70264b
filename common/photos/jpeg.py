"""Strips a JPEG down to its tables and scans (ITU T.81, annex B), and reads its orientation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from common.errors import PhotoError
from common.photos.exif import orientation_of_blocks
from common.photos.jpeg_memory import frame_size, memory_of, unusual_scans
from common.photos.stripping import MAX_CHUNKS, StrippedImage, too_many_parts, too_short

_MARKER = re.compile(rb"\xff[\xff\x00]*([^\xff\x00])")
_MARKER_AFTER_PIXELS = re.compile(rb"\xff([^\xff\x00\x01\xd0-\xd7])")
"""In compressed pixels 0xFF is followed by a zero or by the number of a restart interval."""

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_NO_LENGTH = frozenset([0x01, *range(0xD0, 0xD8)])
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_FOREIGN = _FRAMES | {_START}
"""What begins another picture."""

_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
_EXIF = b"Exif\0"
_APP0, _APP1, _APP14, _APP15 = 0xE0, 0xE1, 0xEE, 0xEF


class _Segment(NamedTuple):
    """A segment's marker, the offset of its length, and the end of its body."""

    marker: int
    start: int
    end: int

    def whole(self, data: bytes) -> bytes:
        """Return the marker, the length and the body."""
        return bytes([0xFF, self.marker]) + data[self.start : self.end]

    def body(self, data: bytes) -> bytes:
        """Return what follows the two bytes of the length."""
        return data[self.start + 2 : self.end]


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
    parts = [data[:2]]
    exif_blocks: list[bytes] = []
    frame = _Frame(0, b"")

    for segment in _segments(data):
        marker = segment.marker
        body = segment.body(data)
        if marker == _SCAN:
            turned = orientation_of_blocks(exif_blocks)
            return _with_pixels(data, parts, frame, segment, turned)

        if marker in _FRAMES:
            frame = _only_frame(frame, marker, body)
        if marker == _APP1 and body.startswith(_EXIF):
            exif_blocks.append(body[6:])
        if not _is_metadata(marker):
            parts.append(segment.whole(data))

    raise too_short()


def _with_pixels(
    data: bytes,
    parts: Sequence[bytes],
    frame: _Frame,
    scan: _Segment,
    exif_orientation: int,
) -> StrippedImage:
    """Return the parts before the first scan with all that is from there to the picture's end."""
    size = frame_size(frame.body)
    several = _has_several_scans(frame, n_colours=data[scan.start + 2])
    picture_end, n_scans = _find_end(data, scan.end, several)

    pixels = memoryview(data)[scan.start : picture_end]
    return StrippedImage(
        b"".join([*parts, b"\xff\xda", pixels]),
        size,
        memory=memory_of(frame.body, n_scans if several else 0),
        orientation=exif_orientation,
        passes=1 + unusual_scans(n_scans),
    )


def _has_several_scans(frame: _Frame, n_colours: int) -> bool:
    """Tell whether the picture is progressive, or its first scan has not all of its colours."""
    return frame.marker in _PROGRESSIVE or n_colours < frame.body[5]


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

        marker = match[1][0]
        offset = match.end()
        if marker == _END:
            return offset, n_scans
        if marker in _FOREIGN or (marker == _SCAN and not several):
            return match.start(), n_scans

        n_scans += marker == _SCAN
        # A length that is cut off leads beyond the end, where the search finds nothing.
        offset += _length_at(data, offset)

    raise too_many_parts()


def _only_frame(known: _Frame, marker: int, body: bytes) -> _Frame:
    """Return the frame of a header; raises ``PhotoError`` where another came before."""
    # Memory is computed from one frame, and a decoder might use the other.
    if known.body:
        raise PhotoError("the photo is damaged: it holds two pictures in one")
    return _Frame(marker, body)


def _is_metadata(marker: int) -> bool:
    # Application segments hold metadata, except Adobe's: it says how colours are coded.
    return _APP0 < marker <= _APP15 and marker != _APP14


def _segments(data: bytes) -> Iterator[_Segment]:
    """Yield the segments from the start of the picture on."""
    offset = 2
    for _ in range(MAX_CHUNKS):
        match = _MARKER.match(data, offset) or _skip_rest(data, offset)
        marker = match[1][0]
        offset = match.end()
        if marker in _NO_LENGTH:
            continue
        if marker == _START:
            raise _unordered()

        length = _length_at(data, offset)
        end = offset + length
        if marker == _END or length < 2 or end > len(data):
            raise too_short()
        yield _Segment(marker, offset, end)
        offset = end

    raise too_many_parts()


def _length_at(data: bytes, offset: int) -> int:
    """Return the length that a segment states; less where the file is cut off."""
    field = data[offset : offset + 2]
    return int.from_bytes(field, "big")


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
