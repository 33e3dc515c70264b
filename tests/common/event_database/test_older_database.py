"""A database that an earlier version made gets the columns and tables that it lacks."""

from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from common.event_database.database import EventDatabase
from tests.common.event_log.examples import LISTING, SHOWN
from tests.real_parts import postgres_server

OLDER_TABLE = """
CREATE TABLE events (
    id VARCHAR(128) PRIMARY KEY, event VARCHAR(16) NOT NULL, time TIMESTAMP NOT NULL,
    request VARCHAR(128) NOT NULL, seller VARCHAR(128) NOT NULL, release VARCHAR(128),
    versions JSON, variant VARCHAR(128), candidates JSON, amounts JSON, latency FLOAT,
    field VARCHAR(32), value TEXT, number FLOAT, action VARCHAR(16), listing VARCHAR(128),
    price FLOAT, currency VARCHAR(3), days FLOAT
)
"""
"""As it was made before ``policy``, ``seconds``, ``experiments`` and the table of listings."""

OLDER_ROW = """
INSERT INTO events (id, event, time, request, seller, variant)
VALUES ('older', 'shown', '2026-01-01 12:00:00.000000', 'r1', 'u-1042', '')
"""


def make_older(address):
    engine = create_engine(address, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(OLDER_TABLE))
        connection.execute(text(OLDER_ROW))


def check(address):
    for _ in range(2):  # the second finds everything there
        database = EventDatabase(address)
        database.insert([replace(SHOWN, id="newer", experiments={"top-3": "three"})])
        database.insert_listings([LISTING])

    columns = ("id", "policy", "seconds", "experiments")
    rows = [tuple(row[name] for name in columns) for row in database.read()]
    assert rows == [
        ("older", None, None, None),
        ("newer", "greedy", None, {"top-3": "three"}),
    ]
    assert list(database.read_listings()) == [LISTING]


def test_sqlite_of_an_earlier_version_gets_what_it_lacks(tmp_path):
    address = f"sqlite:///{tmp_path}/events.db"
    make_older(address)
    check(address)


@pytest.mark.slow
def test_postgres_of_an_earlier_version_gets_what_it_lacks(tmp_path):
    with postgres_server(tmp_path / "postgres") as address:
        make_older(address)
        check(address)
