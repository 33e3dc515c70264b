"""Events are kept once each, and read in the order of time."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from common.errors import InputError, UnavailableError
from common.event_database.database import EventDatabase
from common.event_database.tables import EVENTS
from common.events import Listed, Outcome, Sold
from tests.common.event_log.examples import (
    LISTING,
    OUTCOME,
    SHOWN,
    make_events,
    make_listing,
)

TIME = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path):
    return EventDatabase(f"sqlite:///{tmp_path}/home/events.db")


def test_each_event_is_kept_once(database):
    assert database.insert(make_events(3)) == 3
    assert database.insert([*make_events(2), replace(OUTCOME, id="new")]) == 1
    assert database.count() == 4


def test_the_columns_of_a_row_are_those_of_its_event(database):
    database.insert([SHOWN])
    [row] = database.read()
    assert set(row) == {column.name for column in EVENTS.columns}
    assert (row["event"], row["time"]) == ("shown", TIME)
    assert (row["versions"], row["latency"]) == (dict(SHOWN.versions), 0.004)
    assert row["candidates"][0]["probability"] == 0.83
    assert row["amounts"][0]["high"] == 31.0
    assert (row["field"], row["price"], row["days"]) == (None, None, None)


def test_labels_and_numbers_that_were_chosen_have_columns_of_their_own(database):
    label = Outcome("r1", "brand", "Nike", TIME, "accepted", "e1")
    number = Outcome("r1", "price", 20.0, TIME, "changed", "e2")
    nothing = Outcome("r1", "brand", None, TIME, "ignored", "e3")
    database.insert([label, number, nothing])
    chosen = [(row["value"], row["number"], row["action"]) for row in database.read()]
    assert chosen == [
        ("Nike", None, "accepted"),
        (None, 20.0, "changed"),
        (None, None, "ignored"),
    ]


def test_sales_are_kept_with_price_and_days(database):
    listed = Listed("r1", "sku-1042", 22.0, "USD", TIME, "e1")
    sold = Sold("r1", "sku-1042", 20.0, "USD", 3.5, TIME, "e2")
    database.insert([listed, sold])
    names = ("event", "price", "currency", "days")
    assert [tuple(row[name] for name in names) for row in database.read()] == [
        ("listed", 22.0, "USD", None),
        ("sold", 20.0, "USD", 3.5),
    ]


def test_a_range_of_time_begins_with_its_first_and_ends_before_its_last(database):
    for day in range(4):
        time = TIME + timedelta(days=day)
        database.insert([replace(OUTCOME, id=f"day-{day}", time=time)])
    rows = database.read(TIME + timedelta(days=1), TIME + timedelta(days=3))
    assert [row["id"] for row in rows] == ["day-1", "day-2"]


def test_rows_have_the_columns_that_are_asked_for(database):
    database.insert([OUTCOME])
    assert list(database.read(columns=["time", "seller"])) == [
        {"time": OUTCOME.time, "seller": OUTCOME.seller}
    ]


def test_each_request_has_one_listing_which_comes_back_as_it_was(database):
    later = make_listing("later", time=TIME + timedelta(days=1))
    assert database.insert_listings([later, LISTING]) == 2
    assert database.insert_listings([replace(LISTING, listing="other")]) == 0
    assert list(database.read_listings()) == [LISTING, later]
    assert list(database.read_listings(since=later.time)) == [later]
    assert list(database.read_listings(until=later.time)) == [LISTING]
    assert (database.count(), database.count_listings()) == (0, 2)


def test_others_may_not_read_the_file(database, tmp_path):
    database.insert([OUTCOME])
    assert (tmp_path / "home" / "events.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "address",
    [
        "events.db",
        "mysql://host/events",
        "sqlite://",
        "sqlite:///:memory:",
        "wrong://host/a",
    ],
)
def test_another_address_is_refused_with_a_legal_one(address):
    with pytest.raises(InputError, match="LISTREC_EVENTS must be .* such as sqlite"):
        EventDatabase(address)


def test_a_file_that_is_no_database_is_a_sentence(tmp_path):
    (tmp_path / "events.db").write_text("no database" * 100)
    with pytest.raises(UnavailableError, match="not a database.*: see LISTREC_EVENTS"):
        EventDatabase(f"sqlite:///{tmp_path}/events.db").count()


def test_what_is_committed_survives_a_loss_of_power(database):
    database.insert([OUTCOME])
    with database._connections.open() as connection:
        pragma = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    assert (pragma, mode) == (2, "wal")  # 2 is FULL


def test_the_file_is_read_by_others_meanwhile(database, tmp_path):
    database.insert([OUTCOME])
    rows = database.read()
    assert next(rows)["id"] == "e0"
    with sqlite3.connect(tmp_path / "home" / "events.db") as other:
        other.execute("delete from events")
    other.close()
    assert database.count() == 0
