"""Brands: the many words for "no brand", and all names that a maker may have."""

from __future__ import annotations

import re
from functools import lru_cache

from common.listing import CATEGORY_SEPARATOR, NO_BRAND
from common.validation.folding import SLASH_IN_NAME, fold_label
from common.validation.placeholders import is_not_stated
from common.validation.texts import label_text, quote, refuse_noise
from common.validation.word_lists import words

NO_BRAND_WORDS = words(
    """
    n.a. | n.a | no brand | nobrand | no brands | no brand name | no name | noname |
    no name brand | nameless | brandless | unbranded | un branded | non branded |
    non brand | not branded | without brand | without a brand | no label | unlabeled |
    unlabelled | generic | generic brand | generics | brand generic | none | no | n/a |
    na | not applicable | does not apply | doesn't apply | not a brand |
    no brand required | no branding | no manufacturer | ohne marke | ohne markenname |
    keine marke | keine | markenlos | marke ohne | marken los | no name marke |
    nicht zutreffend | trifft nicht zu | entfällt | generisch | ohne hersteller |
    sans marque | aucune marque | pas de marque | aucune | aucun | marque générique |
    générique | non applicable | ne s'applique pas | non marqué | sans nom |
    senza marca | nessuna marca | nessun marchio | senza marchio | nessuna | nessuno |
    non applicabile | non di marca | generico | generica | marca generica |
    non si applica | sin marca | ninguna marca | ninguna | ninguno | no aplica |
    no aplicable | genérico | genérica | marca genérica | sin nombre | sem marca |
    nenhuma marca | nenhuma | não se aplica | não aplicável | geen merk | geen |
    merkloos | zonder merk | niet van toepassing | generiek | bez marki | brak marki |
    brak | nie dotyczy | utan märke | inget märke | märkeslös | uden mærke |
    intet mærke | ei merkkiä | без бренда | нет бренда | нет | без марки | markasız |
    marka yok | ノーブランド | ノーブランド品 | ノンブランド | ノンブランド品 |
    ノーブランド商品 | ノーネーム | ブランドなし | ブランド無し | ブランド無 |
    ブランド名なし | ブランド名無し | ブランドではない | メーカーなし | メーカー無し |
    なし | 無し | 無 | ナシ | 特になし | 該当なし | 該当無し | 无 | 无品牌 | 無品牌 |
    没有品牌 | 无牌 | 브랜드 없음 | 브랜드없음 | 없음 | 무브랜드 | 노브랜드
    """
)
"""Spellings of "it has no brand" by sellers and shops, with ``-`` and ``_`` as blanks."""

OTHER_BRAND_WORDS = words(
    """
    other | others | other brand | other brands | brand unknown | unknown brand |
    brand not listed | not listed | my brand is not listed | andere | andere marke |
    sonstige | sonstiges | sonstige marken | sonstige marke | marke unbekannt | autre |
    autres | autre marque | autres marques | marque inconnue | altro | altra | altri |
    altra marca | altre marche | marca sconosciuta | otro | otra | otros | otra marca |
    otras marcas | marca desconocida | outro | outra | outra marca | outros | overig |
    overige | overige merken | ander merk | inne | inna | その他 | そのほか |
    その他ブランド | ブランド不明 | メーカー不明 | 其他 | 其它 | 기타 | 0
    """
)
"""Spellings of "some other brand" and "nobody knows which": the brand is not said."""

_BETWEEN_WORDS = re.compile(r"[/|,;:()\[\]&+]| or | and ")
_STROKES = re.compile("[-_]")
_EDGES = " \"'.*()[]{}<>-~!#:\u2215\u3010\u3011\u300c\u300d"


def parse_brand(value: object) -> str | None:
    """Return a brand as it is spelled, ``NO_BRAND``, or ``None`` where it was not said.

    ``Unbranded/Generic``, ``Does Not Apply`` and their like in other languages are ``NO_BRAND``;
    ``-``, ``unknown`` and ``other`` say nothing. ``47``, ``361°`` and ``C`` are brands.
    """
    text = label_text(value)
    placeholder = _placeholder(text)
    if placeholder:
        return NO_BRAND if placeholder == NO_BRAND else None

    if text.count(CATEGORY_SEPARATOR) > 1:
        raise ValueError(f"{quote(text)} looks like a category path")
    return refuse_noise(text)


@lru_cache(maxsize=20_000)
def _placeholder(text: str) -> str:
    """Return ``NO_BRAND``, ``not said``, or an empty text for a brand."""
    meaning = _meaning_of(text)
    if meaning:
        return meaning

    # "Unbranded/Generic" and "No brand (unknown)": every part is a placeholder.
    parts = [part for part in _BETWEEN_WORDS.split(fold_label(text)) if part.strip()]
    meanings = [_meaning_of(part) for part in parts]
    if not meanings or not all(meanings):
        return ""
    return NO_BRAND if NO_BRAND in meanings else "not said"


def _meaning_of(text: str) -> str:
    """Return what one word for a missing brand means, or an empty text for any other."""
    folded = fold_label(text)
    key = _key(text)

    # First, because "none" and "n/a" are a missing label in any other field.
    if folded in _keys(NO_BRAND_WORDS) or key in _keys(NO_BRAND_WORDS):
        return NO_BRAND
    if key in _keys(OTHER_BRAND_WORDS) or is_not_stated(text):
        return "not said"
    return "not said" if key and is_not_stated(key) else ""


def _key(text: str) -> str:
    """Return the folded words of a placeholder: ``(No-Brand)`` is ``no brand``."""
    folded = fold_label(text)
    with_slashes = folded.replace(SLASH_IN_NAME, CATEGORY_SEPARATOR)
    spaced = _STROKES.sub(" ", with_slashes)
    words_of_key = spaced.strip(_EDGES).split()
    return " ".join(words_of_key)


@lru_cache(maxsize=2)
def _keys(names: frozenset[str]) -> frozenset[str]:
    folded = map(fold_label, names)
    keys = map(_key, names)
    return frozenset([*folded, *keys])
