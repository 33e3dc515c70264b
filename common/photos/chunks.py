"""Strips files that are sequences of chunks: PNG and WebP."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from common.errors import PhotoError
from common.photos.exif import orientation
from common.photos.frames import WEBP_BYTES_PER_PIXEL
from common.photos.stripping import MAX_CHUNKS, StrippedImage, too_many_parts, too_short

_PNG_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")

_CANVAS = b"VP8X"
_WEBP_KEPT = (_CANVAS, b"ALPH", b"ANIM")
_WEBP_PICTURES = (b"VP8 ", b"VP8L", b"ANMF")

_14_BITS = 0x3FFF

_ByteOrder = Literal["big", "little"]


class _Chunk(NamedTuple):
    """A chunk's kind, its body, and all of its bytes."""

    kind: bytes
    body: memoryview
    data: memoryview


def strip_png(data: bytes) -> StrippedImage:
    """Keep header, palette, transparency and pixels (PNG specification, third edition, 11).

    Raises ``PhotoError`` for a damaged file.
    """
    parts = [memoryview(data)[:8]]
    exif_orientation = 1

    for chunk in _chunks(data, 8, "big"):
        if chunk.kind in _PNG_KEPT:
            parts.append(chunk.data)
        elif chunk.kind == b"eXIf":
            exif_orientation = orientation(bytes(chunk.body))

        if chunk.kind == b"IEND":
            size, memory = _measure_png(bytes(parts[1]))
            return StrippedImage(b"".join(parts), size, memory, exif_orientation)

    raise too_short()


def strip_webp(data: bytes) -> StrippedImage:
    """Keep the first picture (RFC 9649).

    Raises ``PhotoError`` for a damaged file.
    """
    parts: list[memoryview] = []
    size = (0, 0)
    exif_orientation = 1
    has_picture = False

    content = _riff_content(data)
    for chunk in _chunks(content, 12, "little"):
        is_picture = chunk.kind in _WEBP_PICTURES
        is_first = is_picture and not has_picture
        if is_first or chunk.kind in _WEBP_KEPT:
            parts.append(chunk.data)
        if is_picture or chunk.kind == _CANVAS:
            size = _size_with(chunk, size)
        if chunk.kind == b"EXIF":
            exif_orientation = _webp_orientation(chunk.body)
        has_picture |= is_picture

    if not has_picture:
        raise too_short()
    return _webp_image(parts, size, exif_orientation)


def _size_with(chunk: _Chunk, known: tuple[int, int]) -> tuple[int, int]:
    """Return width and height once a chunk that states them has come."""
    # The canvas of a file with several chunks counts, else the first picture's own size.
    if any(known) and chunk.kind != _CANVAS:
        return known
    return _webp_size(chunk)


def _webp_image(
    parts: Sequence[memoryview], size: tuple[int, int], exif_orientation: int
) -> StrippedImage:
    memory = WEBP_BYTES_PER_PIXEL * math.prod(size)
    return StrippedImage(_riff(parts), size, memory, exif_orientation)


def _webp_orientation(body: memoryview) -> int:
    # Some writers repeat the prefix that EXIF has in a JPEG.
    exif = bytes(body).removeprefix(b"Exif\0\0")
    return orientation(exif)


def _riff_content(data: bytes) -> bytes:
    """Return the file without what follows its end, which decoders ignore."""
    length = 8 + _number(data, 4, 4, "little")
    if length > len(data):
        raise too_short()
    return data[:length]


def _riff(chunks: Sequence[memoryview]) -> bytes:
    content = b"".join(chunks)
    n_bytes = len(content) + 4  # the form's name counts too
    length = n_bytes.to_bytes(4, "little")
    return b"RIFF" + length + b"WEBP" + content


def _chunks(data: bytes, offset: int, byte_order: _ByteOrder) -> Iterator[_Chunk]:
    """Yield the chunks from ``offset`` on.

    PNG's chunks (big-endian) are length, kind, body and checksum; RIFF's are kind, length and
    padded body.
    """
    view = memoryview(data)
    is_png = byte_order == "big"

    for _ in range(MAX_CHUNKS):
        if offset == len(data):
            return

        body_start = offset + 8
        kind, length = _chunk_header(view[offset:body_start], byte_order)
        body_end = body_start + length
        # A checksum, or padding to an even length.
        end = body_end + (4 if is_png else length % 2)
        if body_start > len(data) or end > len(data):
            raise too_short()
        yield _Chunk(kind, view[body_start:body_end], view[offset:end])
        offset = end

    raise too_many_parts()


def _chunk_header(header: memoryview, byte_order: _ByteOrder) -> tuple[bytes, int]:
    """Return kind and length of the body; PNG has the length first."""
    first = bytes(header[:4])
    second = bytes(header[4:])
    if byte_order == "big":
        return second, int.from_bytes(first, "big")
    return first, int.from_bytes(second, "little")


def _measure_png(header: bytes) -> tuple[tuple[int, int], int]:
    """Return size and memory by the header; a palette or grey takes one byte a pixel, and time."""
    if len(header) != 25:
        raise PhotoError("the photo is damaged: it does not say what is in it")

    width = _number(header, 8, 4, "big")
    height = _number(header, 12, 4, "big")
    bit_depth = header[16]
    colour_type = header[17]

    bytes_per_pixel = 4 if bit_depth <= 8 else 8
    if colour_type in (0, 3):  # grey or palette
        bytes_per_pixel = 3
    memory = width * height * bytes_per_pixel
    return (width, height), memory


def _webp_size(chunk: _Chunk) -> tuple[int, int]:
    """Return width and height by a chunk's header."""
    kind, body, _ = chunk
    if kind == _CANVAS:
        width = 1 + _number(body, 4, 3, "little")
        height = 1 + _number(body, 7, 3, "little")
        return width, height

    if kind == b"VP8 ":
        width = _number(body, 6, 2, "little") & _14_BITS
        height = _number(body, 8, 2, "little") & _14_BITS
        return width, height

    # After the signature byte of VP8L come 14 bits for either side.
    bits = _number(body, 1, 4, "little")
    width = 1 + (bits & _14_BITS)
    height = 1 + (bits >> 14 & _14_BITS)
    return width, height


def _number(
    data: bytes | memoryview, offset: int, size: int, byte_order: _ByteOrder
) -> int:
    field = data[offset : offset + size]
    return int.from_bytes(field, byte_order)
