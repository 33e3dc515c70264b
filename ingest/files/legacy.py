"""Encodings older than UTF-8, told apart by how plausible the characters are that come out.

Each candidate that decodes the lines is scored by its characters that are not ASCII. Where two are
close, charset-normalizer decides, which knows frequencies of letters in languages.
"""

from __future__ import annotations

from collections.abc import Sequence

from charset_normalizer import from_bytes

from ingest.files.plausibility import plausibility

CANDIDATES = (
    "cp1252",
    "cp932",
    "euc_jp",
    "gb18030",
    "cp950",
    "cp949",
    "cp1250",
    "cp1251",
    "koi8_r",
    "cp866",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp874",
    "iso8859_2",
    "iso8859_15",
    "mac_roman",
    "cp850",
    "cp437",
)
"""Codecs that are tried; of equal ones, the first wins."""

_LATIN = frozenset(
    ("cp1252", "cp1250", "cp1254", "iso8859_2", "iso8859_15")
    + ("mac_roman", "cp850", "cp437")
)

MAX_BYTES = 65_536
MIN_BYTES = 20
"""Bytes that are not ASCII from which charset-normalizer is asked."""

MIN_DECODED_SHARE = 0.95
MIN_SCORE = 0.2
CLOSE = 0.08
"""Difference of scores within which charset-normalizer decides."""


def detect_legacy(lines: Sequence[bytes]) -> str:
    """Return the likeliest codec of lines that are not ASCII, or nothing where none is likely."""
    lines = _bounded(lines)
    scores = {codec: _score(lines, codec) for codec in CANDIDATES}
    best = max(scores, key=lambda codec: scores[codec])
    if scores[best] < MIN_SCORE:
        return _second_opinion(lines, list(CANDIDATES))

    # Of a few letters frequencies say nothing, and of Latin ones in a table little.
    n_bytes = sum(map(_n_not_ascii, lines))
    if n_bytes < MIN_BYTES or best in _LATIN:
        return best

    close = [codec for codec in CANDIDATES if scores[codec] > scores[best] - CLOSE]
    return _choose_close(lines, close) or best


def _choose_close(lines: Sequence[bytes], codecs: list[str]) -> str:
    """Return the first of codecs that agree on all characters, else the second opinion."""
    texts = {_decode(lines, codec) for codec in codecs}
    if len(texts) == 1:
        return codecs[0]
    return _second_opinion(lines, codecs)


def _n_not_ascii(line: bytes) -> int:
    """Return the number of bytes that are not ASCII."""
    ascii_text = line.decode("ascii", "ignore")
    return len(line) - len(ascii_text)


def find_example(lines: Sequence[bytes], codec: str) -> str:
    """Return the first word that is not ASCII, at most 40 characters."""
    for word in lines[0].decode(codec, "replace").replace(",", " ").split():
        if not word.isascii():
            return word[:40]
    return ""


def _bounded(lines: Sequence[bytes]) -> list[bytes]:
    """Return lines from all over the sample, in ``MAX_BYTES`` at most."""
    n_bytes = sum(map(len, lines))
    stride = 1 + n_bytes // MAX_BYTES
    return [line[:MAX_BYTES] for line in lines[::stride]]


def _decode(lines: Sequence[bytes], codec: str) -> str:
    return "\n".join(line.decode(codec, "replace") for line in lines)


def _score(lines: Sequence[bytes], codec: str) -> float:
    """Return the mean plausibility of the characters that are not ASCII; -1 if it fails."""
    text = _decode(lines, codec)
    n_bad = sum("\ufffd" in line for line in text.split("\n"))
    if n_bad > (1 - MIN_DECODED_SHARE) * len(lines):
        return -1.0

    total = 0.0
    n_characters = 0
    neighbours = zip(
        "\n" + text,
        text,
        text[1:] + "\n",
        strict=False,
    )
    for before, character, after in neighbours:
        if not character.isascii():
            total += plausibility(
                before,
                character,
                after,
                codec,
            )
            n_characters += 1

    return total / max(1, n_characters)


def _second_opinion(lines: Sequence[bytes], codecs: list[str]) -> str:
    """Return the best guess of charset-normalizer among some codecs, or nothing."""
    data = b"\n".join(lines)
    match = from_bytes(data, cp_isolation=codecs).best()
    if match is None or match.encoding not in codecs:
        return ""
    return match.encoding
