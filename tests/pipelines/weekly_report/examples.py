"""Weeks of simulated sellers."""

from functools import lru_cache

from pipelines.weekly_report.report import N_WEEKS, read_report
from pipelines.weekly_report.weeks import Week
from simulator.scripted_drafts import scripted_drafts
from simulator.seller_market import SellerMarket
from tests.pipelines.outcomes.examples import table_of

WEEK = Week.parse("2026-W48")


def simulate(seed=1, weeks=N_WEEKS, items=150, week=WEEK, **options):
    """Return the events of so many weeks up to one."""
    market = SellerMarket(seed, **options)
    events = []
    for number in reversed(range(weeks)):
        drafts = scripted_drafts(1000 * seed + number, items)
        events += market.list_items(drafts, week.before(number).start)
    return events


def report_of(events, week=WEEK):
    """Return the report of a week of events."""

    def read(since, until):
        return table_of([event for event in events if since <= event.time < until])

    return read_report(week, read)


@lru_cache(maxsize=1)
def example():
    """The report of a shop with a large holdout."""
    return report_of(simulate(sellers=200, holdout=0.25))
