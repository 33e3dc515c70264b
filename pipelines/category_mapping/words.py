"""The words of category names and titles: folded, singular, with their synonyms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from common.validation.word_lists import words
from pipelines.category_mapping.synonyms import read_synonyms

STOP_WORDS = words(
    """
    a | all | and | any | by | etc | for | from | general | in | misc | miscellaneous | more | new |
    not | of | on | or | other | others | size | specified | stuff | sundry | the | to |
    unspecified | used | various | with | 中古 | その | その他 | 他 | など | 用 | 各種
    """
)
"""Words that say nothing about what a category holds."""

MIN_PART = 3
"""Characters of the shortest part of a compound that is looked for."""

MIN_KANJI_PART = 2
"""The same where the compound has kanji, each of which is a word by itself."""

_WORD = re.compile(
    r"[a-z0-9]+(?:-[a-z0-9]+)*"  # t-shirt is one word
    r"|[\u30a1-\u30fa\u30fc]+"  # katakana
    r"|[\u4e00-\u9fff\u3005]+[\u3041-\u3096]*"  # kanji and its endings
    r"|[\u3041-\u3096]+"  # hiragana
    r"|[^\W\d_]+"
)
_IRREGULAR = {
    f"{stem}ves": f"{stem}{ending}"
    for stem, ending in (
        *((stem, "f") for stem in ("scar", "shel", "lea", "loa", "hal", "cal", "wol")),
        *((stem, "fe") for stem in ("kni", "li", "wi")),
    )
} | {
    "children": "child",
    "men": "man",
    "women": "woman",
    "mice": "mouse",
    "feet": "foot",
}
"""Plurals that are not formed with an s alone."""

_PLURAL_ONLY = frozenset(("shorts", "goods", "glasses", "clothes", "tights"))
"""Words that mean something else in the singular: a short sleeve is not that of shorts."""

_SMALL_KANA = str.maketrans(
    "ァィゥェォッャュョヮぁぃぅぇぉ", "アイウエオツヤユヨワあいうえお", "ー"
)
"""Katakana of foreign words vary in these: ウィンター and ウインター, プリンタ and プリンター."""

_FOR = re.compile(r"(?<!関連)用品|専用|(?<!専)用(?!品)")
"""Japanese for "articles for": parts a compound such as 釣り用品 or 屋外用椅子."""

_APOSTROPHE = re.compile(r"['\u2019](?:s\b)?")
_CONJUNCTION = re.compile(
    r"\s*(?:[,&;+∕/・、()（）]|\band\b|\bor\b|\bwith\b|\bfor\b)\s*"
)
_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")


def is_japanese(text: str) -> bool:
    """Return whether the text has kana or kanji."""
    return bool(_JAPANESE.search(text))


def is_katakana(text: str) -> bool:
    """Return whether the text has katakana only."""
    return all("\u30a1" <= character <= "\u30fc" for character in text)


def fold_name(name: str) -> str:
    """Return a name in lower case and compatibility form, without possessives."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return _APOSTROPHE.sub("", folded)


def fold_text(text: str) -> str:
    """Return a text in which folded words are found as parts."""
    return fold_name(text).translate(_SMALL_KANA)


@lru_cache(maxsize=200_000)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a name or a title in order, without stop words."""
    folded = _FOR.sub(" ", fold_name(text))
    words = []
    for found in _WORD.finditer(folded):
        word = fold_word(found[0])
        # "one-piece" is found in "one piece" too.
        parts = word.split("-") if "-" in word else ()
        words += [each for each in (word, *parts) if each not in STOP_WORDS]
    return tuple(words)


def fold_word(word: str) -> str:
    """Return an English word in the singular (Harman, 1991, the S stemmer), or folded kana."""
    if not word.isascii():
        return word.translate(_SMALL_KANA)
    if word in _PLURAL_ONLY:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word if word.endswith(("ss", "us")) else word[:-1]


SYNONYMS = {
    fold_word(word): tuple(map(fold_word, others))
    for word, others in read_synonyms().items()
}
"""Words that another one may stand for, all folded."""


class Relations:
    """Finds what else a word may stand for: its synonyms, and known words that it ends with.

    A Japanese compound ends with what it is: ローカットスニーカー with スニーカー. An English
    one is split where both parts are known: lawnmower into lawn and mower.
    """

    def __init__(self, names: Iterable[str]) -> None:
        """Learn the known words from names."""
        self._known = frozenset(word for name in names for word in words_of(name))
        self._cache: dict[str, tuple[str, ...]] = {}

    def of(self, word: str) -> tuple[str, ...]:
        """Return the words that are related to this one, without the word itself."""
        if word not in self._cache:
            parts = self._parts(word)
            synonyms = (
                other for each in (word, *parts) for other in SYNONYMS.get(each, ())
            )
            self._cache[word] = tuple(dict.fromkeys((*synonyms, *parts)))
        return self._cache[word]

    def _parts(self, word: str) -> tuple[str, ...]:
        smallest = MIN_PART if word.isascii() or is_katakana(word) else MIN_KANJI_PART
        for start in range(1, len(word) - smallest + 1):
            first, last = word[:start], word[start:]
            is_first_known = first in self._known
            if last in self._known and (is_first_known or not word.isascii()):
                return (first, last) if is_first_known else (last,)
        return ()


@lru_cache(maxsize=50_000)
def heads_of(name: str) -> tuple[str, ...]:
    """Return the nouns that a name is about: the last word of each of its parts.

    A part of a Japanese name has no blanks, so its last two and three characters are given too.
    """
    return tuple(dict.fromkeys(_heads(name)))


def _heads(name: str) -> Iterator[str]:
    for part in _CONJUNCTION.split(fold_name(name)):
        words = words_of(part)
        if not words:
            continue
        # The hyphenated word precedes its parts.
        head = words[-1]
        yield head
        yield from SYNONYMS.get(head, ())
        if is_japanese(head):
            yield from (head[-size:] for size in (2, 3) if len(head) > size)
