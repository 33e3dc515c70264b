"""Normalisation of seller text, for encoders, heads, the gazetteer and group keys alike."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

UNITS = (
    "gb", "tb", "mb", "oz", "ml", "cl", "l", "fl", "lb", "lbs", "kg", "g", "mg", "mm", "cm", "m",
    "in", "inch", "ft", "yd", "k", "kt", "ct", "w", "v", "mah", "mp", "hz", "ghz", "pc", "pcs",
    "pack", "piece", "pieces", "pk", "xl", "x",
)  # fmt: skip
"""Units, joined to the number before them: ``128 GB`` is one token, ``128gb``."""

JAPANESE_UNITS = {
    "インチ": "inch", "センチメートル": "cm", "センチ": "cm", "ミリリットル": "ml",
    "ミリメートル": "mm", "ミリ": "mm", "リットル": "l", "グラム": "g", "キログラム": "kg",
    "キロ": "kg", "ギガ": "gb", "テラ": "tb", "ワット": "w", "ボルト": "v",
}  # fmt: skip
"""Units in katakana with their symbols: ``50ミリ`` becomes ``50mm``."""

COUNTERS = (
    "セット", "円", "枚", "点", "個", "本", "足", "冊", "巻", "号", "歳", "才", "年", "人",
    "畳", "段", "色", "匹",
)  # fmt: skip
"""Japanese counters, joined to the number before them: ``10枚`` is one token."""

_APOSTROPHES = re.compile("['`´\u2018\u2019]")
_NUMBER_AND_UNIT = re.compile(rf"(\d)\s+({'|'.join(UNITS)})\b")
_JAPANESE_UNIT = re.compile(rf"(\d)\s?({'|'.join(JAPANESE_UNITS)})")
_DECIMALS = rf"\d+(?:[.,]\d+)+(?:(?:{'|'.join(UNITS)})\b)?"
_SYMBOLS = r"[^\w\s\x00-\x7f]"
_TOKENS = re.compile(rf"{_DECIMALS}|[^\W_]+|{_SYMBOLS}")

_KANJI, _HIRAGANA, _KATAKANA = (
    "\u3005\u3400-\u4dbf\u4e00-\u9fff",
    "\u3041-\u309f",
    "\u30a1-\u30ff",
)
_OTHERS = rf"[^\W_{_KANJI}{_HIRAGANA}{_KATAKANA}]+"
_RUNS = re.compile(
    rf"\d+(?:[.,]\d+)*(?:{'|'.join(COUNTERS)})|{_DECIMALS}"
    rf"|[{_KANJI}]+|[{_HIRAGANA}]+|[{_KATAKANA}]+|{_OTHERS}|{_SYMBOLS}"
)
"""Tokens of text with Japanese: it has no blanks, but words seldom go on across scripts."""

_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
"""Hiragana to katakana: sellers write the same word in either script."""


# Field values repeat from row to row, and every model normalises the same texts.
@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Return the text's tokens, lower case, separated by single spaces.

    Widths and compatibility forms are folded (NFKC), apostrophes dropped, numbers joined with
    their unit; ASCII punctuation goes, emoji and other symbols stay as tokens of their own.
    Japanese is cut where kanji, hiragana, katakana and Latin letters meet, and hiragana become
    katakana.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = _APOSTROPHES.sub("", folded)
    folded = _NUMBER_AND_UNIT.sub(r"\1\2", folded)
    if folded.isascii():
        return " ".join(_TOKENS.findall(folded))

    folded = _JAPANESE_UNIT.sub(_with_symbol, folded)
    tokens = " ".join(_RUNS.findall(folded))
    return tokens.translate(_TO_KATAKANA)


def _with_symbol(match: re.Match[str]) -> str:
    """Return a number and a katakana unit with the unit's symbol, ended by a space."""
    number, unit = match.groups()
    symbol = JAPANESE_UNITS[unit]
    return f"{number}{symbol} "
