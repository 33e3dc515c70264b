"""After an erasure no file has a byte of the seller's events, and all others are there."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from common.errors import InputError, UnavailableError
from common.event_database import database as database_module
from common.event_database import erasure
from common.event_database.database import EventDatabase
from common.event_database.drain import drain
from common.event_database.erasure import erase_seller
from common.event_log import log as log_module
from common.event_log.frames import frame
from common.event_log.log import EventLog
from common.event_log.segments import list_segments
from tests.common.event_log.examples import append_all, make_events
from tests.real_parts import postgres_server

SELLER = "seller-to-be-erased"


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


@pytest.fixture
def database(tmp_path, log):
    """Return a database with events of two sellers; others are in the log."""
    database = EventDatabase(f"sqlite:///{tmp_path}/events.db")
    fill(log, "drained")
    drain(log, database)
    fill(log, "waiting")
    return database


def fill(log, prefix):
    append_all(
        log,
        make_events(200, f"{prefix}-erased", SELLER)
        + make_events(200, f"{prefix}-kept", "seller-who-stays"),
    )


def files_with(folder: Path, text: str):
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files if text.encode() in path.read_bytes()]


def test_no_file_has_a_byte_of_the_seller(tmp_path, log, database):
    assert len(files_with(tmp_path, SELLER)) == 2
    assert erase_seller(log, database, SELLER) == 400
    assert files_with(tmp_path, SELLER) == []
    assert files_with(tmp_path, "drained-erased") == []
    assert database.count() == 400


def test_the_write_ahead_log_is_emptied_where_another_process_has_it_open(
    tmp_path, log, database
):
    with closing(sqlite3.connect(tmp_path / "events.db")) as other:
        other.execute("select count(*) from events").fetchall()
        erase_seller(log, database, SELLER)
        assert (tmp_path / "events.db-wal").exists()
        assert files_with(tmp_path, SELLER) == []


def test_a_reader_that_keeps_old_pages_is_named_and_erasing_again_helps(
    tmp_path, log, monkeypatch
):
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.05)
    database = EventDatabase(f"sqlite:///{tmp_path}/events.db")
    database.insert(make_events(3, seller=SELLER))
    with closing(sqlite3.connect(tmp_path / "events.db")) as reader:
        reader.execute("begin")
        reader.execute("select * from events").fetchone()
        with pytest.raises(UnavailableError, match="another process still reads"):
            erase_seller(log, database, SELLER)

    assert erase_seller(log, database, SELLER) == 0
    assert files_with(tmp_path, SELLER) == []


def test_a_segment_that_is_written_is_waited_for(tmp_path, log, database, monkeypatch):
    monkeypatch.setattr(log_module, "MAX_SEGMENT_SECONDS", 0.2)

    async def erase_while_writing():
        async with EventLog(log) as opened:
            await opened.append(make_events(5, "live", SELLER))
            await asyncio.to_thread(erase_seller, log, database, SELLER)
            assert files_with(tmp_path, SELLER) == []

    asyncio.run(erase_while_writing())


def test_a_segment_that_stays_open_is_a_sentence(log, database, monkeypatch):
    monkeypatch.setattr(erasure, "WAIT_SECONDS", 0.05)

    async def erase_while_writing():
        async with EventLog(log) as opened:
            await opened.append(make_events(5, "live", SELLER))
            with pytest.raises(UnavailableError, match="not complete: segments of"):
                await asyncio.to_thread(erase_seller, log, database, SELLER)

    asyncio.run(erase_while_writing())


def test_a_segment_that_cannot_be_read_stops_the_erasure(log, database):
    list_segments(log)[0].write_bytes(frame('{"schema": 99}'))
    with pytest.raises(UnavailableError, match="not complete: .* newer than"):
        erase_seller(log, database, SELLER)


def test_an_empty_seller_is_refused(log, database):
    with pytest.raises(InputError, match="the seller is empty"):
        erase_seller(log, database, "")


@pytest.mark.slow
def test_postgres_has_no_byte_of_the_seller_in_its_tables(tmp_path, log):
    with postgres_server(tmp_path / "postgres") as address:
        database = EventDatabase(address)
        fill(log, "drained")
        drain(log, database)
        fill(log, "waiting")
        assert erase_seller(log, database, SELLER) == 400
        assert database.count() == 400
    # Stopped, it has written all its tables; its own log of writes is not erased.
    tables = tmp_path / "postgres" / "data" / "base"
    assert files_with(tables, SELLER) == []
    assert files_with(tables, "seller-who-stays") != []
