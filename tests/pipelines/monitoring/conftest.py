"""A shop whose sellers ask for twice as much since three days."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from common.event_database.database import EventDatabase
from simulator.scripted_drafts import scripted_drafts
from simulator.seller_market import SellerMarket


@pytest.fixture(scope="session")
def seven_days(tmp_path_factory):
    """A database of the last seven days of sellers, who ask twice as much since three days."""
    market = SellerMarket(1, sellers=600)
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    events = []
    for day in range(-7, 0):
        drafts = scripted_drafts(100 + day, 80)
        drafts = [*map(ask_twice, drafts)] if day >= -3 else drafts
        start = midnight + timedelta(days=day)
        events += market.list_items(drafts, start, days=0.99)
    file = tmp_path_factory.mktemp("database") / "events.db"
    EventDatabase(f"sqlite:///{file}").insert(events)
    return file


def ask_twice(draft):
    return replace(draft, truth={**draft.truth, "price": 2 * draft.truth["price"]})
