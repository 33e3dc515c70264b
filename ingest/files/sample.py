"""A bounded sample of a file: its first bytes, and lines that are not ASCII from all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from common.errors import InputError
from ingest.files.packed import File
from ingest.files.signatures import refuse_foreign

HEAD_BYTES = 65_536
"""Bytes from which the layout of a file is recognised."""

CHUNK_BYTES = 1 << 20
PIECE_BYTES = 16_384
MAX_PIECES = 64
"""Pieces of ``PIECE_BYTES`` that are kept of the rest of the file, at most."""

MAX_CONTROL_SHARE = 0.02
"""Share of control characters above which a file is taken for a binary one."""

MIN_CONTROL = 3
"""Control characters that even a short text may have."""

_TEXT_CONTROLS = frozenset(b"\t\n\x0b\x0c\r\x1b\x1c\x1d\x1e\x1f\x01")
"""Control characters that text may have: blanks, escapes of ISO-2022, separators of databases."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What is known of a file before it is read.

    Attributes:
        head: its first bytes.
        whole: whether the head is all of it.
        pieces: stretches of the rest around bytes that are not ASCII, evenly over the file.
    """

    head: bytes
    whole: bool
    pieces: tuple[bytes, ...]


def take_sample(file: File) -> Sample:
    """Read a file once and return the sample; raises ``InputError`` when it holds no text.

    A legacy encoding may show late, in the first name with an accent, so the whole file is looked
    through; what is kept of it is bounded.
    """
    with file.open() as stream:
        head = stream.read(HEAD_BYTES)
        _require_text(file, head)
        pieces = _take_pieces(stream, head)
    return Sample(head, len(head) < HEAD_BYTES, tuple(pieces))


def _take_pieces(stream: BinaryIO, head: bytes) -> list[bytes]:
    """Return pieces around bytes that are not ASCII, from all of a stream after its head."""
    pieces: list[bytes] = []
    stride = 1
    n_found = 0
    before = head[-PIECE_BYTES // 2 :]
    while chunk := stream.read(CHUNK_BYTES):
        if not chunk.isascii():
            if n_found % stride == 0:
                pieces.append(_cut_piece(before, chunk))
            n_found += 1

        # Every second one is dropped when there are too many: they stay spread out.
        if len(pieces) > MAX_PIECES:
            pieces = pieces[::2]
            stride *= 2
        before = chunk[-PIECE_BYTES // 2 :]

    return pieces


def _require_text(file: File, head: bytes) -> None:
    refuse_foreign(file, head)
    if not head.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise InputError(f"{file.path} is empty")

    # In UTF-16 and UTF-32 every second byte of plain English is a zero.
    if is_wide(head):
        return

    n_control = sum(
        head.count(byte) for byte in range(32) if byte not in _TEXT_CONTROLS
    )
    if n_control > max(MIN_CONTROL, MAX_CONTROL_SHARE * len(head)):
        raise InputError(
            f"{file.path} is not a table of text: it looks like a binary file; save it as CSV"
        )


def is_wide(head: bytes) -> str:
    """Return the codec where bytes are UTF-16 or UTF-32, by a mark or by zeros, else nothing."""
    for mark, codec in (
        (b"\xff\xfe\x00\x00", "utf-32-le"),
        (b"\x00\x00\xfe\xff", "utf-32-be"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if head.startswith(mark):
            return codec

    return _wide_by_line_ends(head)


def _wide_by_line_ends(head: bytes) -> str:
    """Recognise UTF-16 and UTF-32 without a mark by how delimiters and line ends are written."""
    n_zeros = head.count(0)
    if n_zeros < 4 or n_zeros < 0.02 * len(head):
        return ""

    codecs = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
    scores = {codec: _score_wide(head, codec) for codec in codecs}
    best = max(scores, key=lambda codec: scores[codec])
    return best if scores[best] > 0 else ""


def _score_wide(head: bytes, codec: str) -> int:
    """Return how many common characters a codec finds, less what it cannot explain."""
    unit = 4 if "32" in codec else 2
    n_whole = len(head) - len(head) % unit
    text = head[:n_whole].decode(codec, "replace")

    n_common = sum(text.count(character) for character in "\n\r\t,;| e0")
    n_damaged = text.count("\ufffd") + text.count("\x00")
    return n_common - 10 * n_damaged


def _cut_piece(before: bytes, chunk: bytes) -> bytes:
    """Return whole lines around the first byte of a chunk that is not ASCII."""
    offset = _first_non_ascii(chunk)
    start = max(0, offset - PIECE_BYTES // 2)
    end = offset + PIECE_BYTES // 2
    data = chunk[start:end]
    if start == 0:
        # The line may have begun in the chunk before, even within a character.
        data = before + data

    first, last = data.find(b"\n"), data.rfind(b"\n")
    return data[first + 1 : last] if first < last else data


def _first_non_ascii(chunk: bytes) -> int:
    low, high = 0, len(chunk)
    while high - low > 1:
        middle = (low + high) // 2
        if chunk[low:middle].isascii():
            low = middle
        else:
            high = middle

    return low
