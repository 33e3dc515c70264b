"""The days of the simulated shop: who comes, what is suggested, and what is kept of it."""

from __future__ import annotations

from benchmarks.loop.drafts import to_draft
from benchmarks.loop.keeping import keep, to_kept_listing
from benchmarks.loop.plan import LoopPlan
from benchmarks.loop.server import TIMEOUT_SECONDS
from benchmarks.loop.shop import Item, change_item, draw_items
from common.event_database.database import EventDatabase
from common.event_log.records import Record
from common.events import Listed
from common.settings import Settings
from serving.client import Client
from simulator.seller_market import Draft, SellerMarket, Visit

HOLDOUT = 0.05
"""Share of sellers who see no suggestions."""


class ShopDays:
    """The sellers of a shop, who list items day after day.

    Attributes:
        database: what is kept of them.
    """

    def __init__(self, plan: LoopPlan, settings: Settings) -> None:
        """Draw the sellers, who are in no session yet."""
        self.database = EventDatabase(settings.events)
        self._plan = plan
        self._log = settings.event_log
        self._items = draw_items(plan)
        self._market = SellerMarket(plan.seed, plan.sellers, holdout=HOLDOUT)

    def pass_without_suggestions(self, day: int) -> None:
        """Let sellers list the items of a day on a page that suggests nothing."""
        records: list[Record] = []
        for visit in self._visits(day):
            item = self._next_item(day)
            events = list(self._market.list_item(Draft(item.truth, ()), visit))
            records += [each for each in events if isinstance(each, Listed)]
            records.append(to_kept_listing(item, events))
        keep(records, self._log, self.database)

    def pass_day(self, day: int, client: Client) -> None:
        """Let sellers list the items of a day beside the suggestions of a server."""
        records: list[Record] = []
        for visit in self._visits(day):
            item = self._next_item(day)
            events = list(self._market.list_item(_ask(item, visit, client), visit))
            records += [*events, to_kept_listing(item, events)]
        keep(records, self._log, self.database)

    def _visits(self, day: int) -> list[Visit]:
        start = self._plan.time_of(day)
        return self._market.draw_visits(self._plan.items, start, days=1)

    def _next_item(self, day: int) -> Item:
        return change_item(next(self._items), self._plan, day)


def _ask(item: Item, visit: Visit, client: Client) -> Draft:
    """Return an item with the suggestions of the server.

    Only sellers who see suggestions as models rank them are in experiments, as in the gateway.
    """
    seller = visit.seller
    listing = item.listing(seller.key if seller.policy == "greedy" else "")
    return to_draft(item, client.suggest(listing, timeout=TIMEOUT_SECONDS))
