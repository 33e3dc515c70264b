"""Parsers of titles, descriptions and short labels, and the cleaning that all text goes through.

A parser takes a cell as its source holds it and returns the value, or raises ``ValueError`` with
the end of a sentence that begins with the name of the field: ``'a' is longer than ...``.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from common.validation.folding import clean_label
from common.validation.placeholders import is_not_stated

MAX_TITLE_CHARACTERS = 1_000
MAX_DESCRIPTION_CHARACTERS = 1_000_000
MAX_LABEL_CHARACTERS = 200
MAX_QUOTE_CHARACTERS = 40

MAX_RAW_LABEL_CHARACTERS = 5 * MAX_LABEL_CHARACTERS
"""Maximum of a label before entities are decoded: beyond it the work would have no bound."""

_SHEET_ERRORS = ("#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!")
MISSING = frozenset(["", "nan", "null", "n/a", "none", "\\n", "<na>", *_SHEET_ERRORS])
"""Spellings of a missing path or id, in lower case, with errors of formulas in a spreadsheet."""

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NOT_TEXT = "\ufffd"
"""What stands where bytes could not be decoded."""

_WHOLE_NUMBER = re.compile(r"(\d{1,15})\.0")
_WITH_EXPONENT = re.compile(r"[+-]?\d+(\.\d*)?[eE][+-]?\d+")
_REPETITION = re.compile(r"([^\W_])\1{20}|(\S)\2{50}")


def parse_title(value: object) -> str:
    """Return a title on one line, cut to its maximum, or empty; see ``cut_reason``.

    Any text is a title: a number, an emoji or a row of signs still says something of the item.
    """
    text = to_text(value)
    if not text.isprintable():
        text = " ".join(text.split())
    return text[:MAX_TITLE_CHARACTERS].rstrip()


def parse_description(value: object) -> str:
    """Return a description of any number of lines, cut to its maximum, or empty."""
    return to_text(value)[:MAX_DESCRIPTION_CHARACTERS].rstrip()


def cut_reason(field: str, value: object) -> str:
    """Return why ``title`` or ``description`` was cut, as the end of a sentence, or empty.

    For callers who tell what became of a cell: the parsers cut silently.
    """
    maximum = {
        "title": MAX_TITLE_CHARACTERS,
        "description": MAX_DESCRIPTION_CHARACTERS,
    }.get(field)

    # The text as it came is at least as long as the clean one: most need no second cleaning.
    if maximum is None or not isinstance(value, str) or len(value) <= maximum:
        return ""
    text = clean(value)
    if len(text) <= maximum:
        return ""
    return f"{quote(text)} has {len(text):,} characters: only the first {maximum:,} are kept"


def parse_label(value: object) -> str | None:
    """Return a short label such as a size or a colour on one line, or ``None`` if it is missing.

    ``-``, ``unknown`` and other words for "nobody said" are missing labels.
    """
    text = label_text(value)
    if not text or is_not_stated(text):
        return None
    return text


def label_text(value: object) -> str:
    """Return a label as it is stored, its words not looked at yet; it may be empty."""
    raw = to_text(value)
    if len(raw) > MAX_RAW_LABEL_CHARACTERS:
        raise ValueError(
            f"{quote(raw)} is longer than {MAX_LABEL_CHARACTERS} characters"
        )

    text = clean_label(raw)
    if _NOT_TEXT in text:
        raise ValueError(f"{quote(text)} holds bytes that are no text")
    if len(text) > MAX_LABEL_CHARACTERS:
        raise ValueError(
            f"{quote(text)} is longer than {MAX_LABEL_CHARACTERS} characters"
        )

    # pandas writes a column of whole numbers with gaps as floats: 42.0 was 42.
    whole_number = _WHOLE_NUMBER.fullmatch(text)
    return whole_number[1] if whole_number else text


def parse_listing_id(value: object) -> str:
    """Return the id of a listing, or an empty text if there is none."""
    text = " ".join(to_text(value).split())
    if text.casefold() in MISSING:
        return ""
    if len(text) > MAX_LABEL_CHARACTERS:
        raise ValueError(
            f"{quote(text)} is longer than {MAX_LABEL_CHARACTERS} characters"
        )
    return text


def refuse_noise(text: str) -> str:
    """Return the text; raises ``ValueError`` for a number with an exponent or a repetition."""
    if _WITH_EXPONENT.fullmatch(text):
        raise ValueError(f"{quote(text)} is a number with an exponent, not a name")
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
