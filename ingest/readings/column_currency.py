"""The currency of a table's prices: from an option, the cells, names of columns, or a guess."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.validation.texts import quote
from ingest.options import ReadOptions
from ingest.readings.cells import count_texts, percent, share
from ingest.readings.currencies import SIGNS, currencies_of, currency_of_name
from ingest.readings.written_prices import WrittenPrices

DEFAULT = "USD"

_DOLLARS = SIGNS["$"]
_DOUBTFUL = frozenset(["JPY", "SEK", "DKK", "INR"])
"""Currencies that share their sign with one that is about as usual."""

_KANA = re.compile(r"[\u3040-\u30ff]")
_JAPANESE = re.compile(r"[\u3040-\u30ff価円]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
MAX_TITLES = 200
"""Titles whose language is looked at for the meaning of a sign."""

_MIN_GUESS = 0.3
"""Share of Japanese titles from which prices without any currency are taken for yen."""


@dataclass(frozen=True, slots=True)
class ColumnCurrency:
    """The currency of a column of prices.

    Attributes:
        code: three letters, of prices without one of their own.
        stated: the currency that an option, a name, an export or the cells say, else empty.
        known: the same, but empty where it rests on a sign of several currencies.
        evidence: why, for the profile.
        warning: what is doubtful about it, else empty.
    """

    code: str
    stated: str
    evidence: str
    warning: str = ""
    known: str = ""


def decide_currency(
    written: WrittenPrices,
    sample: Mapping[str, Sequence[object]],
    names: Mapping[str, str],
    options: ReadOptions,
    form_currency: str = "",
) -> ColumnCurrency:
    """Return the currency of a column's prices, given those of the sample as they are written.

    The other arguments are those of ``read_columns``.
    """
    if options.currency:
        code = options.currency.upper()
        return ColumnCurrency(code, code, "--currency says so", known=code)

    named = currency_of_name(names.get("price", ""))
    counts = count_currencies(sample.get("currency", ()))
    column = _commonest(counts)
    said = named or column or form_currency
    if written.has_currencies():
        stated = said or _implied(written, sample)
        return _from_cells(written, stated, named)
    if not said:
        return _guess(sample, names)

    evidence = _reason(names, bool(named), bool(column))
    return ColumnCurrency(said, said, evidence, known=said)


def _reason(names: Mapping[str, str], is_named: bool, has_column: bool) -> str:
    if is_named:
        return f"the name of the column {quote(names['price'])} says so"
    if has_column:
        name = names.get("currency", "currency")
        return f"the column {quote(name)} says so most often"
    return "the form of the export says so"


def count_currencies(cells: Sequence[object]) -> Counter[str]:
    """Return how often each currency occurs in a column of currencies."""
    counts = Counter[str]()
    for text, number in count_texts(cells).items():
        if codes := currencies_of(text):
            counts[codes[0]] += number
    return counts


def describe_mixture(counts: Counter[str]) -> str:
    """Return a warning where prices are in several currencies, or an empty text."""
    if len(counts) < 2:
        return ""

    (code, _), *others = counts.most_common(4)
    total = counts.total()
    parts = [f"{percent(number, total)} in {other}" for other, number in others]
    shares = " and ".join(parts)
    return f"{shares}, the others in {code}: the price model learns from one currency alone"


def _from_cells(written: WrittenPrices, stated: str, named: str) -> ColumnCurrency:
    """Return the commonest currency of the cells that have a sign or a code."""
    groups = written.by_currency(stated)
    signed = _count_signed(groups)
    code = _commonest(signed)
    texts = groups[code]
    meanings = written.amounts[_commonest(texts)].currencies

    cells = share(texts, written.counts.total())
    warnings = (
        describe_mixture(signed),
        _contradiction(named, code),
        _other_meaning(meanings, code, stated),
    )
    return ColumnCurrency(
        code,
        stated or code,
        evidence=f"{cells} say so",
        warning="; ".join(filter(None, warnings)),
        known=stated or _unless_shared(code, meanings),
    )


def _count_signed(groups: Mapping[str, Counter[str]]) -> Counter[str]:
    """Return how many cells state each currency; bare numbers are left out."""
    signed = Counter[str]()
    for code, texts in groups.items():
        if code:
            signed[code] = texts.total()
    return signed


def _contradiction(named: str, code: str) -> str:
    if not named or named == code:
        return ""
    return f"the name of the column says {named}, and its cells {code}"


def _other_meaning(meanings: Sequence[str], code: str, stated: str) -> str:
    """Return a warning where a sign is about as usual for another currency."""
    is_settled = len(meanings) < 2 or stated in meanings
    if is_settled or code not in _DOUBTFUL:
        return ""
    return f"the sign may also mean {meanings[1]}: --currency settles it"


def _unless_shared(code: str, meanings: Sequence[str]) -> str:
    # A dollar sign is that of many pesos too, which have another custom.
    is_shared = len(meanings) > 1 and code in _DOLLARS
    return "" if is_shared else code


def _guess(
    sample: Mapping[str, Sequence[object]], names: Mapping[str, str]
) -> ColumnCurrency:
    """Return yen where titles or names of columns are Japanese, else dollars, with a warning."""
    evidence = _evidence_of_yen(sample.get("title", ()), names)
    if evidence:
        warning = "no price states its currency, JPY is a guess: --currency settles it"
        return ColumnCurrency("JPY", "", evidence, warning)

    evidence = "no cell, name or option says a currency"
    warning = f"{DEFAULT} is assumed: --currency says another one"
    return ColumnCurrency(DEFAULT, "", evidence, warning)


def _evidence_of_yen(cells: Sequence[object], names: Mapping[str, str]) -> str:
    """Return what is Japanese, titles or names of columns, or an empty text."""
    titles = count_texts(cells)
    n_japanese = 0
    for text, number in titles.items():
        if _KANA.search(text):
            n_japanese += number

    total = titles.total()
    if total and n_japanese >= _MIN_GUESS * total:
        return f"{percent(n_japanese, total)} of the titles are Japanese"
    if any(map(_JAPANESE.search, names.values())):
        return "the names of the columns are Japanese"
    return ""


def _implied(written: WrittenPrices, sample: Mapping[str, Sequence[object]]) -> str:
    """Return what a sign of several currencies most likely means in this table, or empty."""
    certain = Counter[str]()
    shared = set[str]()
    for amount in written.amounts.values():
        if len(amount.currencies) == 1:
            certain.update(amount.currencies)
        shared.update(amount.currencies[1:])

    # "CA$" beside "$" tells the two apart; "SEK" beside "kr" says what kr means.
    for code, _ in certain.most_common():
        if code in shared and code not in _DOLLARS:
            return code

    # The signs of yen, yuan and won are one; their languages are not.
    if shared & {"CNY", "KRW"}:
        return _currency_of_language(sample.get("title", ()), shared)
    return ""


def _currency_of_language(titles: Sequence[object], possible: set[str]) -> str:
    texts = [title for title in titles[:MAX_TITLES] if isinstance(title, str)]
    text = " ".join(texts)
    if _KANA.search(text):
        return "JPY"
    if "KRW" in possible and _HANGUL.search(text):
        return "KRW"
    if "CNY" in possible and _HAN.search(text):
        return "CNY"
    return ""


def _commonest(counts: Counter[str]) -> str:
    return counts.most_common(1)[0][0] if counts else ""
