"""Equivalent ways to write Japanese: character widths, syllabaries, Latin letters."""

from __future__ import annotations

import unicodedata

_ASCII = "".join(map(chr, range(0x21, 0x7F)))
_KATAKANA = "".join(map(chr, range(0x30A1, 0x30F7)))
_HALF_KATAKANA = "".join(map(chr, range(0xFF66, 0xFF9E)))

FULL_WIDTH = str.maketrans({letter: chr(ord(letter) + 0xFEE0) for letter in _ASCII})
"""Table for ``str.translate``: Latin letters, digits and signs to full width."""

HIRAGANA = str.maketrans({letter: chr(ord(letter) - 0x60) for letter in _KATAKANA})
"""Table for ``str.translate``: katakana to hiragana."""


def _half_widths() -> dict[int, str]:
    """Katakana to half-width kana; voiced kana become two characters."""
    marks = {"\u3099": "ﾞ", "\u309a": "ﾟ", "ー": "ｰ"}
    plain = {unicodedata.normalize("NFKC", half): half for half in _HALF_KATAKANA}
    half_width = plain | marks
    table = {}

    for letter in (*_KATAKANA, "ー"):
        # NFD separates the voicing mark, which half-width kana write as a character of its own.
        parts = unicodedata.normalize("NFD", letter)
        halves = [half_width.get(part, "") for part in parts]
        if all(halves):
            table[ord(letter)] = "".join(halves)

    return table


HALF_WIDTH = _half_widths()
"""Table for ``str.translate``: katakana to half-width kana."""
