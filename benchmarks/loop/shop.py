"""The items that sellers of the simulated shop want to list, and what changes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from benchmarks.loop.plan import LoopPlan
from common.listing import NO_BRAND, Listing
from simulator.ground_truth import BLOCK
from simulator.listings import ListingSampler

ROOT = "Women/"
"""The shop sells a part of the synthetic market, in English: few rows teach its categories."""

NEEDED = ("title", "description", "category", "brand", "condition", "price")
"""Fields that an item has; rows of the market that lack one are left out."""

INFLATION = 1.3
"""Factor of all prices from the day of the inflation on."""

NEW_BRAND = "Novella"
"""A brand that is not in the synthetic market."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a seller wants to list.

    Attributes:
        title: what the seller writes.
        description: what the seller writes.
        condition: what the seller chooses.
        truth: what the seller would enter without suggestions: category, brand and price.
    """

    title: str
    description: str
    condition: str
    truth: Mapping[str, str | float]

    def listing(self, seller: str) -> Listing:
        """Return what is known when suggestions are asked for."""
        return Listing(
            title=self.title,
            description=self.description,
            condition=self.condition,
            seller_id=seller,
        )


def draw_items(plan: LoopPlan) -> Iterator[Item]:
    """Give items without end; the same seed gives the same ones."""
    sampler = ListingSampler(plan.seed)
    block = 0
    while True:
        for row in sampler.sample_rows(block, BLOCK):
            if _is_sold_here(row.values):
                yield _to_item(row.values)
        block += 1


def change_item(item: Item, plan: LoopPlan, day: int) -> Item:
    """Return an item as it is listed on a day, after what has happened until then."""
    if day >= plan.brand_day and _is_of_new_brand(item):
        truth = {**item.truth, "brand": NEW_BRAND}
        item = replace(item, title=f"{NEW_BRAND} {item.title}", truth=truth)
    if day >= plan.inflation_day:
        price = round(float(item.truth["price"]) * INFLATION, 2)
        item = replace(item, truth={**item.truth, "price": price})
    return item


def _is_sold_here(values: Mapping[str, Any]) -> bool:
    return (
        all(values.get(name) for name in NEEDED)
        and values.get("language") == "en"
        and values["category"].startswith(ROOT)
    )


def _to_item(values: Mapping[str, Any]) -> Item:
    return Item(
        title=values["title"],
        description=values["description"],
        condition=values["condition"],
        truth={name: values[name] for name in ("category", "brand", "price")},
    )


def _is_of_new_brand(item: Item) -> bool:
    # A checksum is as good as a draw, and each item has the same one in every run.
    is_chosen = crc32(item.title.encode()) % 2 == 0
    return item.truth["brand"] == NO_BRAND and is_chosen
