"""A day of the simulated shop leaves events and listings in the database."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from benchmarks.loop.plan import LoopPlan
from benchmarks.loop.shop_days import ShopDays
from common.listing import Suggestions
from common.settings import Settings

PLAN = LoopPlan(datetime(2026, 1, 1, tzinfo=UTC).date(), items=20, sellers=30)


class Suggester:
    """A server that knows nothing."""

    def __init__(self):
        self.sellers = []

    def suggest(self, listing, timeout):
        self.sellers.append(listing.seller_id)
        return Suggestions("r1", {})


@pytest.fixture
def shop(tmp_path):
    return ShopDays(PLAN, Settings.from_environment({"LISTREC_HOME": str(tmp_path)}))


def test_a_day_without_suggestions_leaves_the_listings_alone(shop):
    shop.pass_without_suggestions(0)
    kinds = Counter(row["event"] for row in shop.database.read())
    assert kinds == {"listed": 20}
    assert shop.database.count_listings() == 20


def test_a_day_with_suggestions_leaves_what_was_shown_and_chosen(shop):
    shop.pass_day(1, Suggester())
    kinds = Counter(row["event"] for row in shop.database.read())
    assert kinds["shown"] == kinds["listed"] == 20
    assert kinds["outcome"] == 60
    [first, *_] = shop.database.read_listings()
    assert {"title", "category", "brand", "price"} <= first.fields.keys()


def test_sellers_of_the_holdout_are_asked_for_without_their_id(shop):
    server = Suggester()
    for day in range(1, 6):
        shop.pass_day(day, server)
    shown = [row for row in shop.database.read() if row["event"] == "shown"]
    greedy = {row["seller"] for row in shown if row["policy"] == "greedy"}
    assert {*server.sellers} - {"", None} == greedy
