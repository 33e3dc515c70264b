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

_APOSTROPHES = re.compile("['`´\u2018\u2019]")
_NUMBER_AND_UNIT = re.compile(rf"(\d)\s+({'|'.join(UNITS)})\b")
_TOKENS = re.compile(rf"\d+(?:[.,]\d+)+(?:(?:{'|'.join(UNITS)})\b)?|[^\W_]+|[^\w\s\x00-\x7f]")


@lru_cache(maxsize=4096)  # field values come again and again, texts once for every model
def normalise(text: str) -> str:
    """Return the text's tokens, lower case, separated by single spaces.

    Widths and compatibility forms are folded (NFKC), apostrophes dropped, numbers joined with
    their unit; ASCII punctuation goes, emoji and other symbols stay as tokens of their own.
    Japanese is left in runs, which character n-grams take apart.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = _APOSTROPHES.sub("", folded)
    return " ".join(_TOKENS.findall(_NUMBER_AND_UNIT.sub(r"\1\2", folded)))
