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

_MIN_PATHS = 12
"""Different paths from which two of them have a parent in common, in any tree."""

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
    clear = {
        sign: _count(counts, sign) for sign in _CLEAR if not _is_list(counts, sign)
    }
    sign = max(clear, key=lambda each: clear[each])
    # A stray ">" in one name of many paths with "/" separates nothing.
    if clear[sign] >= max(1, _MIN_CLEAR * max(total, n_slashes)):
        return sign

    if n_slashes:
        return _decide_slash(counts, n_slashes, total)
    for sign in _UNCLEAR:
        if _count(counts, sign) >= _MIN_UNCLEAR * total and _is_tree(counts, sign):
            return sign
    return NO_LEVELS


def _decide_slash(counts: Mapping[str, int], n_slashes: int, total: int) -> str:
    """Return which slashes separate: all, those between blanks, or none of them."""
    n_blanks = _count(counts, " / ")
    n_close = sum(n for text, n in counts.items() if "/" in text.replace(" / ", ""))
    # "Home / Kitchen/Dining": the slash with blanks separates.
    if n_close and 2 * n_blanks >= n_slashes:
        return " / "
    is_usual = n_slashes >= _MIN_SLASHES * total
    n_shared = _count_shared(counts)
    # Many pairs such as "Coats/Jackets" and "Tops/Shirts" without a common parent are names.
    n_paths = sum(1 for text in counts if CATEGORY_SEPARATOR in text)
    if is_usual and (n_shared or n_paths < _MIN_PATHS):
        return CATEGORY_SEPARATOR

    # Few slashes among names: "Women/Tops" beside "Women" is a path, "Tops/Shirts" alone a name.
    return CATEGORY_SEPARATOR if 2 * n_shared >= n_slashes else NO_LEVELS


def _count_shared(counts: Mapping[str, int]) -> int:
    """Return how many cells are paths whose first level is that of another cell too."""
    firsts = {text: _first_level(text) for text in counts}
    n_texts = Counter(firsts.values())
    return sum(
        number
        for text, number in counts.items()
        if CATEGORY_SEPARATOR in text.strip("/ ") and n_texts[firsts[text]] > 1
    )


def _first_level(text: str) -> str:
    return fold_label(text.strip("/ ").split(CATEGORY_SEPARATOR)[0])


def _count(counts: Mapping[str, int], sign: str) -> int:
    return sum(number for text, number in counts.items() if sign in text.strip(" >|"))


def _is_list(counts: Mapping[str, int], sign: str) -> bool:
    """Return whether a sign separates whole paths and not levels: ``A/B|A/C``."""
    if sign != "|":
        return False
    parts = [part for text in counts if sign in text for part in text.split(sign)]
    paths = [part for part in parts if "/" in part or ">" in part]
    return bool(parts) and 2 * len(paths) >= len(parts)


def _is_tree(counts: Mapping[str, int], sign: str) -> bool:
    """Return whether the parts before a sign repeat before different parts after it."""
    paths = [text for text in counts if sign in text]
    if sign == "." and any(" " in text for text in paths):
        return False  # a full stop, and no separator as in "electronics.phones"
    tops = {text.split(sign)[0].strip() for text in paths}
    return len(paths) >= 2 and len(tops) <= _MAX_TOPS * len(paths)


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
    paths = {text: number for text, number in counts.items() if separator in text}
    if not paths:
        warning = f"no cell has {separator!r}" if options.category_separator else ""
        evidence = "no cell has levels"
        return Reading("category", "names of one level", evidence, _OPTION, warning)

    evidence = f"{share(paths, sum(counts.values()))} have it"
    if options.category_separator:
        evidence = f"{_OPTION} says so"
    meaning = f"paths whose levels are separated by {separator!r}"
    has_slashes = any("/" in text.replace(separator, "") for text in counts)
    if separator != CATEGORY_SEPARATOR and has_slashes:
        meaning += "; a '/' is part of a name"
    warning = _describe_lists(rule, counts)
    return Reading("category", meaning, evidence, _OPTION, warning)


def _describe_lists(rule: CategoryRule, counts: Mapping[str, int]) -> str:
    lists = {text: n for text, n in counts.items() if len(rule.split_cell(text)) > 1}
    if not lists:
        return ""
    return (
        f"{share(lists, sum(counts.values()))} hold several"
        " categories: the deepest one is taken, the first of equally deep ones"
    )
