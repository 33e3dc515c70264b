"""Whatever is killed, what was acknowledged is in the database, once."""

import random
import time

import pytest

from common.event_database.database import EventDatabase
from common.event_database.drain import drain
from tests.common.event_log.examples import (
    WRITE_UNTIL_KILLED,
    append_all,
    make_events,
    start_python,
)

KILLED_AT_CALL = """
import os, sys
from pathlib import Path
from sqlalchemy import Connection
from common.event_database import drain as module
from common.event_database.database import EventDatabase

calls = 0

def kill_before(function):
    def call(*arguments):
        global calls
        calls += 1
        if calls == int(sys.argv[3]):
            os.kill(os.getpid(), 9)
        return function(*arguments)
    return call

Connection.commit = kill_before(Connection.commit)
module.remove_segment = kill_before(module.remove_segment)
module.drain(Path(sys.argv[1]), EventDatabase(sys.argv[2]))
"""
"""Of each segment three calls: the commit of the table, that of the events, and the removal."""


def stored_ids(database):
    return [row["id"] for row in database.read()]


def write_and_kill(folder, run, seconds):
    """Return the ids that a writer had acknowledged when it was killed."""
    process = start_python(WRITE_UNTIL_KILLED, folder, run)
    first = process.stdout.readline()
    time.sleep(seconds)
    process.kill()
    printed = (first + process.communicate()[0]).decode()
    # The last line may be cut.
    return printed[: printed.rfind("\n") + 1].split()


@pytest.mark.parametrize(
    "kills",
    [10, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])],
)
def test_acknowledged_events_survive_kills_of_their_writers(tmp_path, kills):
    database = EventDatabase(f"sqlite:///{tmp_path}/events.db")
    delays = random.Random(0)
    acknowledged = []
    for run in range(kills):
        acknowledged += write_and_kill(tmp_path / "log", run, delays.uniform(0, 0.15))
        assert drain(tmp_path / "log", database).problem == ""

    stored = stored_ids(database)
    assert len(acknowledged) >= 3 * kills
    assert set(acknowledged) <= set(stored)
    assert len(set(stored)) == len(stored)


@pytest.mark.parametrize(
    "call", [2, 3, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 4, 5, 6))]
)
def test_a_drain_that_is_killed_is_continued_by_the_next(tmp_path, call):
    address = f"sqlite:///{tmp_path}/events.db"
    for prefix in ("first", "second"):
        append_all(tmp_path / "log", make_events(5, prefix))

    killed = start_python(KILLED_AT_CALL, tmp_path / "log", address, call)
    killed.communicate(timeout=60)
    assert killed.returncode == -9
    database = EventDatabase(address)
    drain(tmp_path / "log", database)

    events = make_events(5, "first") + make_events(5, "second")
    assert sorted(stored_ids(database)) == sorted(event.id for event in events)
    assert list((tmp_path / "log").glob("*.events")) == []
