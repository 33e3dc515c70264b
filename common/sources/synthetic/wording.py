"""How sellers of the synthetic shop write: a title and a description from the facts.

A title never says everything, and says some of it badly: brands are left out, words misspelt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

from common.sources.synthetic.world import Brand, Leaf, phrases

DRAWS = 32
"""Random numbers in [0, 1) that one listing's text may use."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What one listing is about, in the words of its language; an empty word is a missing fact."""

    leaf: Leaf
    line: str
    brand: Brand | None
    alike: Brand | None
    japanese: bool
    size: str
    colour: int
    amount: str
    condition: int
    count: int
    loud: float


class Writer:
    """Writes titles and descriptions; holds the phrases of both languages."""

    def __init__(self) -> None:
        """Read the phrases once."""
        self._phrases = phrases()
        for words in (self._phrases["en"], self._phrases["ja"]):
            words["opening"] = [(text, _names(text)) for text in words["opening"]]
            words["closing"] = [(text, _names(text)) for text in words["closing"]]

    def sizes(self, kind: str) -> Sequence[str]:
        """The sizes of a kind of clothes or shoes."""
        sizes: list[str] = self._phrases["sizes"][kind]
        return sizes

    def colours(self) -> Sequence[str]:
        """The colours a listing may have."""
        colours: list[str] = self._phrases["colours"]
        return colours

    def title(self, about: Subject, u: Sequence[float]) -> str:
        """One title; ``u`` are ``DRAWS`` random numbers."""
        words = self._phrases["ja" if about.japanese else "en"]
        parts = self._parts(about, words, u)
        if u[0] < 0.06 and parts:
            place = int(u[1] * len(parts))
            parts[place] = _misspelt(parts[place], u[2])
        joined = ("" if about.japanese and u[3] < 0.3 else " ").join(parts)
        return self._shout(joined, about, words, u)

    def description(self, about: Subject, u: Sequence[float]) -> str:
        """One description, often empty or short."""
        if u[4] < 0.22:
            return ""
        words = self._phrases["ja" if about.japanese else "en"]
        facts = _facts(about, words, u)
        said = []
        if u[5] < 0.7:
            said.append(_fill(_choose(words["opening"], u[6]), facts))
        if u[7] < 0.6:
            state = about.condition + (u[8] < 0.08) - (u[8] > 0.92)
            said.append(_choose(words["states"][min(max(state, 0), 4)], u[9]))
        if u[5] < 0.2:
            said.append(_fill(_choose(words["opening"], u[10]), facts))
        for draw in u[11 : 11 + int(u[4] * 4)]:
            said.append(_fill(_choose(words["closing"], draw), facts))
        return " ".join(part for part in dict.fromkeys(said) if part)

    def _parts(self, about: Subject, words: Mapping[str, Any], u: Sequence[float]) -> list[str]:
        parts: list[str] = []
        if about.count > 1:
            parts.append(_choose(words["bundle"], u[14]).format(about.count))
        if about.brand and u[15] < 0.58:
            parts.append(_written(about.brand, about.japanese, u[16]))
        if about.leaf.who and u[17] < 0.55:
            parts.append(_choose(words["who"][about.leaf.who], u[18]))
        if u[19] < 0.28:
            parts.append(_choose(words["styles"], u[20]))
        if about.colour >= 0 and u[21] < 0.35:
            parts.append(words["colours"][about.colour])
        if about.line and u[22] < 0.3:
            parts.append(about.line)
        nouns = (
            words["vague"] if u[23] < 0.03 else about.leaf.nouns["ja" if about.japanese else "en"]
        )
        parts.append(_choose(nouns, u[24] ** 1.3))
        if about.amount and u[25] < 0.7:
            parts.append(about.amount)
        if about.size and u[26] < 0.45:
            parts.append(_choose(words["size"], u[27]).format(about.size))
        if u[28] < 0.18:
            parts.append(_choose(words["conditions"][about.condition], u[29]))
        if about.alike and u[30] < 0.04:
            parts.append(_written(about.alike, about.japanese, u[16]))
        if u[31] < 0.15:
            parts.append(parts.pop(0))
        return parts

    def _shout(
        self, text: str, about: Subject, words: Mapping[str, Any], u: Sequence[float]
    ) -> str:
        """Letter case, emoji and exclamations by how loud the seller is."""
        if u[12] < 0.3 * about.loud:
            text = text.upper()
        elif u[12] > 0.45:
            text = " ".join(word[:1].upper() + word[1:] for word in text.split(" "))
        if u[13] < 0.5 * about.loud:
            text += " " + _choose(self._phrases["emoji"], u[10])
        if u[14] < 0.5 * about.loud:
            text += " " + _choose(words["hype"], u[8])
        return text


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in Formatter().parse(text) if name)


def _choose(items: Sequence[Any], u: float) -> Any:
    return items[int(u * len(items))]


def _fill(phrase: tuple[str, tuple[str, ...]], facts: Mapping[str, str]) -> str:
    """Fill a phrase in, or drop it when a fact it needs is missing."""
    text, names = phrase
    return text.format_map(facts) if all(facts[name] for name in names) else ""


def _facts(about: Subject, words: Mapping[str, Any], u: Sequence[float]) -> dict[str, str]:
    language = "ja" if about.japanese else "en"
    return {
        "noun": _choose(about.leaf.nouns[language], u[24]),
        "colour": words["colours"][about.colour] if about.colour >= 0 else "",
        "who": _choose(words["who"][about.leaf.who], u[18]) if about.leaf.who else "",
        "brand": _written(about.brand, about.japanese, u[20]) if about.brand else "",
        "unit": about.amount,
        "size": about.size,
    }


def _written(brand: Brand, japanese: bool, u: float) -> str:
    if japanese and brand.ja and u < 0.6:
        return brand.ja
    return brand.name.lower() if u > 0.8 else brand.name


def _misspelt(word: str, u: float) -> str:
    """Two letters swapped, or one lost."""
    if len(word) < 4:
        return word
    at = 1 + int(u * (len(word) - 2))
    if int(u * 1000) % 2:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
