"""How likely a character is at its place, by which a wrong encoding shows.

Letters in their place speak for an encoding: a small letter between small ones, kana and common
kanji. Symbols within words, capitals after small letters and control characters speak against it.
"""

from __future__ import annotations

import functools
import unicodedata

_COMMON_LATIN = frozenset("äöüßéèêëàâçñóíúáôîïûùœæåøãõìòÄÖÜÉ€£©®™°’‘“”–—…•´·«»½²")
_TYPOGRAPHY = frozenset("¿¡€£¥©®™°’‘“”„–—…•·«»‹›½¼²³§×№")
_ONE_LETTER_WORDS = frozenset("àèéìòóôåöøÀÈÉÌÒÓÔÅÖØвиксоуяаВИКСОУЯАηοήόηΗΟΉ")
_RANGES = (
    (0x3040, 0x30FF, 1.0),  # kana
    (0xAC00, 0xD7A3, 0.9),  # hangul
    (0x3000, 0x303F, 0.7),
    # Ideographs, where the codec's standard has them in its first level.
    (0x4E00, 0x9FFF, 0.8),
    (0xFF00, 0xFF60, 0.7),  # full-width letters
    (0x0E00, 0x0E7F, 0.6),  # Thai
    (0x0590, 0x05FF, 0.6),  # Hebrew
    (0x0600, 0x06FF, 0.6),  # Arabic
)


def plausibility(before: str, character: str, after: str, codec: str) -> float:
    """Return how likely a character is between two others, from -3 to 1."""
    point = ord(character)
    if 0xFF61 <= point <= 0xFF9F:
        return _half_width_plausibility(before, after)

    for first, last, score in _RANGES:
        if first <= point <= last:
            is_ranked = 0x4E00 <= point <= 0xD7A3
            if is_ranked and character not in _common_characters(codec):
                return 0.0
            return _range_plausibility(
                before,
                after,
                score,
                point,
            )

    if unicodedata.category(character).startswith("L"):
        return _letter_plausibility(
            before,
            character,
            after,
            codec,
        )
    return _sign_plausibility(before, character, after)


def _half_width_plausibility(before: str, after: str) -> float:
    # Half-width kana are single bytes: one alone may be any letter, a word of them is none.
    follows = "\uff61" <= before <= "\uff9f"
    precedes = "\uff61" <= after <= "\uff9f"
    return 0.6 if follows or precedes else 0.1


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

    script = _script(character)
    is_among_accents = not before.isascii() and not after.isascii()
    if script == "LATIN" and is_among_accents:
        # No language writes three letters with accents in a row; other alphabets look so.
        return -0.5
    is_alone = not before.isalnum() and not after.isalnum()
    if is_alone and character not in "ªº":
        # The pound of a price, and the arrow between two levels of a path, are letters in
        # other encodings.
        return 0.3 if character in _ONE_LETTER_WORDS else 0.1
    return _word_plausibility(before, character, after, script)


def _word_plausibility(before: str, character: str, after: str, script: str) -> float:
    """Return how likely a letter is within a word, by the case and the script of its neighbours."""
    if character.isupper():
        return _capital_plausibility(before, after)
    if before.isupper() and after.isupper():
        return -1.0
    if before.isalpha() and _script(before) != script:
        return -0.5
    if script == "LATIN":
        return _latin_plausibility(character)
    return 0.2 if character in "ªº" else 0.75


def _capital_plausibility(before: str, after: str) -> float:
    if before.islower() or after.islower() and before.isupper():
        return -1.0
    return 0.6 if before.isalpha() or after.isalpha() else 0.2


def _latin_plausibility(character: str) -> float:
    if character in _COMMON_LATIN:
        return 0.8
    return 0.2 if character in "þðý" else 0.6


def _sign_plausibility(before: str, character: str, after: str) -> float:
    """Return how likely a character is that is no letter, or belongs to no text."""
    if unicodedata.category(character) in ("Cc", "Co", "Cn") or character == "\ufffd":
        return -3.0
    if character in _TYPOGRAPHY:
        # A sign within a word is the letter of another encoding.
        is_within = before.isalpha() and after.isalpha() and character not in "’‘–·"
        return -1.0 if is_within else 0.5

    if character in "\u00a0\u202f":
        # Blanks that do not break stand between digits and beside signs.
        return -0.2 if before.isalpha() and after.isalpha() else 0.5

    is_drawing = 0x2500 <= ord(character) <= 0x259F
    return -2.0 if is_drawing else -0.5


def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]


@functools.cache
def _common_characters(codec: str) -> frozenset[str]:
    """Return the ideographs and syllables of the first level of a national standard."""
    levels = {
        "cp932": (0x889F, 0x9872),
        "euc_jp": (0xB0A1, 0xCFD3),
        "gb18030": (0xB0A1, 0xD7F9),
        "cp950": (0xA440, 0xC67E),
        "cp949": (0xB0A1, 0xC8FE),
    }
    first, last = levels.get(codec, (1, 0))
    points = range(first, last + 1)
    # Pairs of bytes between the rows of the standard are no characters.
    texts = [point.to_bytes(2, "big").decode(codec, "ignore") for point in points]
    return frozenset("".join(texts))
