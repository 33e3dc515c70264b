"""What every decision on a column needs: its cells as plain text, counted, and quoted."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache

from common.validation.texts import MISSING, quote, to_text
from ingest.readings.reading import CellParser

EMPTY = MISSING | {"-", "--", "---", "–", "—", "ー", "?", "nat"}
"""Spellings of an empty cell in columns of prices, dates and payers, in lower case."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_MARKS = str.maketrans(
    {"´": "'", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "−": "-", "٬": "'", "٫": "."}
)


def plain(value: object) -> str:
    """Return a cell as text in one spelling, empty if it is missing.

    Full-width characters become the usual ones, every kind of blank a space, and every kind of
    apostrophe ``'``. Raises ``ValueError`` for what is no text or number, such as a list.
    """
    text = to_text(value)
    if not text.isascii():
        # The marks come first: NFKC takes an acute accent apart.
        text = unicodedata.normalize("NFKC", text.translate(_MARKS)).strip()
        if _OTHER_DIGIT.search(text):
            text = "".join([_to_ascii_digit(char) for char in text])

    return "" if text.casefold() in EMPTY else text


def is_filled(cell: object) -> bool:
    """Return whether a cell holds anything: no blanks alone, no ``None`` and no NaN."""
    if isinstance(cell, str):
        return bool(cell.strip())
    if isinstance(cell, Decimal):
        return not cell.is_nan()
    # Only NaN, and pandas' missing timestamp, equal nothing.
    return cell is not None and bool(cell == cell)


def count_texts(cells: Iterable[object]) -> Counter[str]:
    """Return how often each plain text occurs among the cells that are text and not empty."""
    # Equal cells are made plain once: most columns repeat themselves.
    raw = Counter(cell for cell in cells if isinstance(cell, str))
    counts = Counter[str]()
    for cell, number in raw.items():
        text = plain(cell)
        if text:
            counts[text] += number
    return counts


def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a column's name in lower case: ``priceUSD`` is ``price``, ``usd``."""
    text = unicodedata.normalize("NFKC", name)
    divided = _CAMEL.sub(" ", text)
    words = _WORD.findall(divided.casefold())
    return tuple(words)


def share(texts: Mapping[str, int], total: int) -> str:
    """Return ``34 of 50 cells, such as '1.299,00',`` with the commonest of some texts.

    ``texts`` has them with their counts, ``total`` is the number of all cells.
    """
    number = sum(texts.values())
    commonest = max(texts, key=lambda text: texts[text])
    example = quote(commonest)
    return f"{number:,} of {total:,} cells, such as {example},"


def percent(part: int, whole: int) -> str:
    """Return a share for a sentence: ``3 %``, and ``0.02 %`` where it would round to 0."""
    value = 100 * part / max(whole, 1)
    if value >= 1:
        return f"{value:.0f} %"
    return f"{value:.1g} %"


def plural(number: int, one: str, several: str) -> str:
    """Return a number with its noun: ``1 price``, ``8 prices``."""
    noun = one if number == 1 else several
    return f"{number:,} {noun}"


def cached(parse: CellParser, size: int = 20_000) -> CellParser:
    """Return the parser with a memory of texts: labels and prices repeat from row to row."""
    parse_text = lru_cache(maxsize=size)(parse)
    # Only texts are kept, because 1, 1.0 and True are one key.
    return lambda cell: parse_text(cell) if type(cell) is str else parse(cell)


def _to_ascii_digit(char: str) -> str:
    if not char.isdecimal():
        return char
    return str(unicodedata.decimal(char))
