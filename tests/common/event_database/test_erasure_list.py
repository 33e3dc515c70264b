"""What was erased is erased again after a backup was restored, and what is newer stays."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from common.errors import InputError
from common.event_database.database import EventDatabase
from common.event_database.erasure import erase
from common.event_database.erasure_list import find_erased, record_erasure
from common.event_database.selection import Selection
from tests.common.event_log.examples import append_all, make_events


@pytest.fixture
def paths(tmp_path):
    """Return the list of erasures, the log, and the file of a database."""
    return tmp_path / "erased.jsonl", tmp_path / "log", tmp_path / "events.db"


def test_a_backup_that_was_restored_loses_what_was_erased(paths):
    list_, log, file = paths
    database = EventDatabase(f"sqlite:///{file}")
    database.insert(make_events(3, "theirs", "erased") + make_events(3, "other"))
    shutil.copy(file, file.with_suffix(".backup"))
    record_erasure(list_, Selection(seller="erased"))
    erase(log, database, None, Selection(seller="erased"))

    shutil.copy(file.with_suffix(".backup"), file)
    [found] = find_erased(list_, log, database)
    assert erase(log, database, None, found).events == 3
    assert database.count() == 3


def test_what_a_seller_does_after_the_erasure_stays(paths):
    list_, log, file = paths
    record_erasure(list_, Selection(request="8f14e45f"))
    now = datetime.now(UTC)
    [before] = make_events(1, "before")
    append_all(log, [before, replace(before, id="after", time=now + timedelta(days=1))])

    database = EventDatabase(f"sqlite:///{file}")
    [found] = find_erased(list_, log, database)
    erase(log, database, None, found)
    assert [row["id"] for row in database.read()] == ["after"]


def test_the_list_has_no_key_and_others_may_not_read_it(paths):
    list_, _, _ = paths
    for seller in ("u-1", "u-2"):
        record_erasure(list_, Selection(seller=seller))
    lines = list_.read_text().splitlines()
    assert len(lines) == 2
    assert "u-1" not in list_.read_text()
    assert list_.stat().st_mode & 0o077 == 0


def test_without_a_list_nothing_is_found(paths):
    list_, log, file = paths
    assert list(find_erased(list_, log, EventDatabase(f"sqlite:///{file}"))) == []


@pytest.mark.parametrize("line", ["none", "[]", '{"time": "soon"}'])
def test_a_damaged_list_is_a_sentence(paths, line):
    list_, log, file = paths
    list_.write_text(line)
    with pytest.raises(InputError, match="is no list of erasures, with lines such as"):
        list(find_erased(list_, log, EventDatabase(f"sqlite:///{file}")))
