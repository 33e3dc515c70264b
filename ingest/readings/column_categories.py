"""Which sign separates the levels of a column of categories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from common.listing import CATEGORY_SEPARATOR
from common.validation.folding import fold_label
from ingest.options import ReadOptions
from ingest.readings.categories import (
    ARROWS,
    NO_LEVELS,
    CategoryRule,
    find_tops,
    normalise_all,
)
from ingest.readings.cells import share
from ingest.readings.reading import FieldReadings, Reading

_OPTION = "--category-separator"

_CLEAR = (">", "::", "|", "\\")
"""Signs that names do not have, so few cells with them prove a separator."""

_UNCLEAR = (" - ", " – ", " — ", ":", ";", ".")
"""Signs that names have too: they separate only where a tree follows from it."""

_MIN_CLEAR = 0.05
_MIN_SLASHES = 0.5
_MIN_UNCLEAR = 0.3
"""Shares of cells with a sign from which it separates, for the three kinds of signs."""

_MAX_TOPS = 0.7
"""Share of first levels among paths up to which the paths are a tree."""


def read_categories(
    sample: Mapping[str, Sequence[object]], options: ReadOptions
) -> FieldReadings:
    """Return the parser of categories, and what was decided."""
    cells = sample.get("category", ())
    texts = Counter(cell for cell in cells if isinstance(cell, str) and cell.strip())
    counts = normalise_all(texts)
    separator = _normalise_option(options.category_separator)
    if not counts:
        return FieldReadings({"category": CategoryRule(separator).parse})

    separator = separator or decide_separator(counts)
    rule = CategoryRule(separator, find_tops(counts, separator))
    reading = _describe(rule, counts, options)
    return FieldReadings({"category": rule.parse}, (reading,))


def decide_separator(counts: Mapping[str, int]) -> str:
    """Return the separator of a column of categories, given how often each cell occurs.

    ``NO_LEVELS`` stands for names of one level.
    """
    total = sum(counts.values())
    n_slashes = _count(counts, CATEGORY_SEPARATOR)
    sign, number = _commonest_clear(counts)
    # A stray ">" in one name of many paths with "/" separates nothing.
    min_number = _MIN_CLEAR * max(total, n_slashes)
    if number >= max(1, min_number):
        return sign

    if n_slashes:
        return _decide_slash(counts, n_slashes, total)
    for sign in _UNCLEAR:
        is_frequent = _count(counts, sign) >= _MIN_UNCLEAR * total
        if is_frequent and _is_tree(counts, sign):
            return sign
    return NO_LEVELS


def _commonest_clear(counts: Mapping[str, int]) -> tuple[str, int]:
    """Return the clear sign in most cells, the first of several, and their number."""
    commonest, highest = "", -1
    for sign in _CLEAR:
        if _is_list(counts, sign):
            continue
        number = _count(counts, sign)
        if number > highest:
            commonest, highest = sign, number
    return commonest, highest


def _decide_slash(counts: Mapping[str, int], n_slashes: int, total: int) -> str:
    """Return which slashes separate: all, those between blanks, or none of them."""
    n_blanks = _count(counts, " / ")
    # "Home / Kitchen/Dining": the slash with blanks separates.
    if 2 * n_blanks >= n_slashes and _has_close_slashes(counts, " / "):
        return " / "

    if n_slashes >= _MIN_SLASHES * total:
        return CATEGORY_SEPARATOR

    # Few slashes among names: "Women/Tops" beside "Women" is a path, "Tops/Shirts" alone a name.
    n_shared = _count_shared(counts)
    return CATEGORY_SEPARATOR if 2 * n_shared >= n_slashes else NO_LEVELS


def _count_shared(counts: Mapping[str, int]) -> int:
    """Return how many cells are paths whose first level is that of another cell too."""
    firsts = {text: _first_level(text) for text in counts}
    n_texts = Counter(firsts.values())
    n_shared = 0
    for text, number in counts.items():
        is_path = CATEGORY_SEPARATOR in text.strip("/ ")
        if is_path and n_texts[firsts[text]] > 1:
            n_shared += number
    return n_shared


def _first_level(text: str) -> str:
    first, _, _ = text.strip("/ ").partition(CATEGORY_SEPARATOR)
    return fold_label(first)


def _count(counts: Mapping[str, int], sign: str) -> int:
    """Return how many cells have a sign within them."""
    n_cells = 0
    for text, number in counts.items():
        if sign in text.strip(" >|"):
            n_cells += number
    return n_cells


def _is_list(counts: Mapping[str, int], sign: str) -> bool:
    """Return whether a sign separates whole paths and not levels: ``A/B|A/C``."""
    if sign != "|":
        return False

    n_parts = 0
    n_paths = 0
    for text in counts:
        if sign not in text:
            continue
        for part in text.split(sign):
            n_parts += 1
            n_paths += "/" in part or ">" in part
    return n_parts > 0 and 2 * n_paths >= n_parts


def _is_tree(counts: Mapping[str, int], sign: str) -> bool:
    """Return whether the parts before a sign repeat before different parts after it."""
    n_paths = 0
    tops = set[str]()
    for text in counts:
        if sign not in text:
            continue
        if sign == "." and " " in text:
            return False  # a full stop, and no separator as in "electronics.phones"
        n_paths += 1
        top = text.split(sign)[0]
        tops.add(top.strip())
    return n_paths >= 2 and len(tops) <= _MAX_TOPS * n_paths


def _normalise_option(separator: str) -> str:
    """Return a separator as it stands in normalised cells: an arrow is ``>``."""
    bare = separator.strip()
    if bare in ARROWS or bare in (">>", "->", "＞"):
        return ">"
    return bare if bare in _CLEAR else separator


def _describe(
    rule: CategoryRule, counts: Mapping[str, int], options: ReadOptions
) -> Reading:
    separator = rule.separator
    is_chosen = options.category_separator != ""
    paths = {text: number for text, number in counts.items() if separator in text}
    if not paths:
        meaning = "names of one level"
        warning = f"no cell has {separator!r}" if is_chosen else ""
        return Reading("category", meaning, "no cell has levels", _OPTION, warning)

    meaning = f"paths whose levels are separated by {separator!r}"
    if _has_close_slashes(counts, separator):
        meaning += "; a '/' is part of a name"
    evidence = f"{share(paths, sum(counts.values()))} have it"
    if is_chosen:
        evidence = f"{_OPTION} says so"
    warning = _describe_lists(rule, counts)
    return Reading("category", meaning, evidence, _OPTION, warning)


def _has_close_slashes(counts: Mapping[str, int], separator: str) -> bool:
    """Return whether any cell has a slash that is no part of the separator."""
    return any("/" in text.replace(separator, "") for text in counts)


def _describe_lists(rule: CategoryRule, counts: Mapping[str, int]) -> str:
    """Return a warning where cells hold several categories, or an empty text."""
    lists: dict[str, int] = {}
    for text, number in counts.items():
        if len(rule.split_cell(text)) > 1:
            lists[text] = number
    if not lists:
        return ""

    cells = share(lists, sum(counts.values()))
    return (
        f"{cells} hold several categories:"
        " the deepest one is taken, the first of equally deep ones"
    )
