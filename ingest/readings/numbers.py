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

THOUSANDS, DECIMALS = "thousands", "decimals"
"""What three digits after a mark may be."""

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
    with_point = _NUMBER[POINT].fullmatch(digits)
    with_comma = _NUMBER[COMMA].fullmatch(digits)
    if not with_point:
        return COMMA if with_comma else ""
    if not with_comma:
        return POINT

    # Readable with both marks: without any, or with one before three digits.
    has_point = POINT in digits
    if not has_point and COMMA not in digits:
        is_long = digits.isdecimal() and len(digits) > 3
        return LONG if is_long else SHORT

    # Nobody writes a group of thousands as 0,999 or 012.500.
    is_decimal = digits.startswith("0")
    if has_point:
        return POINT if is_decimal else EITHER_POINT
    return COMMA if is_decimal else EITHER_COMMA


def decide_mark(counts: Mapping[str, int], currency: str = "") -> DecimalMark:
    """Return the decimal mark of a column from its numbers and how often each occurs.

    ``currency`` is that of the column where it is known; its country's custom helps where every
    number can be read with both marks.
    """
    kinds = _group_by_kind(counts)
    points = kinds[POINT]
    commas = kinds[COMMA]
    total = sum(counts.values())
    if not points and not commas:
        return _decide_ambiguous(kinds, total, currency)
    if points.total() >= commas.total():
        return _proven_mark(POINT, points, commas, total)
    return _proven_mark(COMMA, commas, points, total)


def _proven_mark(
    mark: str, proofs: Counter[str], others: Counter[str], total: int
) -> DecimalMark:
    """Return the mark of the numbers that allow no other, with what contradicts it."""
    evidence = f"{share(proofs, total)} have {MARK_NAMES[mark]}"
    decimals = [_count_decimals(digits, mark) for digits in proofs]
    max_decimals = max(decimals)
    if not others:
        return DecimalMark(mark, evidence=evidence, max_decimals=max_decimals)

    cells = share(others, total)
    other_mark = MARK_NAMES[_other(mark)]
    n_decided = proofs.total() + others.total()
    return DecimalMark(
        mark,
        refuses_either=others.total() > MAX_MINORITY * n_decided,
        evidence=evidence,
        warning=f"{cells} have {other_mark} and are dropped",
        max_decimals=max_decimals,
    )


def _count_decimals(digits: str, mark: str) -> int:
    _, _, decimals = digits.partition(mark)
    # An exponent says nothing, and neither do thousands alone, such as 1,299,000.
    return 9 if "e" in digits.lower() else len(decimals)


def _group_by_kind(counts: Mapping[str, int]) -> dict[str, Counter[str]]:
    """Return the numbers of each kind with their counts."""
    kinds: dict[str, Counter[str]] = {}
    for kind in KINDS:
        kinds[kind] = Counter()
    for digits, number in counts.items():
        kind = kind_of(digits)
        kinds[kind][digits] = number
    return kinds


def _decide_ambiguous(
    kinds: Mapping[str, Counter[str]], total: int, currency: str
) -> DecimalMark:
    """Return the mark by custom and by the other numbers: all marks are before three digits."""
    points = kinds[EITHER_POINT]
    commas = kinds[EITHER_COMMA]
    if points and commas:
        return _undecided(points + commas, total)
    if points:
        return _decide_one_mark(POINT, points, kinds, total, currency)
    if commas:
        return _decide_one_mark(COMMA, commas, kinds, total, currency)
    return DecimalMark(evidence="no cell has a decimal mark")


def _decide_one_mark(
    mark: str,
    either: Counter[str],
    kinds: Mapping[str, Counter[str]],
    total: int,
    currency: str,
) -> DecimalMark:
    """Return the decimal mark where all marks are one, and before three digits."""
    may_pad = not kinds[SHORT] or bool(kinds[LONG])
    meaning = _meaning_of(mark, currency, may_pad)
    if not meaning:
        return _undecided(either, total)

    cells = share(either, total)
    return DecimalMark(
        mark if meaning == DECIMALS else _other(mark),
        evidence=f"{cells} have three digits after their mark, read as {meaning}",
        warning=_doubt(meaning, mark, currency),
    )


def _undecided(either: Counter[str], total: int) -> DecimalMark:
    """Return the rule that refuses all numbers with three digits after their one mark."""
    cells = share(either, total)
    dropped = percent(either.total(), total)
    return DecimalMark(
        POINT,
        refuses_either=True,
        evidence=f"{cells} may be in thousands or have three decimals",
        warning=(
            f"{dropped} of the cells are dropped:"
            " --decimal says which mark is the decimal mark"
        ),
    )


def _doubt(meaning: str, mark: str, currency: str) -> str:
    """Return a warning unless the currency's custom alone proves the meaning."""
    has_other_mark = _custom_of(currency) == _other(mark)
    is_custom = currency in NO_DECIMALS or has_other_mark
    is_proven = meaning == THOUSANDS and is_custom
    if is_proven or currency in THREE_DECIMALS:
        return ""
    return f"nothing proves that these are {meaning}: --decimal settles it"


def _meaning_of(mark: str, currency: str, may_pad: bool) -> str:
    """Return what three digits after a mark are: ``THOUSANDS``, ``DECIMALS``, or empty.

    ``may_pad`` tells whether the column's other numbers allow for decimals that are padded to three
    digits: whoever pads them does not write 89.
    """
    if currency in THREE_DECIMALS:
        return DECIMALS
    custom = _custom_of(currency)
    if currency in NO_DECIMALS or custom == _other(mark):
        return THOUSANDS
    if custom == mark and may_pad:
        return DECIMALS

    # Thousands with a comma are the custom of most tables, thousands with a point are not.
    if mark == COMMA:
        return THOUSANDS
    return "" if custom or may_pad else THOUSANDS


def _custom_of(currency: str) -> str:
    if currency in COMMA_CURRENCIES:
        return COMMA
    return POINT if currency in POINT_CURRENCIES else ""


def _other(mark: str) -> str:
    return COMMA if mark == POINT else POINT
