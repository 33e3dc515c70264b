"""Days of simulated sellers, as tables."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.outcomes.tables import make_tables
from simulator.scripted_drafts import scripted_drafts
from simulator.seller_market import SellerMarket
from tests.pipelines.outcomes.examples import table_of

START = datetime(2026, 9, 1, tzinfo=UTC)


class Shop:
    """A shop of the synthetic market that lives day by day.

    ``read`` gives the events of a range of times, as ``pipelines.outcomes.event_reader`` does.
    """

    def __init__(self, seed, items, **options):
        self._seed, self._items = seed, items
        self._market = SellerMarket(seed, **options)
        self._tables = []

    def live(self, change=None):
        """Add a day; ``change`` is one of ``changes``, which happens to its drafts."""
        day = len(self._tables)
        drafts = scripted_drafts(10_000 * self._seed + day, self._items)
        if change:
            drafts = [*map(change, drafts)]
        events = self._market.list_items(drafts, at(day), days=1)
        self._tables.append(table_of(events))
        return drafts

    def read(self, since, until):
        # Sales come weeks later, and nothing here is about them.
        first = max((since - START).days - 1, 0)
        table = pa.concat_tables(self._tables[first : (until - START).days + 1])
        times = table["time"]
        return table.filter(
            pc.and_(pc.greater_equal(times, since), pc.less(times, until))
        )


def at(day):
    """Return the midnight before a day, counted from 0."""
    return START + timedelta(days=day)


def live(seed, days, items, change=None, since=0, **options):
    """Return a shop after some days; ``change`` happens from the day ``since`` on."""
    shop = Shop(seed, items, **options)
    for day in range(days):
        shop.live(change if day >= since else None)
    return shop


def simulate(seed, days, items, change=None, since=0, **options):
    """Return the tables of days with so many items each."""
    shop = live(seed, days, items, change, since, **options)
    return make_tables(shop.read(START, at(days)))


def between(table, first, last):
    """Return the rows from a day on and before another one, counted from 0."""
    return table[(table["time"] >= at(first)) & (table["time"] < at(last))]
