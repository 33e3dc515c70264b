"""Numbers as people write them, and which mark is the decimal mark of a column.

``1,299`` is 1299 in one column and 1.299 in the next. What can be read in one way only decides for
its column: two digits after the last mark, two kinds of marks, groups of thousands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from common.validation.texts import quote
from ingest.readings.cells import percent, share
from ingest.readings.customs import (
    COMMA_CURRENCIES,
    NO_DECIMALS,
    POINT_CURRENCIES,
    THREE_DECIMALS,
)

POINT, COMMA = ".", ","
EITHER_POINT, EITHER_COMMA = "1.299", "1,299"
"""Kinds of numbers with three digits after their one mark, which may be thousands."""

LONG, SHORT = "1299", "89"
"""Kinds of numbers without a mark: of four digits and more, or of fewer."""

KINDS = (POINT, COMMA, EITHER_POINT, EITHER_COMMA, LONG, SHORT, "")
"""What ``kind_of`` returns."""

MARK_NAMES = {POINT: "a decimal point", COMMA: "a decimal comma"}

MAX_MINORITY = 0.05
"""Share of cells with the other mark from which an ambiguous cell is refused."""

_GROUPS = r"\d{{1,3}}(?:[ ']\d{{3}})+|\d{{1,3}}(?:{0}\d{{3}})+|\d{{1,2}}(?:{0}\d\d)+{0}\d{{3}}"
_NUMBER = {
    mark: re.compile(
        rf"(?:{_GROUPS.format(other)}|\d+)(?:{own}\d+)?(?:[eE][+-]?\d+)?|{own}\d+"
    )
    for mark, own, other in ((POINT, r"\.", ","), (COMMA, ",", r"\."))
}
_THOUSANDS = {
    POINT: str.maketrans("", "", " ',"),
    COMMA: str.maketrans(",", ".", " '."),
}


@dataclass(frozen=True, slots=True)
class DecimalMark:
    """The decimal mark of a column.

    Attributes:
        mark: ``.`` or ``,``; empty where each number is read for itself.
        refuses_either: whether ``1.299`` and ``1,299`` are refused, because nothing decides.
        max_decimals: the most decimals of the numbers that prove the mark. Where these are two,
            three digits after the mark are more likely thousands of another notation.
        evidence: why, for the profile.
        warning: what contradicts it, else empty.
    """

    mark: str = ""
    refuses_either: bool = False
    evidence: str = ""
    warning: str = ""
    max_decimals: int = 9


def read_number(digits: str, decimal: DecimalMark) -> float:
    """Return the number; raises ``ValueError`` where it contradicts the column's mark.

    ``digits`` is plain text without a sign or a currency, such as ``1.299,00``.
    """
    if digits.isdecimal():
        return float(digits)
    kind = ""
    if decimal.refuses_either or not decimal.mark or decimal.max_decimals < 3:
        kind = kind_of(digits)
        _check_three_digits(digits, kind, decimal)

    mark = decimal.mark or (COMMA if kind == COMMA else POINT)
    if _NUMBER[mark].fullmatch(digits):
        return float(digits.translate(_THOUSANDS[mark]))
    if kind_of(digits):
        raise ValueError(
            f"{quote(digits)} has {MARK_NAMES[_other(mark)]}, and its column"
            f" {MARK_NAMES[mark]} (see --decimal)"
        )
    raise ValueError(f"{quote(digits)} is not a number")


def _check_three_digits(digits: str, kind: str, decimal: DecimalMark) -> None:
    """Raise ``ValueError`` for three digits after a mark whose meaning is in doubt."""
    own = {EITHER_POINT: POINT, EITHER_COMMA: COMMA}.get(kind)
    if own and decimal.refuses_either:
        raise ValueError(
            f"{quote(digits)} may be in thousands or have three decimals:"
            " --decimal says which mark is the decimal mark"
        )
    if own and own == decimal.mark and decimal.max_decimals < 3:
        raise ValueError(
            f"{quote(digits)} has three digits after the decimal mark, and its column"
            " two: it may be in thousands (see --decimal)"
        )


def kind_of(digits: str) -> str:
    """Return the one decimal mark that a number can be read with, or which kind it is.

    The kinds are ``POINT`` and ``COMMA``, ``EITHER_POINT``, ``EITHER_COMMA``, ``LONG`` and
    ``SHORT``; empty for what is no number with either mark.
    """
    readable = [mark for mark in (POINT, COMMA) if _NUMBER[mark].fullmatch(digits)]
    if len(readable) < 2:
        return readable[0] if readable else ""

    # Readable with both marks: without any, or with one before three digits.
    if POINT not in digits and COMMA not in digits:
        return LONG if digits.isdecimal() and len(digits) > 3 else SHORT
    mark = POINT if POINT in digits else COMMA
    # Nobody writes a group of thousands as 0,999 or 012.500.
    if digits.startswith("0"):
        return mark
    return EITHER_POINT if mark == POINT else EITHER_COMMA


def decide_mark(counts: Mapping[str, int], currency: str = "") -> DecimalMark:
    """Return the decimal mark of a column from its numbers and how often each occurs.

    ``currency`` is that of the column where it is known; its country's custom helps where every
    number can be read with both marks.
    """
    kinds = _group_by_kind(counts)
    points, commas = kinds[POINT], kinds[COMMA]
    if not points and not commas:
        return _decide_ambiguous(kinds, currency)

    mark = POINT if points.total() >= commas.total() else COMMA
    usual, others = kinds[mark], kinds[_other(mark)]
    total = sum(counts.values())
    evidence = f"{share(usual, total)} have {MARK_NAMES[mark]}"
    decimals = max(_count_decimals(digits, mark) for digits in usual)
    if not others:
        return DecimalMark(mark, False, evidence, "", decimals)

    other_cells = share(others, total)
    warning = f"{other_cells} have {MARK_NAMES[_other(mark)]} and are dropped"
    is_mixed = others.total() > MAX_MINORITY * (others + usual).total()
    return DecimalMark(mark, is_mixed, evidence, warning, decimals)


def _count_decimals(digits: str, mark: str) -> int:
    _, _, decimals = digits.partition(mark)
    # An exponent says nothing, and neither do thousands alone, such as 1,299,000.
    return 9 if "e" in digits.lower() else len(decimals)


def _group_by_kind(counts: Mapping[str, int]) -> dict[str, Counter[str]]:
    """Return the numbers of each kind with their counts."""
    kinds: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for digits, number in counts.items():
        kinds[kind_of(digits)][digits] = number
    return kinds


def _decide_ambiguous(kinds: Mapping[str, Counter[str]], currency: str) -> DecimalMark:
    """Decide where all marks stand before three digits, by custom and by the other numbers."""
    points, commas = kinds[EITHER_POINT], kinds[EITHER_COMMA]
    either = points + commas
    if not either:
        return DecimalMark(evidence="no cell has a decimal mark")

    mark = POINT if points else COMMA
    may_pad = not kinds[SHORT] or bool(kinds[LONG])
    meaning = "" if points and commas else _meaning_of(mark, currency, may_pad)
    total = sum(kind.total() for kind in kinds.values())
    cells = share(either, total)
    if not meaning:
        evidence = f"{cells} may be in thousands or have three decimals"
        warning = (
            f"{percent(either.total(), total)} of the cells are dropped:"
            " --decimal says which mark is the decimal mark"
        )
        return DecimalMark(POINT, True, evidence, warning)

    evidence = f"{cells} have three digits after their mark, read as {meaning}"
    is_custom = currency in NO_DECIMALS or _custom_of(currency) == _other(mark)
    warning = ""
    if currency not in THREE_DECIMALS and not (meaning == "thousands" and is_custom):
        warning = f"nothing proves that these are {meaning}: --decimal settles it"
    decimal = _other(mark) if meaning == "thousands" else mark
    return DecimalMark(decimal, False, evidence, warning)


def _meaning_of(mark: str, currency: str, may_pad: bool) -> str:
    """Return what three digits after a mark are: ``thousands``, ``decimals``, or empty.

    ``may_pad`` tells whether the column's other numbers allow for decimals that are padded to three
    digits: whoever pads them does not write 89.
    """
    if currency in THREE_DECIMALS:
        return "decimals"
    custom = _custom_of(currency)
    if currency in NO_DECIMALS or custom == _other(mark):
        return "thousands"
    if custom == mark and may_pad:
        return "decimals"

    # Thousands with a comma are the custom of most tables, thousands with a point are not.
    return "thousands" if mark == COMMA or not (custom or may_pad) else ""


def _custom_of(currency: str) -> str:
    if currency in COMMA_CURRENCIES:
        return COMMA
    return POINT if currency in POINT_CURRENCIES else ""


def _other(mark: str) -> str:
    return COMMA if mark == POINT else POINT
