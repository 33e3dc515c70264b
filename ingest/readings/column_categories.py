"""Which sign separates the levels of a column of categories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from common.listing import CATEGORY_SEPARATOR
from ingest.options import ReadOptions
from ingest.readings.categories import CategoryRule, find_tops, normalise_all
from ingest.readings.cells import share
from ingest.readings.reading import Reading

_OPTION = "--category-separator"
_CLEAR = (">", "::", "|", "\\")
"""Signs that names do not have, so few cells with them prove a separator."""

_UNCLEAR = (" / ", CATEGORY_SEPARATOR, " - ", ":", " : ")
"""Signs that names have too: they separate only where a tree follows from it."""

_MIN_CLEAR = 0.05
_MIN_UNCLEAR = 0.3
"""Shares of cells with a sign from which it may be the separator."""


def read_categories(
    sample: Mapping[str, Sequence[object]], options: ReadOptions
) -> tuple[CategoryRule, tuple[Reading, ...]]:
    """Return the rule for categories, and what was decided."""
    cells = sample.get("category", ())
    texts = Counter(cell for cell in cells if isinstance(cell, str) and cell.strip())
    counts = normalise_all(texts)
    total = counts.total()
    if not total:
        return CategoryRule(options.category_separator), ()

    separator = options.category_separator or decide_separator(counts)
    if separator.strip() in ("›", "»", "→", "＞"):
        separator = ">"
    rule = CategoryRule(separator, find_tops(counts, separator))
    return rule, (_describe(rule, counts, options),)


def decide_separator(counts: Mapping[str, int]) -> str:
    """Return the separator of a column of categories, given how often each cell occurs."""
    total = sum(counts.values())
    n_slashes = _count(counts, CATEGORY_SEPARATOR)
    clear = {sign: _count(counts, sign) for sign in _CLEAR if not _lists(counts, sign)}
    sign = max(clear, key=lambda each: clear[each], default="")
    # A stray ">" in one name of many paths with "/" separates nothing.
    if sign and clear[sign] >= max(1, _MIN_CLEAR * max(total, n_slashes)):
        return sign

    if _count(counts, " / ") >= max(1, 0.5 * n_slashes):
        # "Home / Kitchen/Dining": the slash with blanks separates.
        has_both = any(
            " / " in text and "/" in text.replace(" / ", "") for text in counts
        )
        return " / " if has_both else CATEGORY_SEPARATOR
    if n_slashes:
        return CATEGORY_SEPARATOR
    for sign in (" - ", ":"):
        if _count(counts, sign) >= _MIN_UNCLEAR * total and _is_tree(counts, sign):
            return sign
    return CATEGORY_SEPARATOR


def _count(counts: Mapping[str, int], sign: str) -> int:
    return sum(number for text, number in counts.items() if sign in text.strip(" >|"))


def _lists(counts: Mapping[str, int], sign: str) -> bool:
    """Return whether a sign separates whole paths and not levels: ``A/B|A/C``."""
    if sign != "|":
        return False
    parts = [part for text in counts if sign in text for part in text.split(sign)]
    paths = [part for part in parts if "/" in part or ">" in part]
    return bool(parts) and 2 * len(paths) >= len(parts)


def _is_tree(counts: Mapping[str, int], sign: str) -> bool:
    """Return whether the parts before a sign repeat before different parts after it."""
    paths = {text for text in counts if sign in text}
    tops = {text.split(sign)[0].strip() for text in paths}
    return len(paths) >= 2 and len(tops) <= 0.7 * len(paths)


def _describe(
    rule: CategoryRule, counts: Mapping[str, int], options: ReadOptions
) -> Reading:
    separator, total = rule.separator, sum(counts.values())
    texts = {text: number for text, number in counts.items() if separator in text}
    number = sum(texts.values())
    if options.category_separator:
        evidence = f"{_OPTION} says so"
    elif number:
        evidence = f"{share(number, total, texts)} have it"
    else:
        return Reading("category", "names of one level", "no cell has levels", _OPTION)

    meaning = f"paths whose levels are separated by {separator!r}"
    slashes = sum(n for text, n in counts.items() if "/" in text.replace(separator, ""))
    if separator != CATEGORY_SEPARATOR and slashes:
        meaning += "; a '/' is part of a name"
    several = {text: n for text, n in counts.items() if len(rule.split_cell(text)) > 1}
    warning = ""
    if several:
        warning = (
            f"{share(sum(several.values()), total, several)} hold several categories:"
            " the deepest one is taken, the first of equally deep ones"
        )
    elif options.category_separator and not number:
        warning = f"no cell has {separator!r}"
    return Reading("category", meaning, evidence, _OPTION, warning)
