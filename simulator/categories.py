"""The leaf categories of the synthetic market, and the attributes of their listings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent / "categories.json"

ZIPF_EXPONENT = 1.0
"""The leaf of rank ``r`` in its section is met in proportion to ``r ** -ZIPF_EXPONENT``."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf category.

    Attributes:
        path: names from the root to the leaf, joined by ``/``.
        nouns: English and Japanese nouns, in matching order, the commonest first.
        features: English and Japanese features, in matching order.
        price: median price in US dollars of an article without the effect of a brand.
        grams: weight to ship, with an allowance for bulk.
        share: share of the market.
        peak_month: month of the seasonal peak, 1 to 12; 0 for none.
        wearer: whom the article is for (a key of the phrases), or empty.
        sizes: name of the list of sizes, or empty.
        unit: unit of the amounts (such as ``gb``), or empty.
        amounts: amounts to choose from, in ascending order.
        brand_groups: groups of brands that occur, the commonest first.
        branded_share: share of articles that have a brand, before the market's own correction.
        shape: name of the silhouette in rendered photos.
        texture: name of the material in rendered photos.
    """

    path: str
    nouns: tuple[tuple[str, ...], tuple[str, ...]]
    features: tuple[tuple[str, ...], tuple[str, ...]]
    price: float
    grams: float
    share: float
    peak_month: int
    wearer: str
    sizes: str
    unit: str
    amounts: tuple[int, ...]
    brand_groups: tuple[str, ...]
    branded_share: float
    shape: str
    texture: str


def load_leaves() -> tuple[Leaf, ...]:
    """Load all leaves, section by section; their shares add up to one."""
    sections = _load_sections()
    market = sum(section["share"] for section in sections.values())
    leaves = []

    for name, section in sections.items():
        section_share = section["share"]
        rows = section["leaves"]
        weights = _zipf_weights(len(rows))
        total = sum(weights)

        for row, weight in zip(rows, weights, strict=True):
            # The order of the operations decides the last digits of all shares.
            share = section_share * weight / total / market
            leaf = _leaf(name, section, row, share)
            leaves.append(leaf)

    return tuple(leaves)


def _load_sections() -> dict[str, dict[str, Any]]:
    """The sections of categories.json by name."""
    text = TABLE.read_text(encoding="utf-8")
    sections: dict[str, dict[str, Any]] = json.loads(text)["sections"]
    return sections


def _zipf_weights(count: int) -> list[float]:
    """Weights of the ranks 1 to ``count`` by Zipf's law."""
    ranks = range(1, count + 1)
    return [rank**-ZIPF_EXPONENT for rank in ranks]


def _leaf(name: str, section: Mapping[str, Any], row: list[Any], share: float) -> Leaf:
    """Build a leaf from its row of the table, which may override values of its section."""
    leaf_name, price, grams, english, japanese, *overrides = row
    values = _with_overrides(section, overrides)
    unit, amounts = values.get("units", ("", ()))

    return Leaf(
        path=f"{name}/{leaf_name}",
        nouns=(_split_nouns(english), _split_nouns(japanese)),
        features=_split_features(values["features"]),
        price=price,
        grams=grams,
        share=share,
        peak_month=values["season"],
        wearer=values["who"],
        sizes=values["sizes"],
        unit=unit,
        amounts=tuple(amounts),
        brand_groups=tuple(values["brands"]),
        branded_share=values["branded"],
        shape=values["shape"],
        texture=values["texture"],
    )


def _with_overrides(
    section: Mapping[str, Any], overrides: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    values = dict(section)
    for override in overrides:
        values.update(override)
    return values


def _split_features(
    pairs: Iterable[tuple[str, str]],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Turn pairs of English and Japanese features into one tuple a language."""
    english, japanese = zip(*pairs, strict=True)
    return english, japanese


def _split_nouns(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))
