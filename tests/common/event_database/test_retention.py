"""What is older than a time is erased with its photos, and nothing else."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from common.event_database.database import EventDatabase
from common.event_database.erasure import Erased, erase
from common.event_database.selection import Selection
from common.store.storage import Storage
from tests.common.event_log.examples import OUTCOME, append_all, make_listing

OLD = OUTCOME.time
NEW = datetime(2026, 6, 1, tzinfo=UTC)
BEFORE = Selection(before=datetime(2026, 3, 1, tzinfo=UTC))


@pytest.fixture
def storage(tmp_path):
    return Storage(str(tmp_path / "photos"))


@pytest.fixture
def database(tmp_path):
    return EventDatabase(f"sqlite:///{tmp_path}/events.db")


def write(storage, listing, data, time):
    [path] = listing.photos
    storage.write_bytes(path, data)
    os.utime(storage.local_path(path), (time.timestamp(), time.timestamp()))
    return listing


def test_what_is_older_goes_from_the_log_the_database_and_the_photos(
    tmp_path, storage, database
):
    old = write(storage, make_listing("old", photo=b"old"), b"old", OLD)
    new = make_listing("new", photo=b"new", time=NEW)
    append_all(tmp_path / "log", [OUTCOME, old, write(storage, new, b"new", NEW)])

    assert erase(tmp_path / "log", database, storage, BEFORE) == Erased(1, 1, 1)

    assert list(database.read_listings()) == [new]
    assert [storage.read_bytes(path) for path in (*old.photos, *new.photos)] == [
        None,
        b"new",
    ]


def test_a_photo_that_a_newer_listing_has_too_stays(tmp_path, storage, database):
    old = write(storage, make_listing("old"), b"a photo", OLD)
    database.insert_listings([old, make_listing("new", time=NEW)])
    assert erase(tmp_path / "log", database, storage, BEFORE) == Erased(0, 1, 0)


def test_photos_without_a_listing_go_once_they_are_older(tmp_path, storage, database):
    write(storage, make_listing("lost"), b"a photo", OLD)
    just_written = datetime.now(UTC) - timedelta(seconds=1)
    write(storage, make_listing("r2", "other"), b"a photo", just_written)
    assert erase(tmp_path / "log", database, storage, BEFORE).photos == 1
    assert len(storage.keys("")) == 1


def test_files_that_are_no_photos_of_listings_stay(tmp_path, storage, database):
    storage.write_bytes("backups/2026.tar", b"of somebody else")
    far_ahead = Selection(before=datetime(9999, 1, 1, tzinfo=UTC))
    assert erase(tmp_path / "log", database, storage, far_ahead).photos == 0
    assert storage.keys("backups") == ["2026.tar"]


def test_a_seller_who_came_back_after_an_erasure_keeps_what_is_newer(
    tmp_path, storage, database
):
    old = write(storage, make_listing("old", photo=b"old"), b"old", OLD)
    new = make_listing("new", photo=b"new", time=NEW)
    database.insert_listings([old, write(storage, new, b"new", NEW)])

    of_seller = Selection(seller="u-1042", before=BEFORE.before)
    assert erase(tmp_path / "log", database, storage, of_seller) == Erased(0, 1, 1)

    assert list(database.read_listings()) == [new]
    assert storage.read_bytes(new.photos[0]) == b"new"
