"""Category paths: levels joined by ``/``, from the notations that people use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from common.listing import CATEGORY_SEPARATOR
from common.validation.folding import SLASH_IN_NAME, fold_label
from common.validation.texts import parse_label, quote, refuse_noise
from common.validation.word_lists import words

MAX_LEVELS = 10

NO_CATEGORY_WORDS = words(
    """
    uncategorized | uncategorised | no category | without category | ohne kategorie |
    keine kategorie | nicht kategorisiert | unkategorisiert | non classé | non classe |
    sans catégorie | aucune catégorie | senza categoria | nessuna categoria |
    sin categoría | sin categorizar | sem categoria | geen categorie |
    niet gecategoriseerd | bez kategorii | 未分類 | カテゴリなし | カテゴリーなし |
    なし | 未分类 | 미분류
    """
)
"""Spellings of "it is in no category", which shop systems fill in by themselves."""

_ARROWS = re.compile(r"\s*(?:[->]*>|[\u203a\u00bb\u2192\u25b6\u25b8\uff1e\u226b])\s*")
_OTHER_SEPARATORS = ("::", "|", "\uff5c", "\\")
_ABBREVIATION = re.compile(
    r"(?<!\w)\d+/\d+(?=[ -]\w)|(?<=\w )\d+/\d+(?![\w/])"  # "3/4 Sleeve", "Plug 110/220"
    r"|(?<![\w/])(?:[A-Z]|X+[SL])/(?:[A-Z]|X+[SL])(?= \w)"  # "S/M Gloves", "T/C Shirts"
    r"|(?<=\w )(?:[A-Z]|X+[SL])/(?:[A-Z]|X+[SL])(?![\w/])"  # "Gloves S/M"
    r"|(?<!\w)w/(?=o\b|\s?\w)"  # "Sweater w/ Hood", "Bag w/o Strap"
)
"""Slashes within a name, by what stands around them: each is one slash."""

_EDGES = " >\u203a\u00bb\u2192\u25b6\u25b8\uff1e\u226b|\uff5c:\\/"


def parse_category(value: object) -> str | None:
    """Return a category path; ``Women > Tops`` and ``Women/Tops/`` become ``Women/Tops``.

    The notation is recognised from the value alone: arrows such as ``>``, else ``/``, else ``::``
    or ``|``. Where arrows separate, and in abbreviations such as ``3/4 Sleeve``, ``/`` is part of a
    name and becomes ``SLASH_IN_NAME``. A number is the id of a category.
    """
    text = parse_label(value)
    if text is None or fold_label(text) in _no_category_keys():
        return None

    path = join_levels(_split(keep_abbreviations(text).strip(_EDGES)))
    if path != text:
        # Without an arrow at its end, "Women | Tops >" is a path of another notation.
        return parse_category(path)

    levels = path.split(CATEGORY_SEPARATOR)
    if not all(levels):
        raise ValueError(f"{quote(text)} has an empty level")
    if len(levels) > MAX_LEVELS:
        raise ValueError(f"{quote(text)} has more than {MAX_LEVELS} levels")
    return refuse_noise(path)


def join_levels(levels: Iterable[str]) -> str:
    """Return names of levels as a path: each stripped, empty ones at either end left out.

    A slash within a name becomes ``SLASH_IN_NAME``, which only looks like one.
    """
    names = [
        level.strip().replace(CATEGORY_SEPARATOR, SLASH_IN_NAME) for level in levels
    ]
    while names and not names[-1]:
        names.pop()
    while names and not names[0]:
        names.pop(0)
    return CATEGORY_SEPARATOR.join(names)


def keep_abbreviations(text: str) -> str:
    """Return text in which slashes of abbreviations, as in ``3/4 Sleeve``, separate nothing."""
    if CATEGORY_SEPARATOR not in text:
        return text
    return _ABBREVIATION.sub(
        lambda found: found[0].replace(CATEGORY_SEPARATOR, SLASH_IN_NAME), text
    )


def _split(text: str) -> list[str]:
    if _ARROWS.search(text):
        return _ARROWS.split(text)
    if CATEGORY_SEPARATOR in text:
        return text.split(CATEGORY_SEPARATOR)

    for separator in _OTHER_SEPARATORS:
        if separator in text:
            return text.split(separator)
    return [text]


@lru_cache(maxsize=1)
def _no_category_keys() -> frozenset[str]:
    return frozenset(map(fold_label, NO_CATEGORY_WORDS))
