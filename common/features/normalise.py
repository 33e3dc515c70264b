"""Seller text, normalised once for everybody: encoders, heads, the gazetteer and the group keys."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

UNITS = (
    "gb", "tb", "mb", "oz", "ml", "cl", "l", "fl", "lb", "lbs", "kg", "g", "mg", "mm", "cm", "m",
    "in", "inch", "ft", "yd", "k", "kt", "ct", "w", "v", "mah", "mp", "hz", "ghz", "pc", "pcs",
    "pack", "piece", "pieces", "pk", "xl", "x",
)  # fmt: skip
"""Words that belong to the number before them: ``128 GB`` is one token, ``128gb``."""

JAPANESE_UNITS = {
    "インチ": "inch", "センチメートル": "cm", "センチ": "cm", "ミリリットル": "ml",
    "ミリメートル": "mm", "ミリ": "mm", "リットル": "l", "グラム": "g", "キログラム": "kg",
    "キロ": "kg", "ギガ": "gb", "テラ": "tb", "ワット": "w", "ボルト": "v",
}  # fmt: skip
"""Units in katakana, and as both languages know them: ``50ミリ`` is ``50mm``."""

COUNTERS = (
    "セット", "円", "枚", "点", "個", "本", "足", "冊", "巻", "号", "歳", "才", "年", "人",
    "畳", "段", "色", "匹",
)  # fmt: skip
"""Japanese words that belong to the number before them: ``10枚`` is one token."""

_APOSTROPHES = re.compile("['`´\u2018\u2019]")
_NUMBER_AND_UNIT = re.compile(rf"(\d)\s+({'|'.join(UNITS)})\b")
_JAPANESE_UNIT = re.compile(rf"(\d)\s?({'|'.join(JAPANESE_UNITS)})")
_DECIMALS = rf"\d+(?:[.,]\d+)+(?:(?:{'|'.join(UNITS)})\b)?"
_SYMBOLS = r"[^\w\s\x00-\x7f]"
_TOKENS = re.compile(rf"{_DECIMALS}|[^\W_]+|{_SYMBOLS}")

_KANJI, _HIRAGANA, _KATAKANA = "\u3005\u3400-\u4dbf\u4e00-\u9fff", "\u3041-\u309f", "\u30a1-\u30ff"
_OTHERS = rf"[^\W_{_KANJI}{_HIRAGANA}{_KATAKANA}]+"
_RUNS = re.compile(
    rf"\d+(?:[.,]\d+)*(?:{'|'.join(COUNTERS)})|{_DECIMALS}"
    rf"|[{_KANJI}]+|[{_HIRAGANA}]+|[{_KATAKANA}]+|{_OTHERS}|{_SYMBOLS}"
)
"""Japanese has no blanks between words, but a word seldom goes on where the script changes."""

_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
"""Sellers write one word in either script."""


@lru_cache(maxsize=4096)  # field values come again and again, texts once for every model
def normalise(text: str) -> str:
    """Return the text's tokens, lower case, separated by single spaces.

    Widths and compatibility forms are folded (NFKC), apostrophes dropped, numbers joined with
    their unit; ASCII punctuation goes, emoji and other symbols stay as tokens of their own.
    Japanese is cut where kanji, hiragana, katakana and Latin letters meet, and hiragana become
    katakana.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = _NUMBER_AND_UNIT.sub(r"\1\2", _APOSTROPHES.sub("", folded))
    if folded.isascii():
        return " ".join(_TOKENS.findall(folded))
    folded = _JAPANESE_UNIT.sub(lambda found: found[1] + JAPANESE_UNITS[found[2]] + " ", folded)
    return " ".join(_RUNS.findall(folded)).translate(_TO_KATAKANA)
