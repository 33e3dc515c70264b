"""Who pays the shipping, from words, flags, ids and amounts.

A flag means what the name of its column says: ``free_shipping`` is 1 where the seller pays,
``buyer_pays_shipping`` where the buyer does. An amount above 0 is what the buyer pays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.listing import PAYERS
from common.validation.payers import find_payer, parse_payer
from common.validation.texts import quote
from ingest.readings.amounts import split_amount
from ingest.readings.cells import count_texts, name_words, plain, share
from ingest.readings.numbers import DecimalMark, read_number
from ingest.readings.reading import Reading

SELLER, BUYER = PAYERS

FLAG, AMOUNT, IDS, WORDS, SILENT = "flag", "amount", "ids", "words", "silent"

_TRUE = frozenset(
    ["1", "true", "yes", "y", "t", "ja", "oui", "si", "sì", "sí", "はい", "on", "x"]
)
_FALSE = frozenset(["0", "false", "no", "n", "f", "nein", "non", "いいえ", "off"])
_SILENT_WORDS = frozenset(
    [
        "fixed",
        "flat",
        "flat rate",
        "calculated",
        "standard",
        "express",
        "economy",
        "pickup",
    ]
    + [
        "local pickup",
        "freight",
        "not specified",
        "international",
        "domestic",
        "custom",
    ]
    + [
        "freightflat",
        "calculateddomesticflatinternational",
        "flatdomesticcalculatedinternational",
    ]
)
"""Kinds of shipping that do not say who pays."""

_FREE = frozenset(
    [
        "free",
        "included",
        "includes",
        "gratis",
        "kostenlos",
        "versandkostenfrei",
        "gratuite",
    ]
    + [
        "gratuit",
        "gratuita",
        "offert",
        "offerte",
        "送料無料",
        "送料込み",
        "送料込",
        "grátis",
    ]
)
_COSTS = frozenset(
    [
        "cost",
        "costs",
        "fee",
        "fees",
        "price",
        "charge",
        "charges",
        "amount",
        "rate",
        "postage",
    ]
    + [
        "freight",
        "versandkosten",
        "porto",
        "port",
        "frete",
        "spese",
        "costo",
        "送料",
        "配送料",
    ]
    + ["usd", "eur", "gbp", "jpy", "cad", "aud", "brl", "total"]
)


@dataclass(frozen=True, slots=True)
class PayerRule:
    """How a column of payers is read.

    Attributes:
        kind: ``FLAG``, ``AMOUNT``, ``IDS``, ``WORDS`` or ``SILENT``.
        when_true: who pays where a flag is set.
    """

    kind: str = WORDS
    when_true: str = SELLER

    def parse(self, cell: object) -> str | None:
        """Return one of ``PAYERS``, or ``None``; raises ``ValueError`` where nobody is named."""
        text = str(cell).lower() if isinstance(cell, bool) else plain(cell)
        if not text:
            return None
        if payer := find_payer(text):
            return payer

        key = text.casefold()
        if self.kind == FLAG and key in _TRUE | _FALSE:
            return self.when_true if key in _TRUE else _other(self.when_true)
        if self.kind == IDS and key in ("1", "2"):
            return BUYER if key == "1" else SELLER
        if self.kind != WORDS and key not in _TRUE | _FALSE or self.kind == AMOUNT:
            return _from_amount(text)
        if key in _SILENT_WORDS or key in _TRUE | _FALSE:
            raise ValueError(f"{quote(text)} does not say who pays")
        return _from_amount(text) if ":" in text else parse_payer(text)


def read_payers(
    sample: Mapping[str, Sequence[object]], names: Mapping[str, str]
) -> tuple[PayerRule, tuple[Reading, ...], bool]:
    """Return the rule for payers, what was decided, and whether the column is of no use."""
    cells = sample.get("shipping_payer", ())
    counts = _count(cells)
    if not counts:
        return PayerRule(), (), False

    name = names.get("shipping_payer", "")
    rule, reason = _decide(counts, name)
    readable = Counter(
        {text: n for text, n in counts.items() if _is_readable(rule, text)}
    )
    total = counts.total()
    if not readable:
        meaning = "nothing that says who pays the shipping: the column is left out"
        evidence = f"{share(total, total, counts)} name neither seller nor buyer"
        warning = f"map another column with --map shipping_payer=COLUMN; {quote(name)} is not used"
        return (
            rule,
            (Reading("shipping_payer", meaning, evidence, "--map", warning),),
            True,
        )

    warning = ""
    if n_others := total - readable.total():
        others = {text: n for text, n in counts.items() if text not in readable}
        warning = (
            f"{share(n_others, total, others)} do not say who pays and are dropped"
        )
    evidence = f"{share(readable.total(), total, readable)} are read so"
    return rule, (Reading("shipping_payer", reason, evidence, "--map", warning),), False


def _decide(counts: Counter[str], name: str) -> tuple[PayerRule, str]:
    """Return the rule of a column, and its meaning for the profile."""
    words = frozenset(name_words(name))
    keys = {text.casefold() for text in counts}
    flags = keys & (_TRUE | _FALSE)
    n_flags = sum(n for text, n in counts.items() if text.casefold() in flags)
    if words >= {"payer", "id"} and keys <= {"1", "2"}:
        return PayerRule(IDS), "ids of Mercari: 1 is the buyer, 2 the seller"

    if words & _COSTS and not words & _FREE:
        return PayerRule(AMOUNT), "what the buyer pays: 0 means that the seller pays"
    if 2 * n_flags >= counts.total():
        when_true = _meaning_of_flag(words, keys)
        if when_true:
            meaning = f"flags: a set one means that the {when_true} pays"
            return PayerRule(FLAG, when_true), meaning
        return PayerRule(), "words for who pays the shipping"
    n_amounts = sum(n for text, n in counts.items() if _is_amount(text))
    if 2 * n_amounts >= counts.total():
        return PayerRule(AMOUNT), "what the buyer pays: 0 means that the seller pays"
    return PayerRule(), "words for who pays the shipping"


def _meaning_of_flag(words: frozenset[str], keys: set[str]) -> str:
    """Return who pays where a flag is set, or an empty text where the name does not tell."""
    if words & _FREE or "seller" in words:
        return SELLER
    if "buyer" in words:
        return BUYER
    # Kaggle's column "shipping" is 1 where the seller pays; true may mean "can be shipped".
    is_kaggle = words <= {"shipping", "payer"} and keys <= {"0", "1"}
    return SELLER if is_kaggle else ""


def _from_amount(text: str) -> str:
    """Return the payer by what the buyer pays: ``0.00``, ``6,49 €`` or ``US:::6.49 USD``."""
    payers = {_from_one_amount(part) for part in _split_countries(text)}
    if len(payers) > 1:
        raise ValueError(f"{quote(text)} is free in some countries only")
    return payers.pop()


def _from_one_amount(text: str) -> str:
    written = split_amount(text.rsplit(":", 1)[-1].strip())
    value = read_number(written.digits, DecimalMark()) * written.factor
    if value < 0:
        raise ValueError(f"{quote(text)} is below 0")
    return BUYER if value else SELLER


def _split_countries(text: str) -> list[str]:
    """Return the parts of a merchant feed's cell: ``US:::6.49 USD,CA:::15 USD``."""
    return text.split(",") if ":" in text else [text]


def _is_amount(text: str) -> bool:
    try:
        _from_amount(text)
    except ValueError as error:
        return "countries" in str(error)
    return True


def _is_readable(rule: PayerRule, text: str) -> bool:
    try:
        return rule.parse(text) is not None
    except ValueError:
        return False


def _count(cells: Sequence[object]) -> Counter[str]:
    counts = count_texts(cells)
    for cell in cells:
        if isinstance(cell, bool):
            counts[str(cell).lower()] += 1
        elif isinstance(cell, int | float) and (text := plain(cell)):
            counts[text] += 1
    return counts


def _other(payer: str) -> str:
    return BUYER if payer == SELLER else SELLER
