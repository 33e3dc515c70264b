"""The database counts what sellers did by day, as counting the events one by one does."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from common.event_database.database import EventDatabase
from common.events import Listed, Outcome, Shown
from simulator.scripted_drafts import scripted_drafts
from simulator.seller_market import SellerMarket
from tests.real_parts import postgres_server

START = datetime(2026, 11, 1, tzinfo=UTC)
SINCE = datetime(2026, 11, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def events():
    market = SellerMarket(seed=1, sellers=100, holdout=0.2)
    return list(market.list_items(scripted_drafts(1, 300), START, days=6))


def check_counts(database, events):
    """Check what the database counts beside what Python counts."""
    holdout = {
        each.request
        for each in events
        if isinstance(each, Shown) and each.policy == "holdout"
    }
    listed, actions = Counter(), Counter()
    for each in events:
        day, is_held_out = str(each.time.date()), each.request in holdout
        if each.time >= SINCE and isinstance(each, Listed):
            listed[day, is_held_out] += 1
        if each.time >= SINCE and isinstance(each, Outcome) and not is_held_out:
            actions[day, each.field, each.action] += 1
    found = database.count_days(SINCE)

    assert {each.day for each in found.listings} == {day for day, _ in listed}
    for each in found.listings:
        assert each.with_suggestions == listed[each.day, False] > 0
        assert each.holdout == listed[each.day, True]
    for each in found.fields:
        for action in ("accepted", "changed", "ignored"):
            assert getattr(each, action) == actions[each.day, each.field, action]
    assert {(each.day, each.field) for each in found.fields} == {
        key[:2] for key in actions if key[2] != "entered"
    }


def test_sqlite_counts_days_and_leaves_the_holdout_out_of_fields(events, tmp_path):
    database = EventDatabase(f"sqlite:///{tmp_path}/events.db")
    database.insert(events)
    check_counts(database, events)


@pytest.mark.slow
def test_postgres_counts_the_same(events, tmp_path):
    with postgres_server(tmp_path / "postgres") as address:
        database = EventDatabase(address)
        database.insert(events)
        check_counts(database, events)


def test_an_empty_database_has_no_days(tmp_path):
    found = EventDatabase(f"sqlite:///{tmp_path}/events.db").count_days(SINCE)
    assert (found.fields, found.listings) == ((), ())
