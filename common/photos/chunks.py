"""The essence of files that are rows of chunks: PNG and WebP."""

from __future__ import annotations

from collections.abc import Iterator

from common.errors import PhotoError
from common.photos.essence import MAX_CHUNKS, StrippedImage, too_many_parts, too_short
from common.photos.exif import orientation

_Chunk = tuple[bytes, memoryview, memoryview]
"""A chunk's kind, its body, and all of it."""


def png(data: bytes) -> StrippedImage:
    """Keep header, palette, transparency and pixels (PNG specification, third edition, 11)."""
    kept, held = [memoryview(data)[:8]], 1
    for kind, body, chunk in _chunks(data, 8, "big"):
        if kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"):
            kept.append(chunk)
        elif kind == b"eXIf":
            held = orientation(bytes(body))
        if kind == b"IEND":
            return StrippedImage(b"".join(kept), *_measure(bytes(kept[1])), held)
    raise too_short()


def webp(data: bytes) -> StrippedImage:
    """Keep the first picture (RFC 9649); its decoder holds the canvas four times over."""
    length = 8 + _number(data, 4, 4, "little")
    if length > len(data):
        raise too_short()
    kept: list[memoryview] = []
    size, held, pictures = (0, 0), 1, 0
    for kind, body, chunk in _chunks(data[:length], 12, "little"):
        if kind == b"EXIF":
            held = orientation(bytes(body).removeprefix(b"Exif\0\0"))
        elif kind == b"VP8X":
            size = 1 + _number(body, 4, 3, "little"), 1 + _number(body, 7, 3, "little")
            kept.append(chunk)
        elif kind in (b"ALPH", b"ANIM"):
            kept.append(chunk)
        elif kind in (b"VP8 ", b"VP8L", b"ANMF"):
            size = size if any(size) else _picture_size(kind, body)
            kept += [chunk] if not pictures else []
            pictures += 1
    if not pictures:
        raise too_short()
    rest = b"".join(kept)
    head = b"RIFF" + (len(rest) + 4).to_bytes(4, "little") + b"WEBP"
    return StrippedImage(head + rest, size, 16 * size[0] * size[1], held)


def _chunks(data: bytes, at: int, order: str) -> Iterator[_Chunk]:
    """PNG's chunks are length, kind, body and checksum; RIFF's are kind, length and padded body."""
    view, is_png = memoryview(data), order == "big"
    for _ in range(MAX_CHUNKS):
        if at == len(data):
            return
        length = _number(view, at if is_png else at + 4, 4, order)
        kind = bytes(view[at + 4 : at + 8] if is_png else view[at : at + 4])
        end = at + length + (12 if is_png else 8 + length % 2)
        if at + 8 > len(data) or end > len(data):
            raise too_short()
        yield kind, view[at + 8 : at + 8 + length], view[at:end]
        at = end
    raise too_many_parts()


def _measure(header: bytes) -> tuple[tuple[int, int], int]:
    """Size and memory by the header; a palette or grey takes one byte a pixel, and its time."""
    if len(header) != 25:
        raise PhotoError("the photo is damaged: it does not say what is in it")
    width, height = _number(header, 8, 4, "big"), _number(header, 12, 4, "big")
    depth, colour = header[16], header[17]
    return (width, height), width * height * (3 if colour in (0, 3) else 4 if depth <= 8 else 8)


def _picture_size(kind: bytes, body: memoryview) -> tuple[int, int]:
    if kind == b"VP8 ":
        return _number(body, 6, 2, "little") & 0x3FFF, _number(body, 8, 2, "little") & 0x3FFF
    bits = _number(body, 1, 4, "little")
    return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)


def _number(data: bytes | memoryview, at: int, size: int, order: str) -> int:
    return int.from_bytes(data[at : at + size], "big" if order == "big" else "little")
