"""The leaf categories of the synthetic market, and what their listings have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent / "categories.json"

POPULARITY = 1.0
"""Within a section the leaf of rank ``r`` is met in proportion to ``r ** -POPULARITY``."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf category.

    ``nouns`` and ``features`` are English and Japanese, word by word; ``price`` is the median in
    dollars of a thing without a brand's doing, ``grams`` what it weighs to ship, its bulk counted;
    ``share`` is its part of the market; ``season`` the month of its peak, 0 for none; ``brands``
    names groups of brands, the commonest first, and ``branded`` is the share that has one.
    """

    path: str
    nouns: tuple[tuple[str, ...], tuple[str, ...]]
    features: tuple[tuple[str, ...], tuple[str, ...]]
    price: float
    grams: float
    share: float
    season: int
    who: str
    sizes: str
    unit: str
    amounts: tuple[int, ...]
    brands: tuple[str, ...]
    branded: float
    shape: str
    texture: str


def read() -> tuple[Leaf, ...]:
    """Read all leaves, section by section; their shares add up to one."""
    sections = json.loads(TABLE.read_text(encoding="utf-8"))["sections"]
    market = sum(section["share"] for section in sections.values())
    leaves = []
    for name, section in sections.items():
        ranks = [rank**-POPULARITY for rank in range(1, len(section["leaves"]) + 1)]
        for row, rank in zip(section["leaves"], ranks, strict=True):
            share = section["share"] * rank / sum(ranks) / market
            leaves.append(_leaf(name, section, row, share))
    return tuple(leaves)


def _leaf(section: str, common: Mapping[str, Any], row: list[Any], share: float) -> Leaf:
    name, price, grams, english, japanese, *own = row
    facts = {**common, **(own[0] if own else {})}
    unit, amounts = facts.get("units", ("", ()))
    return Leaf(
        path=f"{section}/{name}",
        nouns=(tuple(english.split(", ")), tuple(japanese.split(", "))),
        features=tuple(zip(*facts["features"], strict=True)),  # type: ignore[arg-type]
        price=price,
        grams=grams,
        share=share,
        season=facts["season"],
        who=facts["who"],
        sizes=facts["sizes"],
        unit=unit,
        amounts=tuple(amounts),
        brands=tuple(facts["brands"]),
        branded=facts["branded"],
        shape=facts["shape"],
        texture=facts["texture"],
    )
