"""Labels of a cell: one function a kind of value, which tidies it or says what is wrong.

Each takes the cell as its source gave it and returns the value, or raises ``ValueError`` with the
end of a sentence that begins with the field's name: ``'6' is none of new, like new, ...``.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from typing import Any

from common.listing import CATEGORY_SEPARATOR, CONDITIONS, NO_BRAND, PAYERS
from common.photos.places import ENDING
from common.validation.texts import (
    MISSING,
    NUMBER,
    clean,
    parse_label,
    quote,
    require_words,
    to_text,
)

MAX_PRICE = 1e9
MAX_LEVELS = 10

NO_BRAND_WORDS = frozenset(
    ["no brand", "nobrand", "no-brand", "unbranded", "none", "n/a", "generic", "not branded"]
    + ["without brand", "ノーブランド", "ノーブランド品", "ブランドなし"]
)
"""What sellers and shops write for "it has no brand", compared without case."""

_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_BETWEEN_PHOTOS = re.compile(rf"({ENDING})[\s,]+|[|;\n]", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_SAME_CONDITION = {"brand new": "new", "as new": "like new"}


def parse_category(value: object) -> str | None:
    """Read a category path; ``Women > Shoes`` becomes ``Women/Shoes``."""
    text = parse_label(value)
    if text is None:
        return None
    if ">" in text and CATEGORY_SEPARATOR not in text:
        text = CATEGORY_SEPARATOR.join(level.strip() for level in text.split(">"))
    levels = text.split(CATEGORY_SEPARATOR)
    if not all(level.strip() for level in levels):
        raise ValueError(f"{quote(text)} has an empty level")
    if len(levels) > MAX_LEVELS:
        raise ValueError(f"{quote(text)} has more than {MAX_LEVELS} levels")
    return require_words(text)


def parse_brand(value: object) -> str | None:
    """Read a brand; the many ways to write "no brand" become ``NO_BRAND``."""
    text = to_text(value)
    if text.casefold() in NO_BRAND_WORDS:
        return NO_BRAND
    text = parse_label(text) or ""
    if not text:
        return None
    if text.count(CATEGORY_SEPARATOR) > 1:
        raise ValueError(f"{quote(text)} looks like a category path")
    return require_words(text)


def parse_condition(value: object) -> str | None:
    """Read a condition, one of ``CONDITIONS`` in any case, with ``_`` or ``-`` for blanks."""
    text = parse_label(value)
    if text is None:
        return None
    plain = text.casefold().replace("_", " ").replace("-", " ")
    return _one_of(CONDITIONS, _SAME_CONDITION.get(plain, plain), text)


def parse_payer(value: object) -> str | None:
    """Read who pays for shipping, one of ``PAYERS`` in any case."""
    text = parse_label(value)
    return None if text is None else _one_of(PAYERS, text.casefold(), text)


def parse_price(value: object) -> float | None:
    """Read a price above 0 and below ``MAX_PRICE``; ``$1,200.00`` is 1200."""
    number = _number(value)
    if number is None:
        return None
    if not math.isfinite(number):
        raise ValueError(f"{quote(value)} is not finite")
    if number <= 0:
        raise ValueError(f"{quote(value)} is not above 0")
    if number >= MAX_PRICE:
        raise ValueError(f"{quote(value)} is not below {MAX_PRICE:.0f}")
    return number


def parse_currency(value: object) -> str | None:
    """Read a currency, three letters as in ``USD``."""
    text = parse_label(value)
    if text is not None and not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise ValueError(f"{quote(text)} is not three letters such as USD")
    return text and text.upper()


def parse_language(value: object) -> str | None:
    """Read a language code such as ``en`` or ``pt-BR``; returned in lower case."""
    text = parse_label(value)
    if text is None:
        return None
    code = text.lower().replace("_", "-")
    if not _LANGUAGE.fullmatch(code):
        raise ValueError(f"{quote(text)} is not a language code such as en or ja")
    return code


def parse_timestamp(value: object) -> datetime | None:
    """Read a date or a date and time (ISO 8601; UTC unless it says); ``None`` is a missing one."""
    if isinstance(value, datetime):
        found = value
    else:
        text = parse_label(str(value)) if value is not None else None
        if text is None or text == "NaT":
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{quote(text)} is not a date such as 2024-05-31T18:00Z") from None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{quote(value)} is out of the range of dates") from None


def parse_photos(value: object) -> tuple[str | bytes, ...]:
    """Read photos, as relative paths or as their bytes; whether they can be used is seen later.

    A list of them; or text, which is a JSON list, or paths with ``|``, ``;`` or line ends between
    them, or with commas or blanks where each ends as photos do (``a.jpg, b.png``).
    """
    if isinstance(value, str):
        value = _paths(clean(value))
    elif not isinstance(value, list | tuple):
        value = [value]
    found = [_photo(each) for each in value]
    return tuple([each for each in found if each])


def _paths(text: str) -> list[Any]:
    if text.startswith("["):
        try:
            found = json.loads(text)
            return found if isinstance(found, list) else [text]
        except (ValueError, RecursionError):  # a list as Python writes it
            return [part.strip(" '\"") for part in text.strip("[]").split(",")]
    return _BETWEEN_PHOTOS.sub(r"\1\n", text).split("\n")


def _photo(value: object) -> str | bytes:
    if isinstance(value, dict):  # as datasets keep images in Parquet
        value = value.get("bytes") or value.get("path")
    if isinstance(value, bytes):
        return value
    if value is None or isinstance(value, float):
        return ""
    path = clean(str(value))
    return "" if path.casefold() in MISSING else path


def _number(value: object) -> float | None:
    if isinstance(value, float):
        return None if math.isnan(value) else value
    text = parse_label(value)
    if text is None:
        return None
    plain = text.strip("$€£¥ ")
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    if not NUMBER.fullmatch(plain):
        raise ValueError(f"{quote(text)} is not a number")
    return float(plain)


def _one_of(allowed: tuple[str, ...], text: str, shown: str) -> str:
    if text not in allowed:
        raise ValueError(f"{quote(shown)} is none of {', '.join(allowed)}")
    return text
