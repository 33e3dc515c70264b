"""Who pays the shipping, from words, flags, ids and amounts.

A flag means what the name of its column says: ``free_shipping`` is 1 where the seller pays,
``buyer_pays_shipping`` where the buyer does. An amount above 0 is what the buyer pays.
"""

from __future__ import annotations

from dataclasses import dataclass

from common.listing import PAYERS
from common.validation.payers import find_payer, parse_payer
from common.validation.placeholders import is_not_stated
from common.validation.texts import quote
from ingest.readings.amounts import split_amount
from ingest.readings.cells import plain
from ingest.readings.numbers import DecimalMark, read_number

SELLER, BUYER = PAYERS

WORDS, FLAG, AMOUNT, IDS = "words", "flag", "amount", "ids"
"""Kinds of columns. Words for a payer are read in every kind."""

_TRUE_WORDS = "1 1.0 true yes y t ja oui si sì sí sim tak はい on x ✓ ○ 有"
_FALSE_WORDS = "0 0.0 false no n f nein non não nie いいえ off × 無"
TRUE, FALSE = frozenset(_TRUE_WORDS.split()), frozenset(_FALSE_WORDS.split())
FLAGS = TRUE | FALSE

_PAYERS_BY_ID = {"1": BUYER, "2": SELLER}
"""Payers by Mercari's ids."""

_SHORT_WORDS = {
    **dict.fromkeys(["無料", "込", "込み", "included", "inkl.", "inklusive"], SELLER),
    **dict.fromkeys(["有料", "別", "別途", "着", "extra", "zzgl.", "paid"], BUYER),
}
"""Words that name a payer in a column of shipping, and mean other things elsewhere."""

SILENT = frozenset(
    [
        "fixed",
        "flat",
        "flat rate",
        "calculated",
        "standard",
        "express",
        "economy",
        "pickup",
        "local pickup",
        "freight",
        "not specified",
        "international",
        "domestic",
        "freightflat",
        "calculateddomesticflatinternational",
        "flatdomesticcalculatedinternational",
    ]
)
"""Kinds of shipping, some of them eBay's, that do not say who pays."""


@dataclass(frozen=True, slots=True)
class PayerRule:
    """How a column of payers is read.

    Attributes:
        kind: ``WORDS``, ``FLAG``, ``AMOUNT`` or ``IDS``.
        when_true: who pays where a flag is set.
    """

    kind: str = WORDS
    when_true: str = SELLER

    def parse(self, cell: object) -> str | None:
        """Return one of ``PAYERS``, or ``None``; raises ``ValueError`` where nobody is named."""
        text = str(cell).lower() if isinstance(cell, bool) else plain(cell)
        if not text:
            return None
        key = text.casefold()
        if payer := find_payer(text) or _SHORT_WORDS.get(key):
            return payer
        if is_not_stated(text):
            return None

        if self.kind == AMOUNT or _is_of_feed(text):
            return payer_by_amount(text)
        return self._payer_by_code(key) or _payer_by_word(text, key)

    def _payer_by_code(self, key: str) -> str | None:
        if self.kind == IDS:
            return _PAYERS_BY_ID.get(key)
        if self.kind != FLAG or key not in FLAGS:
            return None
        return self.when_true if key in TRUE else _other(self.when_true)


def _payer_by_word(text: str, key: str) -> str | None:
    if key in SILENT or key in FLAGS:
        raise ValueError(f"{quote(text)} does not say who pays")
    return parse_payer(text)


def payer_by_amount(text: str) -> str:
    """Return the payer by what the buyer pays: ``0.00``, ``6,49 €`` or ``US:::6.49 USD``."""
    parts = text.split(",") if _is_of_feed(text) else [text]
    payers = set(map(_payer_by_one_amount, parts))
    if len(payers) > 1:
        raise ValueError(f"{quote(text)} is free in some countries only")
    return payers.pop()


def first_offer(text: str) -> str:
    """Return the amount of the first country of a feed's cell; any other text as it is."""
    if not _is_of_feed(text):
        return text
    first, _, _ = text.partition(",")
    return first.rpartition(":")[2].strip() or text


def _is_of_feed(text: str) -> bool:
    """Return whether a cell is a merchant feed's: ``US:::6.49 USD,CA:::15 USD``."""
    return text.count(":") > 1


def _payer_by_one_amount(text: str) -> str:
    _, _, last = text.rpartition(":")
    amount = last.strip()
    if not amount:
        raise ValueError(f"{quote(text)} has no amount")

    written = split_amount(amount)
    number = read_number(written.digits, DecimalMark())
    value = number * written.factor
    if value < 0:
        raise ValueError(f"{quote(text)} is below 0")
    return BUYER if value else SELLER


def _other(payer: str) -> str:
    return BUYER if payer == SELLER else SELLER
