"""The currency of a table's prices: from an option, the cells, names of columns, or a guess."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.validation.texts import quote
from ingest.options import ReadOptions
from ingest.readings.amounts import WrittenAmount
from ingest.readings.cells import count_texts, name_words, percent, plain
from ingest.readings.currencies import SIGNS, currencies_of, currency_of_name, narrow

DEFAULT = "USD"

_DOLLARS = SIGNS["$"]
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MIN_GUESS = 0.3
"""Share of Japanese titles from which prices without any currency are taken for yen."""


@dataclass(frozen=True, slots=True)
class ColumnCurrency:
    """The currency of a column of prices.

    Attributes:
        code: three letters, of prices without one of their own.
        stated: the currency that an option, a name, an export or the cells say, else empty.
        evidence: why, for the profile.
        warning: what is doubtful about it, else empty.
    """

    code: str
    stated: str
    evidence: str
    warning: str = ""


def decide_currency(
    written: Mapping[str, WrittenAmount],
    counts: Mapping[str, int],
    sample: Mapping[str, Sequence[object]],
    names: Mapping[str, str],
    options: ReadOptions,
    form_currency: str = "",
) -> ColumnCurrency:
    """Return the currency of a column's prices.

    ``written`` has the prices of the sample by their text, ``counts`` how often each occurs.
    """
    named = _named_currency(names)
    column = _commonest_currency(sample.get("currency", ()))
    said = options.currency.upper() or named or column or form_currency
    stated = said or _implied(written, counts, sample)

    signed = Counter[str]()
    for text, amount in written.items():
        if amount.currencies:
            signed[narrow(amount.currencies, stated)] += counts[text]
    if options.currency:
        return ColumnCurrency(stated, stated, "--currency says so")
    if signed:
        return _from_cells(signed, written, counts, stated, named)

    if said:
        return ColumnCurrency(said, said, _reason(names, named, column))
    return _guess(sample)


def _from_cells(
    signed: Counter[str],
    written: Mapping[str, WrittenAmount],
    counts: Mapping[str, int],
    stated: str,
    named: str,
) -> ColumnCurrency:
    """Return the commonest currency of the cells that have a sign or a code."""
    code, number = signed.most_common(1)[0]
    example = next(
        text
        for text, amount in written.items()
        if narrow(amount.currencies, stated) == code
    )
    total = sum(counts.values())
    evidence = f"{number:,} of {total:,} cells, such as {quote(example)}, say so"

    warnings = _describe_others(signed, code)
    if named and named != code:
        warnings.append(f"the name of the column says {named}, and its cells {code}")
    meanings = written[example].currencies
    if len(meanings) > 1 and stated not in meanings and code != "USD":
        others = ", ".join(meanings[1:4])
        warnings.append(f"the sign may also mean {others}: --currency settles it")
    return ColumnCurrency(code, stated or code, evidence, "; ".join(warnings))


def _describe_others(signed: Counter[str], code: str) -> list[str]:
    others = [each for each in signed.most_common() if each[0] != code]
    total = signed.total()
    shares = [f"{percent(number, total)} in {other}" for other, number in others[:3]]
    if not shares:
        return []
    return [
        f"{' and '.join(shares)}, the others in {code}: the price model learns one currency"
    ]


def _reason(names: Mapping[str, str], named: str, column: str) -> str:
    if named:
        return f"the name of the column {quote(names['price'])} says so"
    if column:
        return (
            f"the column {quote(names.get('currency', 'currency'))} says so most often"
        )
    return "the form of the export says so"


def _guess(sample: Mapping[str, Sequence[object]]) -> ColumnCurrency:
    """Return yen where the titles are Japanese, else dollars, with a warning."""
    titles = count_texts(sample.get("title", ()))
    n_japanese = sum(number for text, number in titles.items() if _KANA.search(text))
    if titles and n_japanese >= _MIN_GUESS * titles.total():
        evidence = f"{percent(n_japanese, titles.total())} of the titles are Japanese"
        warning = "no price states its currency, JPY is a guess: --currency settles it"
        return ColumnCurrency("JPY", "", evidence, warning)

    evidence = "no cell, name or option says a currency"
    warning = f"{DEFAULT} is assumed: --currency says another one"
    return ColumnCurrency(DEFAULT, "", evidence, warning)


def _implied(
    written: Mapping[str, WrittenAmount],
    counts: Mapping[str, int],
    sample: Mapping[str, Sequence[object]],
) -> str:
    """Return what a sign of several currencies most likely means in this table, or empty."""
    certain = Counter[str]()
    shared = set[str]()
    for text, amount in written.items():
        if len(amount.currencies) == 1:
            certain[amount.currencies[0]] += counts[text]
        shared.update(amount.currencies[1:])

    # "CA$" beside "$" tells the two apart; "SEK" beside "kr" says what kr means.
    for code, _ in certain.most_common():
        if code in shared and code not in _DOLLARS:
            return code
    titles = count_texts(sample.get("title", ()))
    is_chinese = any(map(_HAN.search, titles)) and not any(map(_KANA.search, titles))
    return "CNY" if is_chinese and "CNY" in shared else ""


def _named_currency(names: Mapping[str, str]) -> str:
    name = names.get("price", "")
    # A column that is called "currency" or "EUR" alone is one of codes, and no price.
    return currency_of_name(name) if name_words(name) else ""


def _commonest_currency(cells: Sequence[object]) -> str:
    counts = Counter[str]()
    for text, number in count_texts(cells).items():
        codes = currencies_of(plain(text))
        if codes:
            counts[codes[0]] += number
    return counts.most_common(1)[0][0] if counts else ""
