"""Categories: what separates the levels of a column's paths, and the parser that follows from it.

Where ``>`` or another clear sign separates, ``/`` is part of a name: ``Women > Tops/Blouses``.
"""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from common.listing import CATEGORY_SEPARATOR
from common.validation.categories import (
    MAX_LEVELS,
    NO_CATEGORY_WORDS,
    join_levels,
    keep_abbreviations,
)
from common.validation.categories import parse_category as parse_value
from common.validation.folding import clean_label, decode_entities, fold_label
from common.validation.texts import (
    MAX_LABEL_CHARACTERS,
    parse_label,
    quote,
    refuse_noise,
)

ARROWS = tuple("›»→▶▸＞⟩≫")
"""Signs that are read as ``>``."""

NO_LEVELS = "\0"
"""Separator of a column whose names have one level, whatever signs they have."""

_BETWEEN_PATHS = (";", "\n", "|", ",")
"""What separates the categories of one cell, where a shop lists several."""

_NAME_KEYS = ("name", "title", "label", "display_name", "displayName", "value", "id")
_LISTS = re.compile(r"\s*\[.*\]\s*", re.DOTALL)
_TO_ARROW = str.maketrans(dict.fromkeys(ARROWS, ">"))
_DOUBLED = re.compile(r">{2,}|[-=]+>")


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """How the categories of a table are read.

    Attributes:
        separator: what separates levels: ``>``, ``/``, ``|``, ``::``, ``:``, ``\\``, ``" - "``,
            ``" / "``, ``NO_LEVELS``; empty where each cell is read for itself.
        tops: folded names of first levels, by which several categories in one cell are told from
            a comma in a name, and ``/`` as a separator from ``/`` in a name.
    """

    separator: str = ""
    tops: Collection[str] = ()

    def parse(self, cell: object) -> str | None:
        """Return the deepest category of a cell as a path joined by ``/``, or ``None``."""
        if isinstance(cell, str) and not _LISTS.fullmatch(cell):
            return self._parse_text(cell)

        items = _to_list(cell)
        if items is None:
            return parse_value(cell)
        names = list(filter(None, map(_name_of, items)))
        if not names:
            return None
        if self._has_paths(names):
            return _deepest([self._parse_text(name) for name in names])
        # A list of plain names is one path, from the top down.
        return _finish(names, cell)

    def _has_paths(self, names: Iterable[str]) -> bool:
        """Return whether the column's separator is in any of the names."""
        if not self.separator:
            return False
        return any(self.separator in _normalise(name) for name in names)

    def _parse_text(self, text: str) -> str | None:
        if not self.separator:
            return parse_value(text)
        if _is_missing(text):
            return None
        if text.endswith(".0") and text[:-2].isdecimal():
            text = text[:-2]  # an id that pandas wrote as a float

        paths = self.split_cell(_normalise(text))
        return _deepest([_finish(path, text) for path in paths])

    def split_cell(self, text: str) -> list[list[str]]:
        """Return the levels of each category of a cell."""
        for sign in _BETWEEN_PATHS:
            if sign not in text or sign in self.separator:
                continue
            parts = [part for part in text.split(sign) if part.strip(" >/|:")]
            if self._are_paths(parts, sign):
                return [self._split_path(part) for part in parts]
        return [self._split_path(text)]

    def _are_paths(self, parts: list[str], sign: str) -> bool:
        """Return whether the parts of a cell are categories of their own, and not of one name."""
        if len(parts) < 2:
            return False

        # A comma may be within a level too, and needs more proof.
        is_clear = sign in "\n||;"
        if is_clear and all(self.separator in part for part in parts):
            return True

        own_top, *tops = map(self._folded_top, parts)
        return all(top == own_top or top in self.tops for top in tops)

    def _folded_top(self, path: str) -> str:
        levels = self._split_path(path)
        return fold_label(levels[0])

    def _split_path(self, text: str) -> list[str]:
        """Return the levels of one path, in the notation of the column."""
        levels = _strip_empty(text.split(self.separator)) or [""]
        if len(levels) > 1 or CATEGORY_SEPARATOR not in text:
            return levels

        # One shop may write two notations: "Women/Tops" beside "Women > Tops".
        others = _strip_empty(text.split(CATEGORY_SEPARATOR))
        if len(others) > 1 and fold_label(others[0]) in self.tops:
            return others
        return levels


