"""Lines of a table that are no records: rulings, the last line with a total, the number of rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

_RULING = re.compile(r"[\s|+]*:?[-=_]{3,}[-=_:|+\s]*")
_COUNT = re.compile(r"\(?\d[\d,.]* (rows?|records?)( (selected|affected|in set))?.*")

_TOTAL_WORDS = """
total totals grandtotal sum summe gesamt gesamtsumme somme totale totaal suma summa sumy итого всего
合計 総計 小計 合计 总计 합계 총계
"""
_TOTALS = frozenset(_TOTAL_WORDS.split())
BEGINNINGS = frozenset(
    spelled
    for word in _TOTALS
    for name in (word, word.title(), word.upper())
    for spelled in (name, f"{name}:")
)
"""First cells of a line that may be a total."""


def is_ruling(text: str) -> bool:
    """Whether a line is drawn, as psql and Markdown draw one below the header."""
    return _RULING.fullmatch(text) is not None


def is_count(text: str) -> bool:
    """Whether a line says how many rows there are, as databases print it: ``(12 rows)``."""
    return _COUNT.fullmatch(text.strip()) is not None


def is_total(cells: Sequence[object]) -> bool:
    """Whether cells are a word for a total and numbers: to be asked of the last line alone."""
    filled = [str(cell).strip() for cell in cells if cell is not None]
    first, *others = [text for text in filled if text] or [""]
    word = first.rstrip(": ").replace(" ", "").casefold()
    return word in _TOTALS and not any(map(_is_word, others))


def _is_word(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    # "EUR" and "kr" may stand beside a sum.
    return len(letters) > 3
