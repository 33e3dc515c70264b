"""Which field a column's name means: an alias, one with words that change nothing, or a path.

``Price (tax incl.)``, ``VK-Preis`` and ``Listing Price`` are names of the price, and so are
``price.amount`` and ``offers.price`` of nested records. A name with any other word, such as
``old_price`` or ``shipping label``, means something else and is never matched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest import aliases
from ingest.readings.currencies import is_code

EXACT, NESTED, QUALIFIED, PARTLY = range(4)
"""How well a name fits, the best first; a price without tax and one of several texts fit partly."""

MAX_WORDS = 8
"""Words of a name that is looked at for words that change nothing."""

NUMBERED_PLACE = 1000
"""Place of a name with a number among the names of a field: behind all others."""

_WORDS_ANYWHERE = """
product products item items listing article artikel produkt prod goods the of de di do des du der
am im in 商品 製品 商品の 상품 ご 欄 field column value text a b c x y z
"""
_ANYWHERE = frozenset(_WORDS_ANYWHERE.split())
_NEUTRAL_WORDS = {
    "title": "name title original full",
    "description": "html long full",
    "photos": """
        url urls link links src path paths file files filename hosted base main additional primary
        cover all list photo image picture
    """,
    "category": "name title path main primary full tree",
    "brand": "name title",
    "condition": "name title",
    "size": "name title label",
    "colour": "name title label main primary",
    "price": """
        current asking ask final selling sales regular list variant offer unit each incl inclusive
        included including inc with tax taxes vat gst mit inkl mwst ust ttc tva iva moms btw brutto
        gross vk 税込 税込み 円 含税 cents cent pence minor amount local buy now
    """,
    "shipping_payer": "price cost fee is free amount",
    "shipping_fee": "price cost fee amount total",
    "weight": """
        shipping package parcel packaged unit net gross g kg lb lbs oz gram grams kilogram kilograms
        pounds ounces in
    """,
    "dimensions": "shipping package parcel packaged cm mm m in inch inches box lwh l w h",
    "shipping_method": "name",
    "seller_id": "name id",
    "listed_at": "date time at on utc timestamp",
    "sold_at": "date time at on utc timestamp",
}
_NEUTRAL = {field: frozenset(words.split()) for field, words in _NEUTRAL_WORDS.items()}
"""Words that may stand beside an alias of a field without changing what it means."""

_WORDS_WITHOUT_TAX = """
excl exclusive excluded excluding ex ht netto 税抜 税抜き 税別 without ohne zzgl tax taxes vat mwst
"""
_WITHOUT_TAX = frozenset(_WORDS_WITHOUT_TAX.split())
"""Words of a price without tax, which is read where there is no other."""

_LANGUAGE_WORDS = """
en de fr it es nl pl pt sv da no fi cs ja jp ko zh english deutsch german french
japanese 英語 日本語
"""
_LANGUAGES = frozenset(_LANGUAGE_WORDS.split())
"""Words of a text that is there in several languages."""

_OF_PARTS = ("title", "description", "category", "price")
"""Fields whose names may fit partly."""

_SUFFIXES = ("url", "名", "名称")
_PREFIXES = ("商品", "製品", "アイテム", "상품", "제품", "宝贝", "artikel", "produkt")
"""Beginnings that change nothing, of names whose words are not parted by blanks."""

_HOLDER_WORDS = """
fields source attributes attrs properties product products item items node data record doc document
offers offer variants variant listing snippet info details article object entity pricing
"""
_HOLDERS = frozenset(_HOLDER_WORDS.split())
"""Objects that hold fields of a listing: ``offers.price`` is its price."""

_PART_WORDS = """
full_name path name title label display_name text value amount number_decimal url src href link
file files filename id slug code login username
"""
_PARTS = _PART_WORDS.split()
"""Fields of an object that may stand for it, the best first: ``brand.name`` is the brand."""

_SELLER_WORDS = "user owner shop store seller vendor author account profile"
_SELLERS = frozenset(_SELLER_WORDS.split())
_SHIPPING = frozenset(["shipping_payer", "shipping_fee"])
_PATH = re.compile(r"[\w$@-]+(\.[\w$@-]+)+")


class Meaning(NamedTuple):
    """What a column's name means; less is better."""

    fit: int
    place: int
    number: int
    field: str


