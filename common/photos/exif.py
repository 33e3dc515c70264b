"""The orientation in EXIF: the only entry that pixels depend on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

_ByteOrder = Literal["little", "big"]

_ORIENTATION = 0x0112
_MAX_ENTRIES = 1_000
_HEADERS = (b"II*\0", b"MM\0*")
_SIZE_OF_TYPE = {1: 1, 3: 2, 4: 4}
"""Bytes of a value by its type: BYTE, SHORT (which the standard demands) and LONG."""


def orientation(exif: bytes) -> int:
    """Return the orientation, 1 (upright) to 8, of a block of EXIF; 1 when in doubt.

    The block is laid out as TIFF. Other entries are skipped: each may point at all of the block,
    so that reading them can cost thousands of times its size.
    """
    return _stated_orientation(exif) or 1


def orientation_of_blocks(parts: Sequence[bytes]) -> int:
    """Return the first orientation that a file states in its segments of EXIF, 1 if none does.

    A segment holds 64 kB, so that a part without a header continues the one before.
    """
    blocks: list[list[bytes]] = []
    for part in parts:
        if part.startswith(_HEADERS) or not blocks:
            blocks.append([part])
        else:
            blocks[-1].append(part)

    for block in blocks:
        stated = _stated_orientation(b"".join(block))
        if stated:
            return stated
    return 1


def _stated_orientation(exif: bytes) -> int:
    """Return the orientation that a block states, 0 if it states none or an impossible one."""
    if len(exif) < 10 or not exif.startswith(_HEADERS):
        return 0

    byte_order: _ByteOrder = "little" if exif[:2] == b"II" else "big"
    start = _number(exif, 4, 4, byte_order)
    # The count may be wrong: entries beyond the end of the block read as zeros.
    stated = _number(exif, start, 2, byte_order)
    n_entries = min(stated, _MAX_ENTRIES)

    for i in range(n_entries):
        offset = start + 2 + 12 * i  # entries of 12 bytes follow their number
        if _number(exif, offset, 2, byte_order) == _ORIENTATION:
            return _value_of_entry(exif, offset, byte_order)
    return 0


def _value_of_entry(exif: bytes, offset: int, byte_order: _ByteOrder) -> int:
    """Return the orientation of its entry, 0 for an impossible one."""
    kind = _number(exif, offset + 2, 2, byte_order)
    size = _SIZE_OF_TYPE.get(kind, 2)
    value = _number(exif, offset + 8, size, byte_order)
    return value if 1 <= value <= 8 else 0


def _number(data: bytes, offset: int, size: int, byte_order: _ByteOrder) -> int:
    field = data[offset : offset + size]
    return int.from_bytes(field, byte_order)
