"""A table of events is read from a file as from the database."""

from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from common.errors import InputError
from common.event_database.database import EventDatabase
from pipelines.outcomes.event_table import read_file, to_table, write_events
from pipelines.outcomes.tables import COLUMNS
from tests.pipelines.outcomes.examples import NOON, listed, outcome, shown

HOUR = timedelta(hours=1)


def test_a_file_has_the_events_of_the_database(tmp_path):
    database = EventDatabase(f"sqlite:///{tmp_path}/events.db")
    database.insert([shown(), outcome(), listed()])
    write_events(database.read(), tmp_path / "all.parquet")

    found = read_file(tmp_path / "all.parquet", COLUMNS, NOON - HOUR, NOON + HOUR)

    assert found.equals(to_table(database.read(), COLUMNS))


def test_only_events_between_two_times_are_read(tmp_path):
    database = EventDatabase(f"sqlite:///{tmp_path}/events.db")
    database.insert([shown(), outcome(), listed()])
    write_events(database.read(), tmp_path / "all.parquet")

    minute = timedelta(minutes=1)
    found = read_file(
        tmp_path / "all.parquet", COLUMNS, NOON + minute, NOON + 2 * minute
    )

    assert found["event"].to_pylist() == ["outcome"]


def test_another_file_is_refused_with_a_remedy(tmp_path):
    (tmp_path / "text.parquet").write_text("no table")
    pq.write_table(pa.table({"id": ["1"]}), tmp_path / "other.parquet")

    for name, reason in (("text", "cannot be read"), ("other", "has no column")):
        with pytest.raises(InputError, match=f"{reason}.*listrec events export"):
            read_file(tmp_path / f"{name}.parquet", COLUMNS, NOON, NOON + HOUR)
