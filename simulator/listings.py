"""A block of synthetic listings as their sellers filled in the form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain, compress
from typing import TYPE_CHECKING, Any

import numpy as np

from common.listing import CONDITIONS, NO_BRAND
from common.taxonomy import Taxonomy
from ingest.source import RawRow
from simulator.articles import Article, Draw
from simulator.categories import Leaf
from simulator.descriptions import DescriptionWriter
from simulator.ground_truth import BLOCK, DAYS, LatentRow, LatentState, latent_rows
from simulator.sampling import draw_block
from simulator.seller_style import SellerStyle, choose, seller_style
from simulator.sellers import GROUP_ROWS, SELLERS_PER_GROUP, Sellers
from simulator.shipping import ShippingRates
from simulator.titles import TitleWriter
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
        phrases = load_phrases()
        days = [OPENING_DAY + timedelta(days=day) for day in range(DAYS + 1)]
        self._world = load_world()
        self._rates = ShippingRates.from_taxonomy(taxonomy)
        self._currency = taxonomy.currency
        self._title_writer = TitleWriter(self._world.brands)
        self._description_writer = DescriptionWriter(self._world.brands)
        self._phrases = (phrases["en"], phrases["ja"])
        self._dates = [str(day) for day in days]
        self._seed = seed
        self._photo_renderer = photo_renderer

    def sample_state(
        self, block: int
    ) -> tuple[Sellers, LatentState, np.random.Generator]:
        """Sample a block's sellers and latent state.

        The generator is returned too: the texts of the block are drawn from its next numbers.
        """
        rng = np.random.default_rng((self._seed, block))
        sellers, state = draw_block(self._world, self._rates, rng)
        return sellers, state, rng

    def sample_rows(self, block: int, count: int) -> list[RawRow]:
        """Sample the first ``count`` rows of a block; lines count from the market's first row."""
        sellers, state, rng = self.sample_state(block)
        rows = latent_rows(state)[:count]
        first_row = block * BLOCK
        forms = self._fill_in_forms(rows, first_row, sellers, rng)

        renderer = self._photo_renderer
        if renderer:
            renderer.add_photos(forms, rows, sellers, block)

        first_line = first_row + 1
        lines = enumerate(forms, start=first_line)
        return [RawRow(line, form) for line, form in lines]

    def _fill_in_forms(
        self,
        rows: Sequence[LatentRow],
        first_row: int,
        sellers: Sellers,
        rng: np.random.Generator,
    ) -> list[dict[str, object]]:
        """The forms of a block's ``rows``, of which ``first_row`` is the number of the first."""
        is_missing = _draw_missing(rng)
        draw = _draw_function(rng)
        styles = _SellerStyles(sellers, self._phrases)
        forms = []

        for index, row in enumerate(rows):
            number = first_row + index
            article = self._article(row, styles, draw)
            missing_fields = compress(MISSING_SHARES, is_missing[index])
            form = self._fill_in(row, number, article, missing_fields)

            # Texts are never missing. Their draws continue those of the row before.
            form["title"] = self._title_writer.write(article, draw)
            form["description"] = self._description_writer.write(article, draw)
            forms.append(form)

        return forms

    def _article(self, row: LatentRow, styles: _SellerStyles, draw: Draw) -> Article:
        """The facts of a row in the words of its language."""
        phrases = self._phrases[row.japanese]
        leaf = self._world.leaves[row.leaf]
        brand = self._world.brands[row.brand]
        colour = phrases["colours"][row.colour] if row.names_colour else ""

        return Article(
            leaf=leaf,
            brand=brand if row.branded else None,
            similar_brand=brand,
            japanese=row.japanese,
            size=_size(row, leaf, phrases),
            colour=colour,
            amount=_amount(row, leaf, phrases, draw),
            condition=row.condition,
            n_pieces=row.n_pieces,
            style=styles.get(row.seller, row.japanese),
        )

    def _fill_in(
        self,
        row: LatentRow,
        number: int,
        article: Article,
        missing_fields: Iterable[str],
    ) -> dict[str, object]:
        """The form of a row without title and description, and without the missing fields."""
        form = self._form(row, article, number)
        self._add_optional_values(form, row, article)

        for name in missing_fields:
            form.pop(name, None)
        return form

    def _form(self, row: LatentRow, article: Article, number: int) -> dict[str, object]:
        """The values that every form has, before some are left out.

        ``number`` counts the rows of the market from 0.
        """
        return {
            "listing_id": _listing_id(number),
            "category": self._world.leaves[row.chosen_leaf].path,
            "brand": article.brand.name if article.brand else NO_BRAND,
            "condition": CONDITIONS[article.condition],
            "price": row.price,
            "currency": self._currency,
            "shipping_payer": "seller" if row.seller_pays else "buyer",
            "shipping_method": self._rates.methods[row.shipping_method],
            "parcel_size": self._rates.sizes[row.parcel_size],
            "seller_id": _seller_id(number, row.seller),
            "listed_at": self._dates[row.listed_day],
            "language": "ja" if article.japanese else "en",
        }

    def _add_optional_values(
        self, values: dict[str, object], row: LatentRow, article: Article
    ) -> None:
        if article.size:
            values["size"] = article.size
        if article.colour:
            # The field holds the English name, whatever language the listing is in.
            values["colour"] = self._world.colours[row.colour]
        if row.days_to_sale >= 0:
            values["sold_at"] = self._dates[row.listed_day + row.days_to_sale]


