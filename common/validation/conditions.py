"""Conditions: a shop's own words, and where they stand between new and poor."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from common.listing import CONDITIONS
from common.validation.condition_names import (
    FILLERS,
    GENERAL_NAMES,
    GRADE_STEP,
    GRADES,
    NAMES_BY_RANK,
)
from common.validation.folding import fold_field, fold_label
from common.validation.texts import parse_label
from common.validation.word_lists import words

SAME_CONDITIONS = {
    "brand new": "new",
    "as new": "like new",
    "newcondition": "new",
    "usedcondition": "used",
    "refurbishedcondition": "refurbished",
    "damagedcondition": "damaged",
}
"""Other words for ``CONDITIONS``, and schema.org's values of ``OfferItemCondition``."""

_SCHEMA_ORG = re.compile(r"(?:https?:)?(?://)?(?:www\.)?schema(?:\.org)?[/:](.+)", re.I)
_GRADE = re.compile(r"([a-z]{1,2}|[1-5])\s?([+-]{0,2})")
_CAPITAL_WITHIN = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ACCENTS = re.compile("[\u0300-\u036f]")
_SIGNS = re.compile(r"[\W_]+")
_JAPANESE_COMMAS = re.compile("[\u3001\u30fb]")
_BETWEEN_PARTS = re.compile(
    r"\s+-+\s*|\s*-+\s+|[-:/,;|()\[\]\u3001\u30fb\u3010\u3011]+"
)
_JAPANESE_FILLER = re.compile("です|の?状態|ランク|コンディション|中古品?(?=[a-z])")


def parse_condition(value: object) -> str | None:
    """Return a condition in the shop's own words, or ``None`` if it is missing.

    ``CONDITIONS`` are recognised in any case, with ``_`` or ``-`` for blanks, and values of
    schema.org by their address.
    """
    text = parse_label(value)
    if text is None:
        return None

    address = _SCHEMA_ORG.fullmatch(text)
    name = parse_label(address[1]) if address else text
    if name is None:
        return None
    plain = fold_field("condition", name)
    if plain in CONDITIONS:
        return plain
    return SAME_CONDITIONS.get(plain, name)


@lru_cache(maxsize=4096)
def condition_rank(text: str) -> float | None:
    """Return where a condition stands from 0, new, to 4, poor, or ``None`` for unknown words.

    Known are the usual names in English, Japanese, German, French, Italian and Spanish, letters
    from S to D, and numbers from 1, new, to 5. Of a condition in two parts, such as ``Very Good -
    Refurbished`` or ``中古品-良い``, the part that says more counts.
    """
    address = _SCHEMA_ORG.fullmatch(text)
    name = address[1] if address else text

    # First as it is, because "LIKE NEW" has no words run together, but "UsedVeryGood" has.
    for spelling in (name, _CAPITAL_WITHIN.sub(" ", name)):
        rank = _rank_of(fold_label(spelling))
        if rank is not None:
            return rank
    return None


def _rank_of(folded: str) -> float | None:
    rank = _rank_of_part(folded)
    if rank is not None:
        return rank

    special: list[float] = []
    general: list[float] = []
    for part in _BETWEEN_PARTS.split(folded):
        rank = _rank_of_part(part) if part.strip() else None
        if rank is None:
            continue
        is_general = _key(part) in _general_keys()
        ranks = general if is_general else special
        ranks.append(rank)

    if special:
        return special[0]
    # "New / used" names both ends of the scale: the worse one is certain not to flatter.
    return max(general, default=None)


def _rank_of_part(text: str) -> float | None:
    """Return the rank of one name or grade, with or without words such as "condition"."""
    key = _key(text)
    for name in (key, _without_fillers(key)):
        if name in _ranks():
            return _ranks()[name]

    # First as it is, because the grade "a" is an article elsewhere.
    grade = _grade_of(text)
    return grade if grade is not None else _grade_of(_without_fillers(text))


def _grade_of(text: str) -> float | None:
    """Return the rank of a letter with signs, such as ``a+``, or of a number."""
    bare = _JAPANESE_FILLER.sub("", text).strip()
    found = _GRADE.fullmatch(bare)
    if not found:
        return None

    grade, signs = found.groups()
    if grade not in GRADES:
        return None
    n_steps = signs.count("-") - signs.count("+")
    # Numbers have no signs: "1-" is a typing error, and counts as 1.
    if grade.isdigit():
        n_steps = 0
    rank = GRADES[grade] + GRADE_STEP * n_steps
    return min(4.0, max(0.0, rank))


def _without_fillers(text: str) -> str:
    telling = [word for word in text.split() if word not in _filler_keys()]
    joined = " ".join(telling)
    return _JAPANESE_FILLER.sub("", joined).strip()


def _key(text: str) -> str:
    """Return the folded name without accents, its words separated by single blanks."""
    # Only Latin accents: without their marks, kana would be other kana.
    decomposed = unicodedata.normalize("NFD", fold_label(text))
    without_accents = _ACCENTS.sub("", decomposed)
    composed = unicodedata.normalize("NFC", without_accents)
    joined = _JAPANESE_COMMAS.sub("", composed)
    return _SIGNS.sub(" ", joined).strip()


@lru_cache(maxsize=1)
def _ranks() -> dict[str, float]:
    ranks: dict[str, float] = {}
    for rank, names in NAMES_BY_RANK.items():
        for name in words(names):
            ranks.setdefault(_key(name), rank)

    # "en buen estado" is "buen estado", whichever of its words say only that a condition is meant.
    for name, rank in list(ranks.items()):
        ranks.setdefault(_without_fillers(name), rank)
    ranks.pop("", None)
    return ranks


@lru_cache(maxsize=1)
def _general_keys() -> frozenset[str]:
    return frozenset(map(_key, GENERAL_NAMES))


@lru_cache(maxsize=1)
def _filler_keys() -> frozenset[str]:
    return frozenset(map(_key, FILLERS)) | FILLERS
