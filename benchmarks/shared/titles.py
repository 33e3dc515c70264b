"""Titles that do not give away the label that is to be found."""

from __future__ import annotations


def without_brand(title: str, brand: str) -> str:
    """The title without the brand, wherever its words follow each other, in any letter case."""
    words = title.split()
    brand_words = brand.casefold().split()
    length = len(brand_words)
    if not length:
        return " ".join(words)

    start = 0
    while start + length <= len(words):
        end = start + length
        candidate = [word.casefold() for word in words[start:end]]
        if candidate == brand_words:
            # The next word moves to this position, and the brand may follow itself.
            del words[start:end]
        else:
            start += 1
    return " ".join(words)
