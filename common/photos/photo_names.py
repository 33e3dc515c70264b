"""Parser of the photos of a cell: names of files, web addresses, or the bytes themselves.

A name is not looked for here: ``common.photos.photo_root`` knows the folder or the archive.
"""

from __future__ import annotations

import ast
import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any

from common.photos.endings import ENDING
from common.validation.texts import MISSING, clean

MAX_LIST_CHARACTERS = 200_000
"""Characters of the longest text that is tried as a list of Python's."""

MAX_DEPTH = 4
"""Lists and objects within each other, as in ``{"images": [{"src": "a.jpg"}]}``."""

_KEYS = (
    *("bytes", "path", "url", "uri", "src", "href", "link", "file", "filename"),
    *("file_name", "name", "contenturl", "image", "images", "photo", "photos"),
)
"""Keys of an object that hold its photo, in the order in which they are tried, in lower case."""

_CLOSING = {"[": "]", "{": "}", "(": ")"}

# A blank or a comma separates only after an ending, and not from the number that browsers and
# Windows give to copies: "dress.jpg (1).jpg" is one name.
_BETWEEN_NAMES = re.compile(rf"({ENDING})[\s,]+(?!\(\d+\))|[|;\n]", re.IGNORECASE)
# Addresses have commas and semicolons of their own.
_BETWEEN_ADDRESSES = re.compile(r"[\s,;|]+(?=https?://|//)|[|\n]", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://|//", re.IGNORECASE)
_EMBEDDED = re.compile(r"data:image/[\w.+-]+;base64,", re.IGNORECASE)
# numpy prints lists without commas, and Python joins strings that follow each other.
_BETWEEN_QUOTES = re.compile(r"(?<=['\"])\s+(?=['\"])")
_BACKSLASH = re.compile(r"\\(['\"\\])|\\")


def parse_photos(value: object) -> tuple[str | bytes, ...]:
    """Return photos as names or as their bytes; whether they can be used is not tested.

    The value is a list of them, or text: names separated by ``|``, ``;`` or line ends, or by
    commas or blanks where each name ends as photos do (``a.jpg, b.png``); or a list of JSON or
    Python, of names or of objects such as ``{"url": "a.jpg"}``.
    """
    if isinstance(value, str):
        value = split_names(clean(value))

    # Empty items are gaps of a list, such as a column of a wide table, and no broken photos.
    return tuple([photo for photo in _flatten(value, MAX_DEPTH) if photo])


def split_names(text: str) -> Any:
    """Return the names in a text, or the list or object that it spells."""
    if _CLOSING.get(text[:1]) == text[-1:] and len(text) > 1:
        return _parse_list(text)
    if _EMBEDDED.match(text):
        return [text]
    if _ADDRESS.match(text):
        return _BETWEEN_ADDRESSES.split(text)
    return _BETWEEN_NAMES.sub(r"\1\n", text).split("\n")


def _parse_list(text: str) -> Any:
    """Read a list as JSON, Python, numpy or PostgreSQL print it."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass

    if len(text) <= MAX_LIST_CHARACTERS:
        # Only before a quote is a backslash an escape; elsewhere it is part of a path of Windows.
        escaped = _BACKSLASH.sub(lambda found: found[0] if found[1] else r"\\", text)
        try:
            return ast.literal_eval(_BETWEEN_QUOTES.sub(", ", escaped))
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            pass
    if text.startswith("("):  # a name in brackets
        return [text]
    return [name.strip(" '\"") for name in text[1:-1].split(",")]


def _flatten(value: object, depth: int) -> Iterator[str | bytes]:
    if isinstance(
        value, dict
    ):  # as Hugging Face datasets keep images, and feeds their links
        value = _content(value)

    if not isinstance(value, list | tuple | set):
        yield _parse_photo(value)
    elif depth:
        for item in value:
            yield from _flatten(item, depth - 1)


def _content(item: dict[Any, object]) -> object:
    """Return what an object holds at the first of ``_KEYS``; all of it where its keys count."""
    by_name = {str(key).lower(): content for key, content in item.items()}
    for key in _KEYS:
        if by_name.get(key):
            return by_name[key]
    are_numbers = all(key.isdigit() for key in by_name)
    return list(item.values()) if are_numbers else None


def _parse_photo(value: object) -> str | bytes:
    if isinstance(value, bytes):
        return value
    # The float is NaN, with which pandas fills a cell without a photo.
    if value is None or isinstance(value, float):
        return ""

    name = clean(str(value))
    if embedded := _EMBEDDED.match(name):
        return _decode_base64(name[embedded.end() :]) or name
    return "" if name.casefold() in MISSING else name


def _decode_base64(text: str) -> bytes:
    """Return the bytes; none for a text that is damaged."""
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
