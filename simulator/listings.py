"""A block of synthetic listings as their sellers filled in the form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta
from itertools import chain, compress
from typing import TYPE_CHECKING, Any

import numpy as np

from common.listing import CONDITIONS, NO_BRAND
from common.taxonomy import Taxonomy
from ingest.source import RawRow
from simulator.ground_truth import BLOCK, DAYS, LatentState
from simulator.sampling import draw
from simulator.seller_style import SellerStyle, seller_style
from simulator.sellers import GROUP, SELLERS, Sellers
from simulator.shipping import Rates
from simulator.texts import Draw, Item, TextWriter
from simulator.world import load, words

if TYPE_CHECKING:
    from simulator.photos import PhotoRenderer

OPENED = date(2023, 1, 1)
"""The day the market's first listing may have been put up."""

MISSING = {
    "category": 0.01,
    "brand": 0.03,
    "condition": 0.02,
    "size": 0.25,
    "colour": 0.3,
    "price": 0.005,
    "shipping_payer": 0.02,
    "shipping_method": 0.04,
    "parcel_size": 0.04,
    "seller_id": 0.01,
    "listed_at": 0.01,
    "language": 0.03,
}
"""How often a seller, or the shop's export, leaves a field out."""


class ListingSampler:
    """Draws blocks of listings and fills in their forms; the same seed, the same forms."""

    def __init__(self, seed: int, photographer: PhotoRenderer | None = None) -> None:
        """Read the world; ``seed`` decides what is listed in it."""
        taxonomy = Taxonomy.default()
        self._world = load()
        self._rates = Rates.of(taxonomy)
        self._currency = taxonomy.currency
        self._writer = TextWriter(self._world.brands)
        self._words = (words()["en"], words()["ja"])
        self._days = [str(OPENED + timedelta(days=day)) for day in range(DAYS + 1)]
        self._seed = seed
        self._photographer = photographer

    def facts(self, block: int) -> tuple[Sellers, LatentState, np.random.Generator]:
        """What is true of a block, and the random numbers that its words are drawn with."""
        rng = np.random.default_rng((self._seed, block))
        return *draw(self._world, self._rates, rng), rng

    def rows(self, block: int, count: int) -> list[RawRow]:
        """The first ``count`` rows of a block; lines are counted from the market's first row."""
        sellers, facts, rng = self.facts(block)
        gaps = (rng.random((BLOCK, len(MISSING))) < list(MISSING.values())).tolist()
        random = chain.from_iterable(_numbers(rng)).__next__
        ways = _Ways(sellers, self._words)
        columns = _columns(facts)
        forms = []
        for i in range(count):
            item = self._item(columns, i, ways, random)
            values = self._form(columns, i, item, block)
            for name in compress(MISSING, gaps[i]):
                values.pop(name, None)
            values["title"] = self._writer.title(item, random)
            values["description"] = self._writer.description(item, random)
            forms.append(values)
        if self._photographer:
            self._photographer.add(forms, columns, sellers, block)
        first = block * BLOCK + 1
        return [RawRow(line, values) for line, values in enumerate(forms, start=first)]

    def _item(self, facts: Any, i: int, ways: _Ways, random: Draw) -> Item:
        """What row ``i`` is about, for the writer."""
        japanese = facts.japanese[i]
        said = self._words[japanese]
        leaf = self._world.leaves[facts.leaf[i]]
        brand = self._world.brands[facts.brand[i]]
        sizes = said["sizes"][leaf.sizes] if leaf.sizes else ("",)
        amount = ""
        if facts.unit[i] >= 0:
            forms = said["units"][leaf.unit]
            amount = forms[int(random() * len(forms))].format(leaf.amounts[facts.unit[i]])
        return Item(
            leaf=leaf,
            brand=brand if facts.branded[i] else None,
            alike=brand,
            japanese=japanese,
            size=sizes[int(facts.size[i] * len(sizes))],
            colour=said["colours"][facts.colour[i]] if facts.coloured[i] else "",
            amount=amount,
            condition=facts.condition[i],
            pieces=facts.count[i],
            habits=ways.of(facts.seller[i], japanese),
        )

    def _form(self, facts: Any, i: int, item: Item, block: int) -> dict[str, object]:
        """The values of row ``i`` of a block; what does not apply is absent."""
        listed = facts.listed[i]
        values: dict[str, object] = {
            "listing_id": f"L{block * BLOCK + i + 1:08d}",
            "category": self._world.leaves[facts.shown[i]].path,
            "brand": item.brand.name if item.brand else NO_BRAND,
            "condition": CONDITIONS[item.condition],
            "price": facts.price[i],
            "currency": self._currency,
            "shipping_payer": "seller" if facts.seller_pays[i] else "buyer",
            "shipping_method": self._rates.methods[facts.method[i]],
            "parcel_size": self._rates.sizes[facts.parcel[i]],
            "seller_id": f"S{block * BLOCK // GROUP * SELLERS + facts.seller[i]:07d}",
            "listed_at": self._days[listed],
            "language": "ja" if item.japanese else "en",
        }
        if item.size:
            values["size"] = item.size
        if item.colour:
            values["colour"] = self._world.colours[facts.colour[i]]
        if facts.days[i] >= 0:
            values["sold_at"] = self._days[listed + facts.days[i]]
        return values


class _Ways:
    """The habits of a block's sellers, worked out when first asked for."""

    def __init__(self, sellers: Sellers, said: tuple[dict[str, Any], dict[str, Any]]) -> None:
        self._sellers = sellers
        self._said = said
        self._known: dict[tuple[int, bool], SellerStyle] = {}

    def of(self, seller: int, japanese: bool) -> SellerStyle:
        key = (seller, japanese)
        if key not in self._known:
            self._known[key] = seller_style(self._sellers, seller, japanese, self._said[japanese])
        return self._known[key]


def _columns(facts: LatentState) -> Any:
    """The same facts as lists, whose items Python handles ten times faster than an array's."""
    lists: dict[str, Any] = {
        each.name: getattr(facts, each.name).tolist() for each in fields(facts)
    }
    return LatentState(**lists)


def _numbers(rng: np.random.Generator) -> Iterator[list[float]]:
    """Random numbers without end, a few thousand at a time."""
    while True:
        yield rng.random(8192).tolist()