def meanings_of(column: str) -> list[Meaning]:
    """Return the fields that a column's name may mean, the likeliest first; empty for none."""
    name = aliases.normalise(column)
    if _PATH.fullmatch(column.strip()) and (found := _of_path(column.strip())):
        return found
    return list(_exact(name)) or sorted(set(_qualified(name)))


def _exact(name: str) -> Iterator[Meaning]:
    """Yield the fields of which a name is an alias; a currency or a number may follow it."""
    known = aliases.fields_by_name()
    for field, place in known.get(name, ()):
        yield Meaning(EXACT, place, 0, field)

    if name not in known:
        yield from _with_currency(name)
        yield from _with_number(name)


def _with_currency(name: str) -> Iterator[Meaning]:
    plain = aliases.without_currency(name)
    if plain == name:
        return
    for field, place in aliases.fields_by_name().get(plain, ()):
        if field in aliases.AMOUNTS:
            yield Meaning(EXACT, place, 1, field)


def _with_number(name: str) -> Iterator[Meaning]:
    # Wide tables have a column a photo: image_1, image_2, ...
    plain, number = aliases.without_number(name)
    if plain == name:
        return
    for field, _ in aliases.fields_by_name().get(plain, ()):
        if field == "photos":
            yield Meaning(EXACT, NUMBERED_PLACE, number, field)


def _of_path(column: str) -> list[Meaning]:
    """Return the meanings of a field of an object: ``offers.price``, ``brand.name``."""
    *parents, last = [aliases.normalise(part) for part in column.split(".")]
    holders = [part for part in parents if part not in _HOLDERS]
    if not holders:
        return [meaning._replace(fit=NESTED) for meaning in meanings_of(last)]
    return _of_part(last, holders[-1], is_deep=len(holders) > 1)


def _of_part(part: str, holder: str, is_deep: bool) -> list[Meaning]:
    """Return the meanings of a part of an object that has the name of a field or of a seller."""
    meant = list(_exact(holder))
    fields = [meaning.field for meaning in meant]
    if "price" in fields and _is_currency(part):
        return [Meaning(NESTED, 0, 0, "currency")]
    # Of what shipping costs in which country, one number says nothing.
    if part not in _PARTS or is_deep or not _SHIPPING.isdisjoint(fields):
        return []

    number = _PARTS.index(part)
    if holder in _SELLERS and "brand" not in fields:
        return [Meaning(NESTED, 0, number, "seller_id")]
    return [Meaning(NESTED, place, number, field) for _, place, _, field in meant]


def _is_currency(name: str) -> bool:
    meanings = meanings_of(name)
    return bool(meanings) and meanings[0].field == "currency"


def _qualified(name: str) -> Iterator[Meaning]:
    """Yield the fields of which the name is an alias with words that change nothing."""
    words = name.split("_")
    if len(words) > MAX_WORDS:
        return

    known = aliases.fields_by_name()
    for core, others in _cores(words):
        for spelling in (core, _without_affix(core)):
            # The name itself is no alias: that was looked up before.
            if not others and spelling == core:
                continue
            for field, place in known.get(spelling, ()):
                fit = _fit(field, others)
                if fit:
                    yield Meaning(fit, place, _number(others), field)


def _cores(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each stretch of words as a name, the longest of a beginning first, and the others."""
    for first in range(len(words)):
        for end in range(len(words), first, -1):
            core = "_".join(words[first:end])
            yield core, [*words[:first], *words[end:]]


def _fit(field: str, others: list[str]) -> int:
    """Return how well an alias with other words fits, 0 where they change its meaning."""
    neutral = _ANYWHERE | _NEUTRAL.get(field, frozenset())
    is_amount = field in aliases.AMOUNTS
    strange = {
        word
        for word in others
        if word not in neutral
        and not (is_amount and is_code(word.upper()))
        and not (word.isdecimal() and field == "photos")
        and not (word.isdecimal() and int(word) < 2)
    }
    if not strange:
        return QUALIFIED

    partly = _WITHOUT_TAX if field == "price" else _LANGUAGES
    return PARTLY if field in _OF_PARTS and strange <= partly else 0


def _without_affix(word: str) -> str:
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) > len(prefix):
            word = word.removeprefix(prefix)
            break

    for suffix in _SUFFIXES:
        if not word.isascii() and word.endswith(suffix) and len(word) > len(suffix):
            return word.removesuffix(suffix)

    return word


def _number(words: list[str]) -> int:
    return next((int(word) for word in words if word.isdecimal()), 0)
