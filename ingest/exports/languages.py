"""In which letters and language the texts of a sample are written, as far as a form must know."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uff66-\uff9f]")

_ENGLISH = frozenset(
    [
        *(
            "the",
            "and",
            "with",
            "for",
            "in",
            "of",
            "is",
            "to",
            "this",
            "it",
            "are",
            "not",
        ),
        *("on", "only", "be", "from", "never", "worn", "size"),
    ]
)
_OTHERS = frozenset(
    [
        *(
            "der",
            "die",
            "das",
            "und",
            "mit",
            "für",
            "ist",
            "nicht",
            "ein",
            "eine",
            "von",
            "zu",
        ),
        *(
            "le",
            "la",
            "les",
            "et",
            "avec",
            "pour",
            "est",
            "pas",
            "une",
            "du",
            "des",
            "el",
            "los",
        ),
        *(
            "las",
            "y",
            "con",
            "para",
            "es",
            "muy",
            "del",
            "il",
            "lo",
            "gli",
            "di",
            "non",
            "per",
        ),
        *("una", "che", "e", "o", "os", "da", "com", "não", "um", "uma"),
    ]
)
"""Frequent words of English, and of the other languages that are written in Latin letters."""


def is_latin(text: str) -> bool:
    """Return whether at least half of the letters of a text are those of English."""
    words = _WORD.findall(text)
    n_letters = sum(map(len, words))
    n_latin = len(_LATIN.findall(text))
    return 2 * n_latin >= n_letters


def is_japanese(text: str) -> bool:
    """Return whether a text has a letter of Japanese."""
    return _JAPANESE.search(text) is not None


def is_english(texts: Iterable[str]) -> bool:
    """Return whether frequent words are English; texts without any of them prove nothing."""
    n_english = 0
    n_others = 0
    for text in texts:
        words = set(_WORD.findall(text.casefold()))
        n_english += len(words & _ENGLISH)
        n_others += len(words & _OTHERS)
    return n_english >= n_others
