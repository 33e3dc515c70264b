"""The ways Japanese can be written that say the same: widths, syllabaries, Latin letters."""

from __future__ import annotations

import unicodedata

_ASCII = "".join(map(chr, range(0x21, 0x7F)))
_KATAKANA = "".join(map(chr, range(0x30A1, 0x30F7)))
_HALF_KATAKANA = "".join(map(chr, range(0xFF66, 0xFF9E)))

FULL_WIDTH = str.maketrans({letter: chr(ord(letter) + 0xFEE0) for letter in _ASCII})
"""``str.translate`` with it writes Latin letters, digits and signs at full width."""

HIRAGANA = str.maketrans({letter: chr(ord(letter) - 0x60) for letter in _KATAKANA})
"""``str.translate`` with it writes katakana as hiragana."""


def _half_widths() -> dict[int, str]:
    """Katakana as half-width kana; voiced ones take a second sign."""
    marks = {"\u3099": "ﾞ", "\u309a": "ﾟ", "ー": "ｰ"}
    plain = {unicodedata.normalize("NFKC", half): half for half in _HALF_KATAKANA} | marks
    table = {}
    for letter in (*_KATAKANA, "ー"):
        parts = unicodedata.normalize("NFD", letter)
        if all(part in plain for part in parts):
            table[ord(letter)] = "".join(plain[part] for part in parts)
    return table


HALF_WIDTH = _half_widths()
"""``str.translate`` with it writes katakana as half-width kana."""
