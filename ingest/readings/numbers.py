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

POINT, COMMA = ".", ","
EITHER_POINT, EITHER_COMMA = "1.299", "1,299"
"""Kinds of numbers with three digits after their one mark, which may be thousands."""

LONG, SHORT = "1299", "89"
"""Kinds of numbers without a mark: of four digits and more, or of fewer."""

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
        evidence: why, for the profile.
        warning: what contradicts it, else empty.
    """

    mark: str = ""
    refuses_either: bool = False
    evidence: str = ""
    warning: str = ""


def read_number(digits: str, decimal: DecimalMark) -> float:
    """Return the number; raises ``ValueError`` where it contradicts the column's mark.

    ``digits`` is plain text without a sign or a currency, such as ``1.299,00``.
    """
    if digits.isdecimal():
        return float(digits)
    mark = decimal.mark or (COMMA if kind_of(digits) == COMMA else POINT)
    if decimal.refuses_either and kind_of(digits) in (EITHER_POINT, EITHER_COMMA):
        raise ValueError(
            f"{quote(digits)} may be in thousands or have three decimals:"
            " --decimal says which mark is the decimal mark"
        )

    if _NUMBER[mark].fullmatch(digits):
        return float(digits.translate(_THOUSANDS[mark]))
    if kind_of(digits):
        raise ValueError(
            f"{quote(digits)} has {MARK_NAMES[_other(mark)]}, and its column"
            f" {MARK_NAMES[mark]} (see --decimal)"
        )
    raise ValueError(f"{quote(digits)} is not a number")


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
    kinds: dict[str, Counter[str]] = {}
    for digits, number in counts.items():
        kinds.setdefault(kind_of(digits), Counter())[digits] += number

    n_point, n_comma = (kinds.get(mark, Counter()).total() for mark in (POINT, COMMA))
    if not n_point and not n_comma:
        return _decide_ambiguous(kinds, currency)

    mark, other = (POINT, COMMA) if n_point >= n_comma else (COMMA, POINT)
    total = sum(counts.values())
    example = share(max(n_point, n_comma), total, kinds[mark])
    evidence = f"{example} have {MARK_NAMES[mark]}"
    minority = min(n_point, n_comma)
    if not minority:
        return DecimalMark(mark, evidence=evidence)

    warning = (
        f"{share(minority, total, kinds[other])} have {MARK_NAMES[other]}"
        " and are dropped"
    )
    mixed = minority > MAX_MINORITY * (n_point + n_comma)
    return DecimalMark(mark, mixed, evidence, warning)


def _decide_ambiguous(kinds: Mapping[str, Counter[str]], currency: str) -> DecimalMark:
    """Decide where all marks stand before three digits, by custom and by the other numbers."""
    either = {
        kind: kinds[kind] for kind in (EITHER_POINT, EITHER_COMMA) if kind in kinds
    }
    if not either:
        return DecimalMark(evidence="no cell has a decimal mark")

    counts = sum(either.values(), Counter[str]())
    total = sum(kind.total() for kind in kinds.values())
    example = share(counts.total(), total, counts)
    mark = POINT if EITHER_POINT in either else COMMA
    pads_decimals = SHORT not in kinds or LONG in kinds
    reading = "" if len(either) == 2 else _meaning_of(mark, currency, pads_decimals)
    if not reading:
        return DecimalMark(
            POINT,
            refuses_either=True,
            evidence=f"{example} may be in thousands or have three decimals",
            warning=f"{percent(counts.total(), total)} of the cells are dropped:"
            " --decimal says which mark is the decimal mark",
        )
    return DecimalMark(
        _other(mark) if reading == "thousands" else mark,
        evidence=f"{example} have three digits after their mark, read as {reading}",
        warning=f"nothing proves that these are {reading}: --decimal settles it",
    )


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


THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
"""Currencies with 1000 minor units (ISO 4217)."""

_NO_DECIMALS_TEXT = (
    "CHF CLP COP CRC HUF IDR IQD ISK JPY KHR KRW LAK MMK PYG TWD TZS UGX UZS VND"
)
NO_DECIMALS = frozenset(_NO_DECIMALS_TEXT.split())
"""Currencies whose prices are written without minor units, and the franc, whose custom is a point
for decimals and for thousands alike: three digits after a mark are thousands."""

_COMMA_CURRENCIES_TEXT = (
    "ALL AMD ARS AZN BAM BGN BOB BRL BYN CLP COP CRC CZK DKK EUR GEL HRK HUF IDR ISK KZT MAD MDL"
    " MKD NOK PLN PYG RON RSD RUB SEK TND TRY UAH UYU VES VND XAF XOF ZAR"
)
COMMA_CURRENCIES = frozenset(_COMMA_CURRENCIES_TEXT.split())
"""Currencies of countries that write a decimal comma (Unicode CLDR)."""

_POINT_CURRENCIES_TEXT = (
    "AED AUD BDT CAD CNY EGP GBP GHS GTQ HKD ILS INR JMD KES LKR MXN MYR NGN NPR NZD PEN PHP PKR"
    " QAR SAR SGD THB TTD USD"
)
POINT_CURRENCIES = frozenset(_POINT_CURRENCIES_TEXT.split())
"""Currencies of countries that write a decimal point (Unicode CLDR)."""
