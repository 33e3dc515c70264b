"""Words and texts of a cell, tidied; the rules every kind of text is held to.

Each reader takes the cell as its source gave it and returns the value, or raises ``ValueError``
with the end of a sentence that begins with the field's name: ``'a' is a single letter``.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

MAX_TITLE_CHARACTERS = 1_000
MAX_DESCRIPTION_CHARACTERS = 1_000_000
MAX_LABEL_CHARACTERS = 200

MISSING = frozenset(["", "nan", "null", "n/a", "none", "\\n", "<na>"])
"""What stands in a label's cell when there is no label, compared without case."""

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LETTER = re.compile(r"[^\W\d_]")
_RUN = re.compile(r"([^\W_])\1{20}|(\S)\2{50}")


def quote(value: object) -> str:
    """Show a value in a sentence: quoted, on one line, at most 60 characters."""
    text = clean(value if isinstance(value, str) else str(value)).replace("\n", " ")
    return repr(text if len(text) <= 60 else text[:57] + "...")


def clean(text: str) -> str:
    """Strip NUL and control characters and surrounding blanks; replace lone surrogates."""
    if not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))
    return text.strip()


def to_text(value: object) -> str:
    """Return a cell as clean text; an absent one is empty."""
    if isinstance(value, str):
        return clean(value)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"{quote(value)} is not text")
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)


def parse_title(value: object) -> str:
    """Read a title: one line with a word in it, or empty."""
    text = to_text(value)
    if not text.isprintable():
        text = " ".join(text.split())
    if len(text) > MAX_TITLE_CHARACTERS:
        raise ValueError(f"{quote(text)} is longer than {MAX_TITLE_CHARACTERS} characters")
    return require_words(text) if text else ""


def parse_description(value: object) -> str:
    """Read a description of any number of lines, or empty."""
    text = to_text(value)
    if len(text) > MAX_DESCRIPTION_CHARACTERS:
        raise ValueError(f"{quote(text)} is longer than {MAX_DESCRIPTION_CHARACTERS} characters")
    return text


def parse_label(value: object) -> str | None:
    """Read a short label such as a size or a colour; ``None`` is a missing one."""
    text = to_text(value)
    if text.casefold() in MISSING:
        return None
    if len(text) > MAX_LABEL_CHARACTERS:
        raise ValueError(f"{quote(text)} is longer than {MAX_LABEL_CHARACTERS} characters")
    return text if text.isprintable() else " ".join(text.split())


def parse_listing_id(value: object) -> str:
    """Read the id of a listing; empty when there is none."""
    return parse_label(value) or ""


def require_words(text: str) -> str:
    """Return a text that can be somebody's words; raises ``ValueError`` for numbers and noise."""
    if not _LETTER.search(text) or NUMBER.fullmatch(text):
        raise ValueError(f"{quote(text)} has no word in it")
    if len(text) == 1 and text.isascii():
        raise ValueError(f"{quote(text)} is a single letter")
    if _RUN.search(text):
        raise ValueError(f"{quote(text)} repeats one character over and over")
    return text
