"""The brands of the synthetic market: some hundred by name, thousands put together by rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simulator.scripts import HALF_WIDTH

TABLE = Path(__file__).parent / "brands.json"
SEED = 2024

IN_KANA = 0.75
"""Share of the Latin names that Japanese sellers also write in katakana."""

LETTERS = "ABCDEFGHKLMNPRSTVWXZ"
"""Product numbers begin with two of these."""


@dataclass(frozen=True, slots=True)
class Brand:
    """An invented brand; ``writings`` are English and Japanese, as often as sellers use them.

    ``ja`` is its name in Japanese script, empty if none is in use; ``group`` is what it makes,
    ``tier`` 1 (cheap) to 4 (luxury); ``lines`` are names or numbers of its products.
    """

    name: str
    ja: str
    group: str
    tier: int
    lines: tuple[str, ...]
    writings: tuple[tuple[str, ...], tuple[str, ...]]


def read() -> tuple[Brand, ...]:
    """Make all brands, group by group, the best known of each group first."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    namer = _Namer(table)
    brands = []
    for group, facts in table["groups"].items():
        for name, tier, ja in [*facts["head"], *namer.tail(facts)]:
            kana, _, kanji = ja.partition(" ")
            writings = (_english(name), _japanese(name, kana, kanji))
            brands.append(
                Brand(name, kanji or kana, group, tier, namer.lines(facts["codes"]), writings)
            )
    return tuple(brands)


class _Namer:
    """Puts names together; never gives one twice."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._rng = np.random.default_rng(SEED)
        self._syllables = _pairs(table["syllables"])
        self._closed = [pair for pair in self._syllables if pair[0][-1] not in "aeiou"]
        self._endings = _pairs(table["endings"])
        self._kanji = _pairs(table["kanji"])
        self._kanji_endings = _pairs(table["kanji endings"])
        heads = (facts["head"] for facts in table["groups"].values())
        self._taken = {name for head in heads for name, _, _ in head}

    def tail(self, facts: Mapping[str, Any]) -> list[tuple[str, int, str]]:
        """The generated brands of a group: name, tier, and Japanese as ``kana kanji``."""
        odds = np.array(facts["tiers"]) / sum(facts["tiers"])
        count = facts["size"] - len(facts["head"])
        tiers = self._rng.choice(4, count, p=odds).tolist()
        words = _pairs(facts["words"]) if facts["words"] else []
        named = (self._new(words, facts["kanji"]) for _ in tiers)
        return [(name, tier + 1, ja) for (name, ja), tier in zip(named, tiers, strict=True)]

    def lines(self, codes: bool) -> tuple[str, ...]:
        """Three product lines: names, or numbers where machines have numbers."""
        return tuple(self._code() if codes else self._latin()[0] for _ in range(3))

    def _new(self, words: list[tuple[str, ...]], kanji: float) -> tuple[str, str]:
        while True:
            name, ja = self._japanese() if self._rng.random() < kanji else self._western(words)
            if name not in self._taken:
                self._taken.add(name)
                return name, ja

    def _western(self, words: list[tuple[str, ...]]) -> tuple[str, str]:
        name, kana = self._latin()
        style = self._rng.random()
        if style < 0.3 and words:
            word, more = self._pick(words)
            name, kana = f"{name} {word}", kana + more
        elif style < 0.42:
            other, more = self._latin()
            name, kana = f"{name} & {other}", f"{kana}アンド{more}"
        return name, kana if self._rng.random() < IN_KANA else ""

    def _latin(self) -> tuple[str, str]:
        start = [self._pick(self._syllables)] if self._rng.random() < 0.85 else []
        parts = [*start, self._pick(self._closed), self._pick(self._endings)]
        name, kana = ("".join(texts) for texts in zip(*parts, strict=True))
        return (name.capitalize(), kana) if len(name) > 4 else self._latin()

    def _japanese(self) -> tuple[str, str]:
        first, second = self._rng.choice(len(self._kanji), 2, replace=False)
        parts = [self._kanji[first], self._kanji[second]]
        if self._rng.random() < 0.4:
            parts.append(self._pick(self._kanji_endings))
        written, read, kana = ("".join(texts) for texts in zip(*parts, strict=True))
        return _spaced(read), f"{kana} {written}"

    def _pick(self, pairs: list[tuple[str, ...]]) -> tuple[str, ...]:
        return pairs[self._rng.integers(len(pairs))]

    def _code(self) -> str:
        first, second, number = self._rng.integers((len(LETTERS), len(LETTERS), 90))
        return f"{LETTERS[first]}{LETTERS[second]}-{(number + 10) * 10}"


def _pairs(text: str) -> list[tuple[str, ...]]:
    return [tuple(item.split(" ")) for item in text.split("|")]


def _spaced(name: str) -> str:
    """``matsuyamaWorks`` as ``Matsuyama Works``."""
    spaced = "".join(f" {letter}" if letter.isupper() else letter for letter in name)
    return spaced[:1].upper() + spaced[1:]


def _english(name: str) -> tuple[str, ...]:
    plain = name.replace("&", "and").replace("é", "e")
    typo = name[:2] + name[3] + name[2] + name[4:] if len(name) > 4 else name.lower()
    return (name, name, name, name, name, plain, name.lower(), name.lower(), name.upper(), typo)


def _japanese(name: str, kana: str, kanji: str) -> tuple[str, ...]:
    if kanji:
        return (kanji, kanji, kanji, kanji, f"{name} {kanji}", f"{kanji} {name}", kana, name, name)
    if not kana:
        return (name, name, name, name, name.lower(), name.upper())
    both = (f"{name} {kana}", f"{kana} {name}")
    return (name, name, name, kana, kana, kana, *both, name.lower(), kana.translate(HALF_WIDTH))