class _SellerStyles:
    """The styles of a block's sellers, derived when first needed."""

    def __init__(
        self, sellers: Sellers, phrases: tuple[dict[str, Any], dict[str, Any]]
    ) -> None:
        self._sellers = sellers
        self._phrases = phrases
        self._styles: dict[tuple[int, bool], SellerStyle] = {}

    def get(self, seller: int, japanese: bool) -> SellerStyle:
        """The style of a seller in one of the two languages."""
        key = (seller, japanese)
        if key not in self._styles:
            phrases = self._phrases[japanese]
            self._styles[key] = seller_style(self._sellers, seller, japanese, phrases)
        return self._styles[key]


def _draw_missing(rng: np.random.Generator) -> list[list[bool]]:
    """Draw for each row of a block and each field of ``MISSING_SHARES`` whether it is left out."""
    shares = list(MISSING_SHARES.values())
    draws = rng.random((BLOCK, len(shares)))
    # Python's own booleans are read faster one by one than an array's items.
    is_missing: list[list[bool]] = (draws < shares).tolist()
    return is_missing


def _size(row: LatentRow, leaf: Leaf, phrases: Mapping[str, Any]) -> str:
    """The size as its list names it; empty in leaves without sizes."""
    if not leaf.sizes:
        return ""

    sizes = phrases["sizes"][leaf.sizes]
    size: str = choose(sizes, row.size)
    return size


def _amount(row: LatentRow, leaf: Leaf, phrases: Mapping[str, Any], draw: Draw) -> str:
    """The amount with its unit in one of the usual spellings, or empty."""
    if row.amount < 0:
        return ""

    spellings = phrases["units"][leaf.unit]
    spelling: str = choose(spellings, draw())
    amount = leaf.amounts[row.amount]
    return spelling.format(amount)


def _listing_id(number: int) -> str:
    return f"L{number + 1:08d}"


def _seller_id(number: int, seller: int) -> str:
    # Sellers are numbered within their block, and every block has the same number of them.
    first_row = number // BLOCK * BLOCK
    n_groups_before = first_row // GROUP_ROWS
    first_seller = n_groups_before * SELLERS_PER_GROUP
    return f"S{first_seller + seller:07d}"


def _draw_function(rng: np.random.Generator) -> Draw:
    """A function that returns the generator's next number in [0, 1)."""
    chunks = _random_chunks(rng)
    numbers = chain.from_iterable(chunks)
    return numbers.__next__


def _random_chunks(rng: np.random.Generator) -> Iterator[list[float]]:
    while True:
        yield rng.random(DRAWS_AT_ONCE).tolist()
