"""After an erasure no file has a byte of what was kept of a seller, and all else is there."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from common.errors import InputError, UnavailableError
from common.event_database import connections, erasure
from common.event_database.database import EventDatabase
from common.event_database.drain import drain
from common.event_database.erasure import Erased, erase
from common.event_database.selection import Selection
from common.event_log import log as log_module
from common.event_log.frames import frame
from common.event_log.log import EventLog
from common.event_log.segments import list_segments
from common.kept_listing import photo_folder
from common.store.storage import Storage
from tests.common.event_log.examples import append_all, make_events, make_listing
from tests.real_parts import postgres_server

SELLER = "seller-to-be-erased"
THEIRS = Selection(seller=SELLER)
WRITTEN = "what they wrote of their shoes"
PHOTOGRAPHED = "what they photographed"


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


@pytest.fixture
def storage(tmp_path):
    return Storage(str(tmp_path / "photos"))


@pytest.fixture
def database(tmp_path, log, storage):
    """Return a database with events and listings of two sellers; others are in the log."""
    database = EventDatabase(f"sqlite:///{tmp_path}/events.db")
    fill(log, storage, "drained")
    drain(log, database)
    fill(log, storage, "waiting")
    return database


def fill(log, storage, prefix):
    theirs = listing_with_photo(storage, f"{prefix}-theirs", SELLER)
    other = listing_with_photo(storage, f"{prefix}-other", "seller-who-stays")
    append_all(
        log,
        make_events(200, f"{prefix}-erased", SELLER)
        + make_events(200, f"{prefix}-kept", "seller-who-stays")
        + [replace(theirs, fields={"title": WRITTEN}), other],
    )


def listing_with_photo(storage, request, seller, photo=""):
    data = (photo or f"{PHOTOGRAPHED} {request}").encode()
    listing = make_listing(request, seller, data)
    [path] = listing.photos
    storage.write_bytes(path, data)
    return listing


def files_with(folder: Path, text: str):
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files if text.encode() in path.read_bytes()]


def test_no_file_has_a_byte_of_the_seller(tmp_path, log, database, storage):
    theirs = (SELLER, WRITTEN, "drained-erased", "drained-theirs", "waiting-theirs")
    assert all(files_with(tmp_path, text) for text in theirs)

    assert erase(log, database, storage, THEIRS) == Erased(400, 2, 2)

    assert [files_with(tmp_path, text) for text in theirs] == [[]] * len(theirs)
    assert (database.count(), database.count_listings()) == (400, 2)
    assert len(files_with(tmp_path / "photos", PHOTOGRAPHED)) == 2
    assert len(storage.keys("")) == 1


def test_photos_that_no_listing_has_are_erased_with_their_seller(
    log, database, storage
):
    listing_with_photo(storage, "lost", SELLER)
    assert erase(log, database, storage, THEIRS).photos == 3


def test_photos_that_were_restored_later_are_erased_with_their_listings(
    tmp_path, log, storage
):
    database = EventDatabase(f"sqlite:///{tmp_path}/events.db")
    database.insert_listings([listing_with_photo(storage, "restored", SELLER)])
    long_ago = datetime(2026, 2, 1, tzinfo=UTC)

    again = Selection(seller=SELLER, before=long_ago)

    assert erase(log, database, storage, again) == Erased(0, 1, 1)
    assert files_with(tmp_path, PHOTOGRAPHED) == []


def test_what_a_killed_process_has_left_of_a_photo_is_erased(
    tmp_path, log, database, storage
):
    storage.write_bytes(f"{photo_folder('killed')}/.draft", PHOTOGRAPHED.encode())
    erase(log, database, storage, Selection(seller="killed"))
    assert ".draft" not in files_with(tmp_path, PHOTOGRAPHED)


def test_what_belongs_to_a_request_of_no_known_seller_is_erased(
    tmp_path, log, database, storage
):
    listings = [listing_with_photo(storage, request, "") for request in ("r1", "r2")]
    event = replace(*make_events(1, "anonymous", ""), request="r1")
    append_all(log, [event, *listings])

    selection = Selection(request="r1")
    assert erase(log, database, storage, selection) == Erased(1, 1, 1)

    assert files_with(tmp_path, f"{PHOTOGRAPHED} r1") == []
    assert len(files_with(tmp_path, f"{PHOTOGRAPHED} r2")) == 1


def test_a_photo_of_two_listings_goes_with_the_second_of_them(log, database, storage):
    requests = ("first", "second")
    for request in requests:
        listing = listing_with_photo(storage, request, SELLER, photo="the same")
        database.insert_listings([listing])

    erased = [
        erase(log, database, storage, Selection(request=request)).photos
        for request in requests
    ]
    assert erased == [0, 1]


def test_photos_that_cannot_be_found_stop_the_erasure(log, database):
    with pytest.raises(InputError, match="set LISTREC_KEEP_LISTINGS to where"):
        erase(log, database, None, THEIRS)
    assert database.count_listings() == 4
    assert erase(log, database, None, Selection(seller="unknown")).events == 0


def test_the_write_ahead_log_is_emptied_where_another_process_has_it_open(
    tmp_path, log, database, storage
):
    with closing(sqlite3.connect(tmp_path / "events.db")) as other:
        other.execute("select count(*) from events").fetchall()
        erase(log, database, storage, THEIRS)
        assert (tmp_path / "events.db-wal").exists()
        assert files_with(tmp_path, SELLER) == []


def test_a_reader_that_keeps_old_pages_is_named_and_erasing_again_helps(
    tmp_path, log, storage, monkeypatch
):
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.05)
    database = EventDatabase(f"sqlite:///{tmp_path}/events.db")
    database.insert(make_events(3, seller=SELLER))
    with closing(sqlite3.connect(tmp_path / "events.db")) as reader:
        reader.execute("begin")
        reader.execute("select * from events").fetchone()
        with pytest.raises(UnavailableError, match="another process still reads"):
            erase(log, database, storage, THEIRS)

    assert erase(log, database, storage, THEIRS) == Erased(0, 0, 0)
    assert files_with(tmp_path, SELLER) == []


def test_a_segment_that_is_written_is_waited_for(
    tmp_path, log, database, storage, monkeypatch
):
    monkeypatch.setattr(log_module, "MAX_SEGMENT_SECONDS", 0.2)

    async def erase_while_writing():
        async with EventLog(log) as opened:
            await opened.append(make_events(5, "live", SELLER))
            await asyncio.to_thread(erase, log, database, storage, THEIRS)
            assert files_with(tmp_path, SELLER) == []

    asyncio.run(erase_while_writing())


def test_a_segment_that_stays_open_is_a_sentence(log, database, storage, monkeypatch):
    monkeypatch.setattr(erasure, "WAIT_SECONDS", 0.05)

    async def erase_while_writing():
        async with EventLog(log) as opened:
            await opened.append(make_events(5, "live", SELLER))
            with pytest.raises(UnavailableError, match="not complete: segments of"):
                await asyncio.to_thread(erase, log, database, storage, THEIRS)

    asyncio.run(erase_while_writing())


def test_a_segment_that_cannot_be_read_stops_the_erasure(log, database, storage):
    list_segments(log)[0].write_bytes(frame('{"schema": 99}'))
    with pytest.raises(UnavailableError, match="not complete: .* newer than"):
        erase(log, database, storage, THEIRS)


def test_an_empty_seller_is_refused():
    with pytest.raises(InputError, match="nothing says what to erase"):
        Selection(seller="")


@pytest.mark.slow
def test_postgres_has_no_byte_of_the_seller_in_its_tables(tmp_path, log, storage):
    with postgres_server(tmp_path / "postgres") as address:
        database = EventDatabase(address)
        fill(log, storage, "drained")
        drain(log, database)
        fill(log, storage, "waiting")
        assert erase(log, database, storage, THEIRS) == Erased(400, 2, 2)
        assert (database.count(), database.count_listings()) == (400, 2)
    # Stopped, it has written all its tables; its own log of writes is not erased.
    tables = tmp_path / "postgres" / "data" / "base"
    assert [files_with(tables, text) for text in (SELLER, WRITTEN)] == [[], []]
    assert files_with(tables, "seller-who-stays") != []


@pytest.mark.slow
def test_a_bucket_has_no_photo_of_the_seller_nor_one_that_is_too_old(
    tmp_path, log, s3_url
):
    storage = Storage(s3_url)
    database = EventDatabase(f"sqlite:///{tmp_path}/events.db")
    fill(log, storage, "waiting")
    storage.write_bytes("models/of-somebody-else", b"data")

    assert erase(log, database, storage, THEIRS) == Erased(200, 1, 1)
    assert len(storage.keys("")) == 2

    too_old = Selection(before=datetime(9999, 1, 1, tzinfo=UTC))
    assert erase(log, database, storage, too_old) == Erased(200, 1, 1)
    assert storage.keys("") == ["models"]
