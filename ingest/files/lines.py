"""Bytes become lines: decoded block by block, whatever their encoding and line ends."""

from __future__ import annotations

import codecs
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from ingest.files.encoding import Encoding, decode_line

MAX_LINE_BYTES = 4_000_000
"""Bytes of the longest line that is read; a longer one is skipped and reported."""

SHOWN_BYTES = 65_536
"""Bytes that are kept of a line that is too long."""

BLOCK_BYTES = 1 << 20

LINE_TOO_LONG = f"the line is longer than {MAX_LINE_BYTES} bytes"

Line = tuple[int, str, str]
"""Number of a line from 1, its text without the line end, and its problem or ``""``; a plain tuple,
because there are millions."""


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How bytes become lines.

    Attributes:
        encoding: of the bytes.
        old_mac: whether a carriage return alone ends a line, as in files of old Macs.
    """

    encoding: Encoding = Encoding()
    old_mac: bool = False


def read_lines(
    stream: BinaryIO, text_format: TextFormat, counts: Counter[str]
) -> Iterator[Line]:
    """Yield the physical lines; a block of them is in memory.

    ``counts`` counts ``damaged lines``, in which bytes that are no text became U+FFFD, and
    ``fallback lines``, which are of the second encoding.
    """
    encoding = text_format.encoding
    if encoding.is_wide or text_format.old_mac:
        stream = cast(BinaryIO, io.BufferedReader(_Recoder(stream, text_format)))
        encoding = Encoding(fallback="")

    number = 0
    for block, problem in _read_blocks(stream):
        if problem:
            number += 1
            yield number, block.decode(encoding.codec, "replace"), problem
            continue
        for text in _decode_block(block, encoding, counts):
            number += 1
            yield number, text, ""


@contextmanager
def open_text(stream: BinaryIO, text_format: TextFormat) -> Iterator[io.TextIOWrapper]:
    """Read the text of a stream without its byte order mark, for formats that span lines."""
    encoding = text_format.encoding
    codec = "utf-8-sig" if encoding.codec == "utf-8" else encoding.codec
    text = io.TextIOWrapper(
        stream,
        codec,
        errors="replace",
        newline="",
    )
    try:
        yield text
    finally:
        # The stream belongs to the caller, who closes it.
        text.detach()


def _read_blocks(stream: BinaryIO) -> Iterator[tuple[bytes, str]]:
    """Yield whole lines in blocks, or the beginning of a line that is too long, with the reason."""
    rest = b""
    while data := stream.read(BLOCK_BYTES):
        first_end = data.find(b"\n") + 1
        if not first_end:
            rest += data
            if len(rest) > MAX_LINE_BYTES:
                yield rest[:SHOWN_BYTES], LINE_TOO_LONG
                rest = _skip_line(stream)
            continue

        if len(rest) + first_end > MAX_LINE_BYTES:
            yield rest[:SHOWN_BYTES], LINE_TOO_LONG
            rest, data = b"", data[first_end:]
        end = data.rfind(b"\n") + 1
        if end:
            yield rest + data[:end], ""
            rest = b""
        rest += data[end:]

    if rest:
        yield rest, ""


def _skip_line(stream: BinaryIO) -> bytes:
    """Read up to the end of a line, and return what was read of the next one."""
    while data := stream.read(BLOCK_BYTES):
        end = data.find(b"\n") + 1
        if end:
            return data[end:]
    return b""


def _decode_block(block: bytes, encoding: Encoding, counts: Counter[str]) -> list[str]:
    try:
        text = block.decode(encoding.codec)
    except UnicodeDecodeError:
        text = _decode_lines(block, encoding, counts)

    if "\r" in text:
        # Some programs write the carriage return twice.
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").rstrip("\r")
    if "\ufeff" in text:
        # Each of several files that were joined brought a mark of its own.
        text = text.lstrip("\ufeff").replace("\n\ufeff", "\n").replace("\n\ufeff", "\n")

    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _decode_lines(block: bytes, encoding: Encoding, counts: Counter[str]) -> str:
    """Decode line by line, so that a bad one costs the others nothing."""
    lines = []
    for data in block.split(b"\n"):
        line, amiss = decode_line(data, encoding)
        lines.append(line)
        if amiss:
            counts[amiss] += 1
    return "\n".join(lines)


class _Recoder(io.RawIOBase):
    """A stream as UTF-8 with line feeds."""

    def __init__(self, stream: BinaryIO, text_format: TextFormat) -> None:
        self._stream = stream
        decoder = codecs.getincrementaldecoder(text_format.encoding.codec)("replace")
        self._decoder = io.IncrementalNewlineDecoder(decoder, text_format.old_mac)
        self._ready = b""
        self._at_end = False

    def readable(self) -> bool:
        """Whether it can be read, which ``io.BufferedReader`` asks."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer with the next bytes of UTF-8, and return their number."""
        while not self._ready and not self._at_end:
            data = self._stream.read(BLOCK_BYTES)
            self._at_end = not data
            text = self._decoder.decode(data, final=self._at_end)
            self._ready = text.encode("utf-8", "replace")

        view = memoryview(cast(bytearray, buffer))
        n = min(len(view), len(self._ready))
        view[:n] = self._ready[:n]
        self._ready = self._ready[n:]
        return n
