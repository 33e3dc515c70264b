"""Lists of words as they are written in code: one text, the words separated by ``|``."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of a list; blanks and line ends around a word do not count."""
    lines = " ".join(text.split())
    return frozenset(word.strip() for word in lines.split("|") if word.strip())
