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
from simulator.sampling import draw_block
from simulator.seller_style import SellerStyle, seller_style
from simulator.sellers import GROUP_ROWS, SELLERS_PER_GROUP, Sellers
from simulator.shipping import ShippingRates
from simulator.texts import Article, Draw, TextWriter
from simulator.world import load_phrases, load_world

if TYPE_CHECKING:
    from simulator.photos import PhotoRenderer

OPENING_DAY = date(2023, 1, 1)
"""The first day on which a listing may be put up."""

MISSING_SHARES = {
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
"""Share of listings in which a field is left out, by the seller or by the shop's export."""

DRAWS_AT_ONCE = 8192
"""Random numbers for texts are drawn in chunks: one at a time costs ten times as much."""


class ListingSampler:
    """Samples blocks of listings and fills in their forms; the same seed, the same forms."""

    def __init__(self, seed: int, photo_renderer: PhotoRenderer | None = None) -> None:
        """Load the world; ``seed`` decides which listings are drawn from it."""
        taxonomy = Taxonomy.default()
        self._world = load_world()
        self._rates = ShippingRates.from_taxonomy(taxonomy)
        self._currency = taxonomy.currency
        self._text_writer = TextWriter(self._world.brands)
        self._phrases = (load_phrases()["en"], load_phrases()["ja"])
        self._dates = [str(OPENING_DAY + timedelta(days=day)) for day in range(DAYS + 1)]
        self._seed = seed
        self._photo_renderer = photo_renderer

    def sample_state(self, block: int) -> tuple[Sellers, LatentState, np.random.Generator]:
        """Sample a block's sellers and latent state.

        The generator is returned too: the texts of the block are drawn from its next numbers.
        """
        rng = np.random.default_rng((self._seed, block))
        sellers, state = draw_block(self._world, self._rates, rng)
        return sellers, state, rng

    def sample_rows(self, block: int, count: int) -> list[RawRow]:
        """Sample the first ``count`` rows of a block; lines count from the market's first row."""
        sellers, state, rng = self.sample_state(block)
        is_missing = rng.random((BLOCK, len(MISSING_SHARES))) < list(MISSING_SHARES.values())
        missing = is_missing.tolist()
        draw = chain.from_iterable(_random_chunks(rng)).__next__
        styles = _SellerStyles(sellers, self._phrases)
        columns = _as_lists(state)

        forms = []
        for index in range(count):
            article = self._article(columns, index, styles, draw)
            values = self._form(columns, index, article, block)
            for name in compress(MISSING_SHARES, missing[index]):
                values.pop(name, None)

            values["title"] = self._text_writer.title(article, draw)
            values["description"] = self._text_writer.description(article, draw)
            forms.append(values)

        if self._photo_renderer:
            self._photo_renderer.add_photos(forms, columns, sellers, block)

        first_line = block * BLOCK + 1
        return [RawRow(line, values) for line, values in enumerate(forms, start=first_line)]

    def _article(self, state: Any, index: int, styles: _SellerStyles, draw: Draw) -> Article:
        """The facts of a row in the words of its language."""
        japanese = state.japanese[index]
        phrases = self._phrases[japanese]
        leaf = self._world.leaves[state.leaf[index]]
        brand = self._world.brands[state.brand[index]]
        sizes = phrases["sizes"][leaf.sizes] if leaf.sizes else ("",)

        amount = ""
        if state.amount[index] >= 0:
            formats = phrases["units"][leaf.unit]
            amount_format = formats[int(draw() * len(formats))]
            amount = amount_format.format(leaf.amounts[state.amount[index]])

        return Article(
            leaf=leaf,
            brand=brand if state.branded[index] else None,
            similar_brand=brand,
            japanese=japanese,
            size=sizes[int(state.size[index] * len(sizes))],
            colour=phrases["colours"][state.colour[index]] if state.names_colour[index] else "",
            amount=amount,
            condition=state.condition[index],
            n_pieces=state.n_pieces[index],
            style=styles.get(state.seller[index], japanese),
        )

    def _form(self, state: Any, index: int, article: Article, block: int) -> dict[str, object]:
        """The values of the form of a row; fields that do not apply are absent."""
        row = block * BLOCK + index
        seller = block * BLOCK // GROUP_ROWS * SELLERS_PER_GROUP + state.seller[index]
        listed_day = state.listed_day[index]

        values: dict[str, object] = {
            "listing_id": f"L{row + 1:08d}",
            "category": self._world.leaves[state.chosen_leaf[index]].path,
            "brand": article.brand.name if article.brand else NO_BRAND,
            "condition": CONDITIONS[article.condition],
            "price": state.price[index],
            "currency": self._currency,
            "shipping_payer": "seller" if state.seller_pays[index] else "buyer",
            "shipping_method": self._rates.methods[state.shipping_method[index]],
            "parcel_size": self._rates.sizes[state.parcel_size[index]],
            "seller_id": f"S{seller:07d}",
            "listed_at": self._dates[listed_day],
            "language": "ja" if article.japanese else "en",
        }
        if article.size:
            values["size"] = article.size
        if article.colour:
            # The field holds the English name, whatever language the listing is in.
            values["colour"] = self._world.colours[state.colour[index]]
        if state.days_to_sale[index] >= 0:
            values["sold_at"] = self._dates[listed_day + state.days_to_sale[index]]
        return values


class _SellerStyles:
    """The styles of a block's sellers, derived when first needed."""

    def __init__(self, sellers: Sellers, phrases: tuple[dict[str, Any], dict[str, Any]]) -> None:
        self._sellers = sellers
        self._phrases = phrases
        self._styles: dict[tuple[int, bool], SellerStyle] = {}

    def get(self, seller: int, japanese: bool) -> SellerStyle:
        key = (seller, japanese)
        if key not in self._styles:
            phrases = self._phrases[japanese]
            self._styles[key] = seller_style(self._sellers, seller, japanese, phrases)
        return self._styles[key]


def _as_lists(state: LatentState) -> Any:
    """The state with a list in place of each array.

    Python reads the items of a list ten times faster than those of an array.
    """
    columns: dict[str, Any] = {}
    for field in fields(state):
        columns[field.name] = getattr(state, field.name).tolist()
    return LatentState(**columns)


def _random_chunks(rng: np.random.Generator) -> Iterator[list[float]]:
    while True:
        yield rng.random(DRAWS_AT_ONCE).tolist()
