"""Cells of prices, taken apart into a number and what is written about its currency.

A price is written as ``$1,200.50``, ``1.299,00 EUR``, ``CHF 12.-``, ``3,000円(税込)``, ``£20 ono``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from common.validation.texts import quote
from ingest.readings.currencies import currencies_of, is_code

_TRADE_WORDS = (
    # that the price is (not) negotiable, in English and German
    "or best offer",
    "negotiable",
    "o.n.o.",
    "ono",
    "obo",
    "firm",
    "vhb",
    "vb",
    "festpreis",
    "fp",
    # that a tax is in it, or that it is for one piece
    r"(?:inkl|incl|inc|including|exkl|excl|ex)\.?\s*(?:mwst|ust|vat|gst|tax|btw|iva|tva|moms)\.?",
    r"(?:tax|vat|gst|mwst)\s+(?:included|incl\.?|inc\.?|inbegriffen)",
    "mwst",
    "vat",
    "ttc",
    "each",
    "ea",
    "only",
)
_NEUTRAL = re.compile(
    rf"(?<![^\W\d_])(?:{'|'.join(_TRADE_WORDS)})(?![^\W\d_])"
    "|税込み?|税抜き?|税別|送料込み?|送料無料|送料別|約|ぽっきり",
    re.IGNORECASE,
)
_ROUND = re.compile(r"[.,:/]\s?-{1,2}|[.,]$")
_DASHES = str.maketrans("–—―‒", "----")
_SIMPLE = re.compile(r"([^\d.,+()-]*?)\s*(\d(?:[\d.,' ]*\d)?)\s*([^\d.,()-]*)")
_FROM_DIGIT_TO_DIGIT = re.compile(r"\d(?:.*\d)?", re.DOTALL)
_OF_NUMBERS = frozenset("0123456789.,' eE+-")
_OWN_MARK = re.compile(r"(?<![^\W\d_])[.,]$")
_MYRIADS = re.compile(r"(?<![\d.,])(\d{1,4})万(\d{1,4}|\d,\d{3})(?!\d)")
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class WrittenAmount:
    """A price, its number not yet read.

    Attributes:
        digits: the number as it is written, without sign and currency: ``1.299,00``.
        factor: what it is to be multiplied by: 10,000 for 万, -1 for a negative number.
        currencies: what the sign or the code may mean, the likeliest first; empty without one.
        has_code: whether the currency is written as a code, such as ``EUR``.
    """

    digits: str
    factor: int = 1
    currencies: tuple[str, ...] = ()
    has_code: bool = False


def split_amount(text: str) -> WrittenAmount:
    """Take a price apart; raises ``ValueError`` for what is no amount, or several.

    ``text`` is plain text (``cells.plain``) and not empty.
    """
    if text.isdecimal():
        return WrittenAmount(text)

    # Most cells are a number with a sign or a code on one side.
    if simple := _SIMPLE.fullmatch(text):
        before, digits, after = simple.groups()
        side = before or after
        currencies = currencies_of(side) if side else ()
        if currencies and not (before and after) or not side:
            return WrittenAmount(digits, 1, currencies, is_code(side))

    return _split_carefully(text)


def _split_carefully(text: str) -> WrittenAmount:
    """Take apart a price with words, brackets, or something on both sides of its number."""
    # 1万2800 is 12800.
    whole = _MYRIADS.sub(_join_myriads, text)
    before, digits, after = _cut(whole.translate(_DASHES), text)
    factor = 1
    if before.startswith(("-", "(")) or before.endswith("-"):
        # Bookkeepers write negative numbers in brackets.
        factor = -1
        before = before.strip("-( ")
    if after.startswith("万"):
        factor *= 10_000
        after = after[1:]
    if after.endswith("-") and (before or len(after) > 1):
        after = after[:-1]  # "¥3,000-" and "3,000円-" are round sums
    return _with_currency(digits, factor, (before.lstrip("+"), after), text)


def _with_currency(
    digits: str, factor: int, beside: Iterable[str], original: str
) -> WrittenAmount:
    """Return the amount, its currency said by what stands beside the number."""
    sides = list(filter(None, map(_without_words, beside)))
    return WrittenAmount(
        digits,
        factor,
        currencies=_agree(sides, original),
        has_code=any(map(is_code, sides)),
    )


def _join_myriads(match: re.Match[str]) -> str:
    myriads = int(match[1])
    rest = int(match[2].replace(",", ""))
    return str(myriads * 10_000 + rest)


def _cut(text: str, original: str) -> tuple[str, str, str]:
    """Return what stands before the number, the number, and what stands after it."""
    found = _FROM_DIGIT_TO_DIGIT.search(text)
    if not found:
        raise ValueError(f"{quote(original)} is not an amount")

    start, end = found.span()
    # ".99" begins with its mark, and the mark of "Fr.50" is that of the currency.
    if _OWN_MARK.search(text[:start]):
        start -= 1
    digits = text[start:end]
    _check_single(digits, original)
    return text[:start].strip(), digits, text[end:].strip()


def _check_single(digits: str, original: str) -> None:
    """Raise ``ValueError`` where the text between first and last digit is no single number."""
    characters = set(digits)
    if characters <= _OF_NUMBERS and not _is_several(digits):
        return

    n_numbers = len(_NUMBERS.findall(digits))
    has_dash = not characters.isdisjoint("-~〜")
    what = "a range" if has_dash and n_numbers == 2 else "several numbers"
    raise ValueError(f"{quote(original)} is {what} and not an amount")


def _is_several(digits: str) -> bool:
    """Return whether a text of digits and marks is two numbers, such as ``12 - 15``."""
    if "-" not in digits and "+" not in digits:
        return False
    return re.fullmatch(r"[\d.,]+[eE][+-]\d+", digits) is None


def _without_words(side: str) -> str:
    """Return a side of the number without words that say nothing on amount and currency."""
    if not side or currencies_of(side):
        return side

    # "12.-" and "500/-" are round sums; a full stop may end a sentence.
    text = _ROUND.sub("", side, count=1)
    words = _NEUTRAL.sub(" ", text).split()
    return " ".join(words).strip("()[]/:*~ ")


def _agree(sides: list[str], original: str) -> tuple[str, ...]:
    """Return the currencies that all of the signs and codes beside a number may mean."""
    if not sides:
        return ()

    meanings = [currencies_of(side) for side in sides]
    if not all(meanings):
        meanings = [_joint_meaning(sides)]
    if not meanings[0]:
        raise ValueError(f"{quote(original)} is not an amount")

    common = meanings[0]
    for others in meanings[1:]:
        common = tuple(code for code in common if code in others)
    if not common:
        raise ValueError(f"{quote(original)} names two currencies")
    return common


def _joint_meaning(sides: list[str]) -> tuple[str, ...]:
    """Return the currencies that the words around a number mean together."""
    # "US" before and "$" after belong together, as do "CA" and "$", and in French "$" and "CA".
    words = " ".join(sides).split()
    forwards = currencies_of("".join(words))
    return forwards or currencies_of("".join(reversed(words)))
