"""What a column that is said to hold the payer of the shipping holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from common.validation.payers import find_payer
from common.validation.texts import quote
from ingest.readings.cells import count_texts, name_words, plain, share
from ingest.readings.numbers import LONG, SHORT, kind_of
from ingest.readings.payers import (
    AMOUNT,
    BUYER,
    FLAG,
    FLAGS,
    IDS,
    SELLER,
    PayerRule,
    payer_by_amount,
)
from ingest.readings.reading import FieldReadings, Reading

_FIELD = "shipping_payer"

_FREE_WORDS = """
free included includes inclusive included gratis grátis kostenlos kostenloser versandkostenfrei
portofrei inkl inklusive gratuit gratuite gratuita gratuito offert offerte offerts inclus incluse
inclusa incluso incluido incluida
"""
_COST_WORDS = """
cost costs fee fees price charge charges amount rate postage freight versandkosten porto frete
spese costo coste gastos frais portes usd eur gbp jpy cad aud brl chf sek pln total
"""
_FREE, _COSTS = frozenset(_FREE_WORDS.split()), frozenset(_COST_WORDS.split())
_FREE_PARTS = ("送料無料", "送料込", "包邮", "무료배송")
_COST_PARTS = ("送料", "配送料", "運費", "运费", "배송비")
"""Words in names of columns, and parts of names where blanks do not part words."""

_MAX_CODE = 5
"""Whole numbers up to it may be codes of a shop's own, and no amounts."""


def read_payers(
    sample: Mapping[str, Sequence[object]], names: Mapping[str, str]
) -> FieldReadings:
    """Return the parser of payers; a column that names none of them is left out."""
    counts = _count(sample.get(_FIELD, ()))
    name = names.get(_FIELD, "")
    rule, meaning = _decide(counts, name)
    parsers = {_FIELD: rule.parse}
    if not counts:
        return FieldReadings(parsers)

    readable = _select(counts, lambda text: rule.parse(text) is not None)
    if not readable:
        useless = _describe_useless(counts, name)
        return FieldReadings(parsers, (useless,), left_out=(_FIELD,))
    return FieldReadings(parsers, (_describe(meaning, counts, readable),))


def holds_amounts(cells: Sequence[object], name: str) -> bool:
    """Return whether a column of payers holds what the buyer pays, in amounts."""
    rule, _ = _decide(_count(cells), name)
    return rule.kind == AMOUNT


def _describe(meaning: str, counts: Counter[str], readable: Counter[str]) -> Reading:
    total = counts.total()
    evidence = f"{share(readable, total)} are read so"
    warning = ""
    if others := counts - readable:
        warning = f"{share(others, total)} do not say who pays and are dropped"
    return Reading(_FIELD, meaning, evidence, "--map", warning)


def _describe_useless(counts: Counter[str], name: str) -> Reading:
    cells = share(counts, counts.total())
    return Reading(
        _FIELD,
        "nothing that says who pays the shipping: the column is left out",
        f"{cells} name neither seller nor buyer",
        "--map",
        f"--map {_FIELD}=COLUMN names another column than {quote(name)}",
    )


def _decide(counts: Counter[str], name: str) -> tuple[PayerRule, str]:
    """Return the rule of a column, and its meaning for the profile."""
    words = frozenset(name_words(name))
    if not counts:
        return PayerRule(), ""

    keys = {text.casefold() for text in counts}
    if words >= {"payer", "id"} and keys <= {"1", "2"}:
        return PayerRule(IDS), "ids of Mercari: 1 is the buyer, 2 the seller"

    when_true = _meaning_of_flag(words, name, keys)
    if when_true and _are_mostly_flags(counts):
        meaning = f"flags: a set one means that the {when_true} pays"
        return PayerRule(FLAG, when_true), meaning
    if _holds_amounts(counts, words, name):
        return PayerRule(AMOUNT), "what the buyer pays: 0 means that the seller pays"
    return PayerRule(), "words for who pays the shipping"


def _are_mostly_flags(counts: Counter[str]) -> bool:
    flags = _select(counts, lambda text: text.casefold() in FLAGS)
    return 2 * flags.total() >= counts.total()


def _meaning_of_flag(words: frozenset[str], name: str, keys: set[str]) -> str:
    """Return who pays where a flag is set, or an empty text where the name does not tell."""
    is_free = bool(words & _FREE) or any(part in name for part in _FREE_PARTS)
    if is_free or "seller" in words:
        return SELLER
    if "buyer" in words:
        return BUYER

    # Kaggle's "shipping" and Rakuten's 送料 are 1 where the seller pays. A "shipping" that is true
    # may be one that can be shipped at all.
    is_known = name.casefold().strip() in ("shipping", "送料")
    are_digits = keys <= {"0", "1", "0.0", "1.0"}
    return SELLER if is_known and are_digits else ""


def _holds_amounts(counts: Counter[str], words: frozenset[str], name: str) -> bool:
    """Return whether the column holds what the buyer pays, by its name or by its cells."""
    if words & _COSTS:
        return not words & _FREE

    amounts = _select(counts, _is_amount)
    if all(map(_may_be_code, amounts)):
        return False
    if any(part in name for part in _COST_PARTS):
        return True

    # Words such as "free" are usual among amounts.
    payers = _select(counts, lambda text: find_payer(text) is not None)
    readable = amounts | payers
    return 2 * readable.total() >= counts.total()


def _is_amount(text: str) -> bool:
    return bool(payer_by_amount(text))


def _may_be_code(text: str) -> bool:
    is_whole = kind_of(text) in (LONG, SHORT) and text.isdecimal()
    return is_whole and int(text) <= _MAX_CODE


def _select(counts: Counter[str], is_wanted: Callable[[str], bool]) -> Counter[str]:
    """Return the texts for which a test is true; one that raises ``ValueError`` is not."""
    selected = Counter[str]()
    for text, number in counts.items():
        try:
            if is_wanted(text):
                selected[text] = number
        except ValueError:
            continue
    return selected


def _count(cells: Sequence[object]) -> Counter[str]:
    counts = count_texts(cells)
    for cell in cells:
        if isinstance(cell, bool):
            counts[str(cell).lower()] += 1
        elif isinstance(cell, int | float) and (text := plain(cell)):
            counts[text] += 1
    return counts
