"""Items of the simulated shop, and what changes them."""

from datetime import date
from itertools import islice

from benchmarks.loop.plan import LoopPlan
from benchmarks.loop.shop import INFLATION, NEW_BRAND, change_item, draw_items

PLAN = LoopPlan(date(2026, 1, 1), brand_day=5, inflation_day=9)
ITEMS = list(islice(draw_items(PLAN), 300))


def test_the_same_seed_gives_the_same_items():
    assert list(islice(draw_items(PLAN), 300)) == ITEMS


def test_every_item_is_of_the_part_of_the_market_that_the_shop_sells():
    assert all(item.truth["category"].startswith("Women/") for item in ITEMS)
    assert all(item.title and item.description and item.condition for item in ITEMS)


def test_before_anything_happens_items_are_as_they_were_drawn():
    assert [change_item(item, PLAN, 4) for item in ITEMS] == ITEMS


def test_the_new_brand_is_in_the_title_of_its_items():
    changed = [change_item(item, PLAN, 5) for item in ITEMS]
    new = [item for item in changed if item.truth["brand"] == NEW_BRAND]
    assert 0.1 < len(new) / len(ITEMS) < 0.35
    assert all(item.title.startswith(NEW_BRAND) for item in new)


def test_the_inflation_raises_every_price():
    changed = [change_item(item, PLAN, 9) for item in ITEMS]
    ratios = [
        float(after.truth["price"]) / float(before.truth["price"])
        for before, after in zip(ITEMS, changed, strict=True)
    ]
    assert all(abs(ratio - INFLATION) < 0.01 for ratio in ratios)
