"""Segments go when their events are in the database, and stay as long as they are not."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from common.errors import UnavailableError
from common.event_database import drain as module
from common.event_database.database import EventDatabase
from common.event_database.drain import drain, drain_lock, keep_draining
from common.event_log.backlog import read_backlog
from common.event_log.frames import frame
from common.event_log.segments import list_segments
from tests.common.event_log.examples import (
    LISTING,
    OUTCOME,
    append_all,
    make_events,
)
from tests.real_parts import postgres_server


@pytest.fixture
def database(tmp_path):
    return EventDatabase(f"sqlite:///{tmp_path}/events.db")


@pytest.fixture
def log(tmp_path):
    for number in range(4):
        append_all(tmp_path / "log", make_events(10, f"segment-{number}"))
    return tmp_path / "log"


def test_drained_segments_are_removed(log, database):
    assert read_backlog(log).segments == 4
    drained = drain(log, database)
    assert (drained.segments, drained.stored, drained.torn_bytes) == (4, 40, 0)
    assert read_backlog(log).oldest is None
    assert drain(log, database).segments == 0


def test_kept_listings_of_segments_are_stored_once_beside_events(log, database):
    for _ in range(2):
        append_all(log, [*make_events(1, "listed"), LISTING])
    drained = drain(log, database)
    assert (drained.stored, drained.listings) == (41, 1)
    assert list(database.read_listings()) == [LISTING]


def test_the_backlog_is_counted_and_dated(log):
    backlog = read_backlog(log)
    sizes = [path.stat().st_size for path in list_segments(log)]
    assert (backlog.segments, backlog.bytes) == (4, sum(sizes))
    assert backlog.oldest is not None


def test_a_folder_that_is_not_there_has_nothing_to_drain(tmp_path, database):
    assert drain(tmp_path / "none", database).segments == 0
    assert read_backlog(tmp_path / "none").segments == 0


def test_one_process_drains_at_a_time(log, database):
    with drain_lock(log) as is_ours:
        assert is_ours
        assert drain(log, database).segments == 0
    assert drain(log, database).segments == 4


def test_two_drains_at_the_same_time_store_each_event_once(log, database):
    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(lambda _: drain(log, database), range(2)))
    last = drain(log, database)
    assert sum(drained.stored for drained in (*both, last)) == 40
    assert database.count() == 40
    assert list_segments(log) == []


def test_a_torn_end_is_left_out_and_counted(log, database):
    with list_segments(log)[0].open("ab") as segment:
        segment.write(frame("torn")[:-1])
    drained = drain(log, database)
    assert (drained.stored, drained.torn_bytes) == (40, 11)


def test_a_segment_of_a_newer_version_stays_and_the_others_go(log, database):
    newer = list_segments(log)[0]
    newer.write_bytes(frame('{"schema": 99, "event": "shown"}'))
    drained = drain(log, database)
    assert drained.segments == 3
    assert "schema 99, newer than" in drained.problem
    assert list_segments(log) == [newer]


def test_a_server_drains_again_and_again_and_says_what_is_wrong(
    log, database, monkeypatch
):
    monkeypatch.setattr(module, "DRAIN_SECONDS", 0.02)
    monkeypatch.setattr(module, "REPORT_SECONDS", 0.1)
    list_segments(log)[0].write_bytes(frame('{"schema": 99}'))
    stop, problems = threading.Event(), []

    def report(problem):
        problems.append(problem)
        if len(problems) == 2:
            stop.set()

    keep_draining(log, database, stop, report)
    assert database.count() == 30
    assert all("newer than" in problem for problem in problems)


def test_a_problem_that_lasts_is_not_told_at_each_drain(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "DRAIN_SECONDS", 0.01)
    answers = iter(["down", "down", "down", "", "down", "locked"])
    stop, problems = threading.Event(), []

    def drain_nothing(folder, database):
        problem = next(answers)
        if problem == "locked":
            stop.set()
        return module.Drained(problem=problem)

    monkeypatch.setattr(module, "drain", drain_nothing)
    keep_draining(tmp_path, None, stop, problems.append)
    assert problems == ["down", "down", "locked"]


def test_a_file_that_is_no_database_leaves_segments_where_they_are(log, tmp_path):
    (tmp_path / "broken.db").write_text("no database" * 100)
    with pytest.raises(UnavailableError, match="the database of events does not"):
        drain(log, EventDatabase(f"sqlite:///{tmp_path}/broken.db"))
    assert len(list_segments(log)) == 4


def test_postgres_that_was_down_gets_what_was_written_meanwhile(log, tmp_path):
    with postgres_server(tmp_path / "postgres") as address:
        assert drain(log, EventDatabase(address)).stored == 40
    append_all(log, [OUTCOME])

    with pytest.raises(UnavailableError, match="the database of events does not"):
        drain(log, EventDatabase(address))
    assert len(list_segments(log)) == 1

    with postgres_server(tmp_path / "postgres") as address:
        assert drain(log, EventDatabase(address)).stored == 1
        assert EventDatabase(address).count() == 41
