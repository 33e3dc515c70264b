"""The facts of a synthetic listing in the words of its language, and the random choice of words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from simulator.brands import Brand
from simulator.categories import Leaf
from simulator.seller_style import SellerStyle, choose

Draw = Callable[[], float]
"""Returns the next random number in [0, 1)."""

NOUN_EXPONENT = 1.3
"""A power above 1 of a uniform draw prefers the first, commonest nouns."""

FAME_EXPONENT = 3
"""The same for brands: those mentioned beside the article's own are mostly well known."""


class Article(NamedTuple):
    """The facts of one listing in the words of its language.

    A tuple, because one is made for every row and tuples are made fastest.

    Attributes:
        leaf: true leaf category.
        brand: brand, if any.
        similar_brand: a brand that may be mentioned although the article is not of it.
        japanese: whether the listing is written in Japanese.
        size: size, or empty.
        colour: colour, or empty.
        amount: amount with its unit, or empty.
        condition: 0 (new) to 4 (poor).
        n_pieces: number of articles sold together.
        style: the seller's writing style.
    """

    leaf: Leaf
    brand: Brand | None
    similar_brand: Brand
    japanese: bool
    size: str
    colour: str
    amount: str
    condition: int
    n_pieces: int
    style: SellerStyle


class BrandGroups:
    """The brands of each group, for texts that mention brands beside the article's own."""

    def __init__(self, brands: Sequence[Brand]) -> None:
        """Group ``brands``, which are sorted by fame within a group."""
        self._groups: dict[str, list[Brand]] = {}

        for brand in brands:
            group = self._groups.setdefault(brand.group, [])
            group.append(brand)

    def mention(self, article: Article, draw: Draw) -> str:
        """The name of some brand of the article's group, mostly a well-known one."""
        brands = self._groups[article.similar_brand.group]
        position = draw() ** FAME_EXPONENT
        brand = choose(brands, position)
        return brand_name(brand, article.japanese, draw)


def brand_name(brand: Brand | None, japanese: bool, draw: Draw) -> str:
    """One spelling of a brand; empty, without a draw, for none."""
    if brand is None:
        return ""
    return choose(brand.spellings[japanese], draw())


def maybe(probability: float, items: Sequence[str], draw: Draw) -> str:
    """One of ``items`` with this probability, else an empty string."""
    if draw() >= probability:
        return ""
    # As ``choose`` does, without its call: a title needs this six times.
    return items[int(draw() * len(items))]
