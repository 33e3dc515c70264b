"""What a cell may say: one function a kind of value, which tidies it or says what is wrong.

Each takes the cell as its source gave it and returns the value, or raises ``ValueError`` with the
end of a sentence that begins with the field's name: ``'6' is none of new, like new, ...``.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from decimal import Decimal

from common.listing import CATEGORY_SEPARATOR, CONDITIONS, NO_BRAND, PAYERS

TITLE_LIMIT = 1_000
DESCRIPTION_LIMIT = 1_000_000
WORD_LIMIT = 200
PRICE_LIMIT = 1e9
LEVELS_LIMIT = 10
PHOTOS_LIMIT = 50

NO_BRAND_WORDS = frozenset(
    ["no brand", "nobrand", "no-brand", "unbranded", "none", "n/a", "generic", "not branded"]
    + ["without brand", "ノーブランド", "ノーブランド品", "ブランドなし"]
)
"""What sellers and shops write for "it has no brand", compared without case."""

_MISSING = frozenset(["", "nan", "null", "n/a", "none", "\\n", "<na>"])
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LETTER = re.compile(r"[^\W\d_]")
_RUN = re.compile(r"([^\W_])\1{20}|(\S)\2{50}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_SAME_CONDITION = {"brand new": "new", "as new": "like new"}


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


def text_of(value: object) -> str:
    """Return a cell as clean text; an absent one is empty."""
    if isinstance(value, str):
        return clean(value)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"{quote(value)} is not text")
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)


def title(value: object) -> str:
    """Read a title: one line with a word in it, or empty."""
    text = text_of(value)
    if not text.isprintable():
        text = " ".join(text.split())
    if len(text) > TITLE_LIMIT:
        raise ValueError(f"{quote(text)} is longer than {TITLE_LIMIT} characters")
    return _sensible(text) if text else ""


def description(value: object) -> str:
    """Read a description of any number of lines, or empty."""
    text = text_of(value)
    if len(text) > DESCRIPTION_LIMIT:
        raise ValueError(f"{quote(text)} is longer than {DESCRIPTION_LIMIT} characters")
    return text


def word(value: object) -> str | None:
    """Read a short label such as a size or a colour; ``None`` is a missing one."""
    text = text_of(value)
    if text.casefold() in _MISSING:
        return None
    if len(text) > WORD_LIMIT:
        raise ValueError(f"{quote(text)} is longer than {WORD_LIMIT} characters")
    return text if text.isprintable() else " ".join(text.split())


def identity(value: object) -> str:
    """Read the id of a listing; empty when there is none."""
    return word(value) or ""


def category(value: object) -> str | None:
    """Read a category path; ``Women > Shoes`` becomes ``Women/Shoes``."""
    text = word(value)
    if text is None:
        return None
    if ">" in text and CATEGORY_SEPARATOR not in text:
        text = CATEGORY_SEPARATOR.join(level.strip() for level in text.split(">"))
    levels = text.split(CATEGORY_SEPARATOR)
    if not all(level.strip() for level in levels):
        raise ValueError(f"{quote(text)} has an empty level")
    if len(levels) > LEVELS_LIMIT:
        raise ValueError(f"{quote(text)} has more than {LEVELS_LIMIT} levels")
    return _sensible(text)


def brand(value: object) -> str | None:
    """Read a brand; the many ways to write "no brand" become ``NO_BRAND``."""
    text = text_of(value)
    if text.casefold() in NO_BRAND_WORDS:
        return NO_BRAND
    text = word(text) or ""
    if not text:
        return None
    if text.count(CATEGORY_SEPARATOR) > 1:
        raise ValueError(f"{quote(text)} looks like a category path")
    return _sensible(text)


def condition(value: object) -> str | None:
    """Read a condition, one of ``CONDITIONS`` in any case, with ``_`` or ``-`` for blanks."""
    text = word(value)
    if text is None:
        return None
    plain = text.casefold().replace("_", " ").replace("-", " ")
    return _one_of(CONDITIONS, _SAME_CONDITION.get(plain, plain), text)


def payer(value: object) -> str | None:
    """Read who pays for shipping, one of ``PAYERS`` in any case."""
    text = word(value)
    return None if text is None else _one_of(PAYERS, text.casefold(), text)


def price(value: object) -> float | None:
    """Read a price above 0 and below ``PRICE_LIMIT``; ``$1,200.00`` is 1200."""
    number = _number(value)
    if number is None:
        return None
    if not math.isfinite(number):
        raise ValueError(f"{quote(value)} is not finite")
    if number <= 0:
        raise ValueError(f"{quote(value)} is not above 0")
    if number >= PRICE_LIMIT:
        raise ValueError(f"{quote(value)} is not below {PRICE_LIMIT:.0f}")
    return number


def currency(value: object) -> str | None:
    """Read a currency, three letters as in ``USD``."""
    text = word(value)
    if text is not None and not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise ValueError(f"{quote(text)} is not three letters such as USD")
    return text and text.upper()


def language(value: object) -> str | None:
    """Read a language code such as ``en`` or ``pt-BR``; returned in lower case."""
    text = word(value)
    if text is None:
        return None
    code = text.lower().replace("_", "-")
    if not _LANGUAGE.fullmatch(code):
        raise ValueError(f"{quote(text)} is not a language code such as en or ja")
    return code


def moment(value: object) -> datetime | None:
    """Read a date or a date and time (ISO 8601; UTC unless it says); ``None`` is a missing one."""
    if isinstance(value, datetime):
        found = value
    else:
        text = word(str(value)) if value is not None else None
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


def photos(value: object) -> tuple[str, ...]:
    """Read relative paths of photos: a list, a JSON list, or paths separated by ``|``."""
    if value is None or isinstance(value, float):
        return ()
    if isinstance(value, str):
        value = _paths(clean(value))
    if not isinstance(value, list | tuple) or not all(isinstance(path, str) for path in value):
        raise ValueError(f"{quote(value)} is not a list of paths")
    if len(value) > PHOTOS_LIMIT:
        raise ValueError(f"lists {len(value)} photos, and {PHOTOS_LIMIT} are the most")
    for path in value:
        if path.startswith(("/", "\\")) or ".." in path.split("/") or ":" in path or not path:
            raise ValueError(f"{quote(path)} is not a relative path")
    return tuple([clean(path) for path in value])


def _paths(text: str) -> object:
    if not text.startswith("["):
        return [path.strip() for path in text.split("|") if path.strip()]
    try:
        return json.loads(text)
    except ValueError:
        raise ValueError(f"{quote(text)} is not a JSON list") from None


def _number(value: object) -> float | None:
    if isinstance(value, float):
        return None if math.isnan(value) else value
    text = word(value)
    if text is None:
        return None
    plain = text.strip("$€£¥ ")
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _NUMBER.fullmatch(plain):
        raise ValueError(f"{quote(text)} is not a number")
    return float(plain)


def _one_of(allowed: tuple[str, ...], text: str, shown: str) -> str:
    if text not in allowed:
        raise ValueError(f"{quote(shown)} is none of {', '.join(allowed)}")
    return text


def _sensible(text: str) -> str:
    if not _LETTER.search(text) or _NUMBER.fullmatch(text):
        raise ValueError(f"{quote(text)} has no word in it")
    if len(text) == 1 and text.isascii():
        raise ValueError(f"{quote(text)} is a single letter")
    if _RUN.search(text):
        raise ValueError(f"{quote(text)} repeats one character over and over")
    return text
