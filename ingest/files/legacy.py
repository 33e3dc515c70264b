"""Encodings older than UTF-8, told apart by how plausible the characters are that come out.

Each candidate that decodes the lines is scored by its characters: letters in their place (a small
letter between small ones, kana and common kanji) speak for it; symbols within words, capitals after
small letters and control characters against it. Where two are close, charset-normalizer decides,
which knows frequencies of letters in languages.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence

from charset_normalizer import from_bytes

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

_COMMON_LATIN = frozenset("äöüßéèêëàâçñóíúáôîïûùœæåøãõìòÄÖÜÉ€£©®™°’‘“”–—…•´·«»½²")
_TYPOGRAPHY = frozenset("¿¡€£¥©®™°’‘“”„–—…•·«»½¼²³§×№")
_RANGES = (
    (0x3040, 0x30FF, 1.0),  # kana
    (0xAC00, 0xD7A3, 0.9),  # hangul
    (0x3000, 0x303F, 0.7),
    (
        0x4E00,
        0x9FFF,
        0.8,
    ),  # ideographs, where the codec's standard has them in its first level
    (0xFF00, 0xFF60, 0.7),  # full-width letters
    (0x0E00, 0x0E7F, 0.6),  # Thai
    (0x0590, 0x05FF, 0.6),  # Hebrew
    (0x0600, 0x06FF, 0.6),  # Arabic
)


def detect_legacy(lines: Sequence[bytes]) -> str:
    """Return the likeliest codec of lines that are not ASCII, or nothing where none is likely."""
    lines = _bounded(lines)
    scores = {codec: _score(lines, codec) for codec in CANDIDATES}
    best = max(scores, key=lambda codec: scores[codec])
    if scores[best] < MIN_SCORE:
        return _second_opinion(lines, list(CANDIDATES))

    n_bytes = sum(len(line) - len(line.decode("ascii", "ignore")) for line in lines)
    # Of a few letters frequencies say nothing, and of Latin ones in a table little.
    if n_bytes < MIN_BYTES or best in _LATIN:
        return best
    close = [codec for codec in CANDIDATES if scores[codec] > scores[best] - CLOSE]
    if len({_decode(lines, codec) for codec in close}) == 1:
        return close[0]
    return _second_opinion(lines, close) or best


def find_example(lines: Sequence[bytes], codec: str) -> str:
    """Return the first word that is not ASCII, at most 40 characters."""
    for word in lines[0].decode(codec, "replace").replace(",", " ").split():
        if not word.isascii():
            return word[:40]
    return ""


def _bounded(lines: Sequence[bytes]) -> list[bytes]:
    """Return lines from all over the sample, in ``MAX_BYTES`` at most."""
    stride = 1 + sum(map(len, lines)) // MAX_BYTES
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
    for before, character, after in zip(
        "\n" + text, text, text[1:] + "\n", strict=False
    ):
        if not character.isascii():
            total += _plausibility(before, character, after, codec)
            n_characters += 1
    return total / max(1, n_characters)


def _plausibility(before: str, character: str, after: str, codec: str) -> float:
    """Return how likely a character is at its place, from -3 to 1."""
    point = ord(character)
    if 0xFF61 <= point <= 0xFF9F:
        # Half-width kana are single bytes: one alone may be any letter, a word of them is none.
        return (
            0.6
            if "\uff61" <= before <= "\uff9f" or "\uff61" <= after <= "\uff9f"
            else 0.1
        )
    for first, last, score in _RANGES:
        if first <= point <= last:
            is_rare = 0x4E00 <= point <= 0xD7A3 and character not in _common_characters(
                codec
            )
            return 0.0 if is_rare else _range_plausibility(before, after, score, point)

    category = unicodedata.category(character)
    if category in ("Cc", "Co", "Cn") or character == "\ufffd":
        return -3.0
    if category[0] == "L":
        return _letter_plausibility(before, character, after, codec)
    if character in _TYPOGRAPHY:
        # A sign within a word is the letter of another encoding.
        within = before.isalpha() and after.isalpha() and character not in "’‘–·"
        return -1.0 if within else 0.5
    return -2.0 if 0x2500 <= point <= 0x259F else -0.5


def _range_plausibility(before: str, after: str, score: float, point: int) -> float:
    # Between two Latin letters stands the accented letter of another encoding.
    if before.isascii() and before.isalpha() and after.isascii() and after.isalpha():
        return -1.0
    # Words of an alphabet have several letters; an ideograph may be a word by itself.
    is_alone = before.isascii() and after.isascii()
    return 0.1 if is_alone and point < 0x3000 else score


def _letter_plausibility(before: str, character: str, after: str, codec: str) -> float:
    if before.isdigit() or after.isdigit():
        return -0.5
    if character in "šžŠŽ" and codec == "cp1252":
        # It has them, but the languages that write them use others that it lacks.
        return 0.0

    is_latin = _script(character) == "LATIN"
    if is_latin and not before.isascii() and not after.isascii():
        # No language writes three letters with accents in a row; other alphabets look so.
        return -0.5
    if character.isupper():
        return _capital_plausibility(before, after)
    if before.isupper() and after.isupper():
        return -1.0
    if before.isalpha() and _script(before) != _script(character):
        return -0.5
    if not is_latin:
        return 0.2 if character in "ªº" else 0.75
    return 0.8 if character in _COMMON_LATIN else 0.2 if character in "þðý" else 0.6


def _capital_plausibility(before: str, after: str) -> float:
    if before.islower() or after.islower() and before.isupper():
        return -1.0
    return 0.6 if before.isalpha() or after.isalpha() else 0.2


def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]


@functools.cache
def _common_characters(codec: str) -> frozenset[str]:
    """Return the ideographs and syllables of the first level of a national standard."""
    first, last = {
        "cp932": (0x889F, 0x9872),
        "euc_jp": (0xB0A1, 0xCFD3),
        "gb18030": (0xB0A1, 0xD7F9),
        "cp950": (0xA440, 0xC67E),
        "cp949": (0xB0A1, 0xC8FE),
    }.get(codec, (1, 0))
    text = (
        point.to_bytes(2, "big").decode(codec, "ignore")
        for point in range(first, last + 1)
    )
    return frozenset(character for part in text for character in part)


def _second_opinion(lines: Sequence[bytes], codecs: list[str]) -> str:
    """Return the best guess of charset-normalizer among some codecs, or nothing."""
    match = from_bytes(b"\n".join(lines), cp_isolation=codecs).best()
    return match.encoding if match is not None and match.encoding in codecs else ""
