"""The orientation in EXIF: the only entry that pixels depend on."""

from __future__ import annotations

from typing import Literal

_ByteOrder = Literal["little", "big"]

_ORIENTATION = 0x0112
_MAX_ENTRIES = 1_000


def orientation(exif: bytes) -> int:
    """Return the orientation, 1 (upright) to 8, of a block of EXIF; 1 when in doubt.

    The block is laid out as TIFF. Other entries are skipped: each may point at all of the block,
    so that reading them can cost thousands of times its size.
    """
    if len(exif) < 10:
        return 1

    byte_order: _ByteOrder = "little" if exif[:2] == b"II" else "big"
    start = _number(exif, 4, 4, byte_order)
    n_entries = min(_number(exif, start, 2, byte_order), _MAX_ENTRIES)

    for i in range(n_entries):
        offset = start + 2 + 12 * i  # entries of 12 bytes follow their number
        if _number(exif, offset, 2, byte_order) == _ORIENTATION:
            value = _number(exif, offset + 8, 2, byte_order)
            return value if 1 <= value <= 8 else 1
    return 1


def _number(data: bytes, offset: int, size: int, byte_order: _ByteOrder) -> int:
    return int.from_bytes(data[offset : offset + size], byte_order)
