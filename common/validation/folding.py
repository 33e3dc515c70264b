"""Labels as they are stored and as they are compared.

``clean_label`` is what is stored: the spelling of the seller, on one line, without what nobody
sees. ``fold_label`` is the key by which two spellings are the same label: ``KESTREL®`` and
``kestrel`` are one brand. Tables, requests and features all compare by this key.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from common.listing import CATEGORY_SEPARATOR

SLASH_IN_NAME = "\u2215"
"""Stands for a slash within the name of one level, because ``/`` separates levels."""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

_NESTED_AMPERSAND = re.compile("&(?:(?:amp|#0*38|#x26);)+")

# Zero-width characters, marks of direction, fillers and tags: Unicode's Default_Ignorable, without
# the joiners and variation selectors that shape emoji and Persian words.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_JOINERS = "[\u200c\u200d\ufe00-\ufe0f]"
_STRAY_JOINERS = re.compile(rf"(?<![^\x00-\x7f]){_JOINERS}+|{_JOINERS}+(?=\s|$)")
_ALL_JOINERS = re.compile(_JOINERS)

_STROKES = re.compile("[-_]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

_SAME_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u00ae\u2122\u00a9\u2120", ""),  # NFKC would make TM of a sign
        **dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u0060\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201f\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"),
        "\uff0f": SLASH_IN_NAME,
    }
)
"""Trademark signs go; apostrophes, quotes, dashes and full-width slashes become one sign each."""


def clean_label(text: str) -> str:
    """Return a label as it is stored: on one line, its spelling kept.

    HTML entities are decoded, control and invisible characters dropped, blanks collapsed; a lone
    surrogate, which UTF-8 cannot encode, becomes U+FFFD.
    """
    if _is_plain(text):
        return " ".join(text.split())
    # What is dropped may have parted the signs of an entity, so one pass need not be enough.
    return _repeat(_clean_once, text)


@lru_cache(maxsize=20_000)
def fold_label(text: str) -> str:
    """Return the key by which spellings of a label are the same.

    Compatibility forms and case are folded (NFKC_Casefold; Unicode, UAX 31), trademark signs and
    invisible characters dropped, blanks collapsed, and blanks around the ``/`` of a path removed.
    Accents and words count: ``Hermes`` is not ``Hermès``.
    """
    levels = clean_label(text).split(CATEGORY_SEPARATOR)
    return CATEGORY_SEPARATOR.join([_fold_level(level) for level in levels])


def fold_field(field: str, label: str) -> str:
    """Return the key of a label of a field; in a condition ``_`` and ``-`` are blanks."""
    folded = fold_label(label)
    if field != "condition":
        return folded
    return " ".join(_STROKES.sub(" ", folded).split())


def decode_entities(text: str) -> str:
    """Return text with HTML entities such as ``&amp;`` or ``&#39;`` decoded.

    ``&amp;amp;``, which several systems have encoded in turn, is ``&`` too.
    """
    # An entity without its semicolon is no entity: "AT&T" and "a&copy=1" stay as they are.
    ampersands = _NESTED_AMPERSAND.sub("&", text)
    return _ENTITY.sub(lambda match: html.unescape(match[0]), ampersands)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and "&" not in text


def _fold_level(level: str) -> str:
    """Return the key of one level of a path, or of a label that is no path."""
    if _is_plain(level):
        plain = level.replace("`", "'").lower()
        return " ".join(plain.split())
    return _repeat(_fold_once, level)


def _fold_once(text: str) -> str:
    visible = _ALL_JOINERS.sub("", clean_label(text))
    signs = visible.translate(_SAME_SIGNS)
    compatible = unicodedata.normalize("NFKC", signs)
    folded = unicodedata.normalize("NFKC", compatible.casefold())

    # A sign such as U+2105 holds a slash: it parts no levels.
    one_level = folded.replace(CATEGORY_SEPARATOR, SLASH_IN_NAME)
    return clean_label(one_level)


def _clean_once(text: str) -> str:
    decoded = decode_entities(text)
    encodable = _SURROGATE.sub("\ufffd", decoded)
    visible = _INVISIBLE.sub("", _CONTROL.sub("", encodable))
    joined = _STRAY_JOINERS.sub("", visible)
    return " ".join(joined.split())


def _repeat(step: Callable[[str], str], text: str) -> str:
    """Apply a step until it changes nothing more."""
    while (changed := step(text)) != text:
        text = changed
    return text
