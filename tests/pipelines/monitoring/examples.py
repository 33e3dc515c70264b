"""Days of simulated sellers, as tables."""

from datetime import UTC, datetime, timedelta

from pipelines.outcomes.tables import make_tables
from simulator.scripted_drafts import scripted_drafts
from simulator.seller_market import SellerMarket
from tests.pipelines.outcomes.examples import table_of

START = datetime(2026, 9, 1, tzinfo=UTC)


def simulate(seed, days, items, change=None, since=0, **options):
    """Return the tables of days with so many items each.

    ``change`` is one of ``changes``, which happens to the drafts from the day ``since`` on.
    """
    market = SellerMarket(seed, **options)
    events = []
    for day in range(days):
        drafts = scripted_drafts(10_000 * seed + day, items)
        if change and day >= since:
            drafts = [*map(change, drafts)]
        events += market.list_items(drafts, START + timedelta(days=day), days=1)
    return make_tables(table_of(events))


def between(table, first, last):
    """Return the rows from a day on and before another one, counted from 0."""
    since, until = (START + timedelta(days=day) for day in (first, last))
    return table[(table["time"] >= since) & (table["time"] < until)]
