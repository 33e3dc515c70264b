"""The one fact of EXIF that pixels depend on: which way the camera was held."""

from __future__ import annotations

_ORIENTATION = 0x0112
_MOST_ENTRIES = 1_000


def orientation(exif: bytes) -> int:
    """Return 1 (upright) to 8 from a block of EXIF, which is laid out as TIFF; 1 when in doubt.

    Other entries are not looked at: each may point at all of the block, so that reading them can
    cost thousands of times its size.
    """
    if len(exif) < 10:
        return 1
    order = "little" if exif[:2] == b"II" else "big"
    start = _number(exif, 4, 4, order)
    for i in range(min(_number(exif, start, 2, order), _MOST_ENTRIES)):
        at = start + 2 + 12 * i
        if _number(exif, at, 2, order) == _ORIENTATION:
            found = _number(exif, at + 8, 2, order)
            return found if 1 <= found <= 8 else 1
    return 1


def _number(data: bytes, at: int, size: int, order: str) -> int:
    return int.from_bytes(data[at : at + size], "little" if order == "little" else "big")
