"""Parsers of titles, descriptions and short labels, and the cleaning that all text goes through.

A parser takes a cell as its source holds it and returns the value, or raises ``ValueError`` with
the end of a sentence that begins with the name of the field: ``'a' is a single letter``.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

MAX_TITLE_CHARACTERS = 1_000
MAX_DESCRIPTION_CHARACTERS = 1_000_000
MAX_LABEL_CHARACTERS = 200
MAX_QUOTE_CHARACTERS = 60

MISSING = frozenset(["", "nan", "null", "n/a", "none", "\\n", "<na>"])
"""Spellings of a missing label, in lower case."""

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LETTER = re.compile(r"[^\W\d_]")
_REPETITION = re.compile(r"([^\W_])\1{20}|(\S)\2{50}")


def parse_title(value: object) -> str:
    """Return a title: one line with a word in it, or empty."""
    text = to_text(value)
    if not text.isprintable():
        text = " ".join(text.split())
    if len(text) > MAX_TITLE_CHARACTERS:
        raise ValueError(
            f"{quote(text)} is longer than {MAX_TITLE_CHARACTERS} characters"
        )
    return require_words(text) if text else ""


def parse_description(value: object) -> str:
    """Return a description of any number of lines, or empty."""
    text = to_text(value)
    if len(text) > MAX_DESCRIPTION_CHARACTERS:
        raise ValueError(
            f"{quote(text)} is longer than {MAX_DESCRIPTION_CHARACTERS} characters"
        )
    return text


def parse_label(value: object) -> str | None:
    """Return a short label such as a size or a colour on one line, or ``None`` if it is missing."""
    text = to_text(value)
    if text.casefold() in MISSING:
        return None
    if len(text) > MAX_LABEL_CHARACTERS:
        raise ValueError(
            f"{quote(text)} is longer than {MAX_LABEL_CHARACTERS} characters"
        )
    return text if text.isprintable() else " ".join(text.split())


def parse_listing_id(value: object) -> str:
    """Return the id of a listing, or an empty text if there is none."""
    return parse_label(value) or ""


def require_words(text: str) -> str:
    """Return the text; raises ``ValueError`` for a number, a single letter or a repetition."""
    if not _LETTER.search(text) or NUMBER.fullmatch(text):
        raise ValueError(f"{quote(text)} has no word in it")

    # A single character of another script may be a word, such as 靴 (shoes).
    if len(text) == 1 and text.isascii():
        raise ValueError(f"{quote(text)} is a single letter")
    if _REPETITION.search(text):
        raise ValueError(f"{quote(text)} repeats one character over and over")
    return text


def to_text(value: object) -> str:
    """Return text or a number as clean text, empty if it is missing."""
    if isinstance(value, str):
        return clean(value)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"{quote(value)} is not text")

    # pandas turns a column of whole numbers with gaps into floats: 7.0 was written as 7.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def clean(text: str) -> str:
    """Return the text without control characters and surrounding blanks.

    Line ends become ``\\n``; a lone surrogate, which UTF-8 cannot encode, becomes U+FFFD.
    """
    # Most texts are printable, and this test is far cheaper than the substitutions.
    if not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))
    return text.strip()


def quote(value: object) -> str:
    """Return a value for an error message: quoted, on one line, and cut to a limit."""
    text = clean(str(value)).replace("\n", " ")
    if len(text) > MAX_QUOTE_CHARACTERS:
        text = text[: MAX_QUOTE_CHARACTERS - 3] + "..."
    return repr(text)
