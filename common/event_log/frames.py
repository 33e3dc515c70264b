"""Lines in frames: their length and checksum come first, so that a torn end is recognised.

A frame is the length of the line in bytes and its CRC-32, each 4 bytes with the lowest first,
then the line as UTF-8.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

_HEADER = struct.Struct("<II")


@dataclass(frozen=True, slots=True)
class Frames:
    """The lines of a file of frames.

    Attributes:
        lines: the lines of all whole frames, in their order.
        torn_bytes: bytes after the last whole frame: what a writer that was killed left.
    """

    lines: tuple[str, ...]
    torn_bytes: int


def frame(line: str) -> bytes:
    """Return a line, which must not be empty, in its frame."""
    data = line.encode()
    return _HEADER.pack(len(data), zlib.crc32(data)) + data


def read_frames(data: bytes) -> Frames:
    """Return the lines of frames up to the first that is not whole."""
    lines = []
    start = 0
    while (line := _line_at(data, start)) is not None:
        lines.append(line.decode())
        start += _HEADER.size + len(line)
    return Frames(tuple(lines), len(data) - start)


def _line_at(data: bytes, start: int) -> bytes | None:
    """Return the line of the frame that begins at ``start``, or ``None`` where none is whole."""
    begin = start + _HEADER.size
    if begin > len(data):
        return None

    length, checksum = _HEADER.unpack_from(data, start)
    line = data[begin : begin + length]
    # After a crash of the machine a file may end with zeros, whose checksum is that of no bytes.
    is_whole = 0 < length == len(line) and zlib.crc32(line) == checksum
    return line if is_whole else None