def find_tops(texts: Mapping[str, int], separator: str) -> frozenset[str]:
    """Return the folded first levels of the paths that use a separator, without lists of paths."""
    tops = set()
    for text in texts:
        has_separator = separator in text
        if not has_separator and CATEGORY_SEPARATOR in text:
            continue  # a path in another notation, or a name with a slash

        first = text.split(separator)[0] if has_separator else text
        # A name such as "Food, Drinks" is no top of its parts.
        if first.strip() and "," not in first:
            tops.add(fold_label(first))
    return frozenset(tops)


def normalise_all(counts: Mapping[str, int]) -> Counter[str]:
    """Return the texts of a column in one spelling of arrows, with their counts."""
    normalised = Counter[str]()
    for text, number in counts.items():
        normalised[_normalise(text)] += number
    return normalised


def _normalise(text: str) -> str:
    """Return a text with its entities decoded and its arrows written as ``>``.

    Slashes of abbreviations are those of names.
    """
    decoded = decode_entities(text) if "&" in text else text
    decoded = keep_abbreviations(decoded)
    if not decoded.isascii():
        decoded = decoded.translate(_TO_ARROW).replace("｜", "|")

    if "||" in decoded:
        decoded = decoded.replace("||", "|")
    return _DOUBLED.sub(">", decoded) if ">" in decoded else decoded


def _is_missing(text: str) -> bool:
    if parse_label(text) is None:
        return True
    return fold_label(text) in _no_category_keys()


@lru_cache(maxsize=1)
def _no_category_keys() -> frozenset[str]:
    return frozenset(map(fold_label, NO_CATEGORY_WORDS))


def _strip_empty(parts: Iterable[str]) -> list[str]:
    levels = [part.strip() for part in parts]
    while levels and not levels[-1]:
        levels.pop()
    while levels and not levels[0]:
        levels.pop(0)
    return levels


def _finish(levels: Iterable[str], cell: object) -> str:
    path = join_levels([clean_label(level) for level in levels])
    names = path.split(CATEGORY_SEPARATOR)
    if not all(names):
        raise ValueError(f"{quote(cell)} has an empty level")
    if len(names) > MAX_LEVELS:
        raise ValueError(f"{quote(cell)} has more than {MAX_LEVELS} levels")
    if len(path) > MAX_LABEL_CHARACTERS:
        raise ValueError(
            f"{quote(cell)} is longer than {MAX_LABEL_CHARACTERS} characters"
        )
    return refuse_noise(path)


def _deepest(paths: Iterable[str | None]) -> str | None:
    """Return the path with the most levels, the first of several."""
    found = [path for path in paths if path]
    return max(found, key=lambda path: path.count(CATEGORY_SEPARATOR), default=None)


def _to_list(cell: object) -> list[object] | None:
    """Return the items of a list, also of one in JSON or as Python prints it, or ``None``."""
    if isinstance(cell, str):
        cell = _parse_list(cell)
    if isinstance(cell, Mapping):
        cell = [cell]
    if not isinstance(cell, list | tuple):
        return None
    # Amazon's dumps hold a list of paths; the first one is the main one.
    if cell and isinstance(cell[0], list | tuple):
        return list(cell[0])
    return list(cell)


def _parse_list(text: str) -> object:
    """Return the list that a text holds in JSON, as Python prints it, or without quotes."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        names = text.strip().strip("[]").split(",")
        return [name.strip(" '\"") for name in names]


def _name_of(item: object) -> str:
    if isinstance(item, Mapping):
        names = (item[key] for key in _NAME_KEYS if item.get(key))
        item = next(names, "")
    return "" if item is None else clean_label(str(item))
