"""Of two monitorings at the same time one starts a run."""

from datetime import UTC, datetime, timedelta

import pytest

from common.errors import ArtifactError
from common.store.storage import Storage
from pipelines.monitoring.run_starts import (
    KEY,
    last_start,
    note_start,
    withdraw_start,
)

NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)
LATER = NOW + timedelta(days=3)


@pytest.fixture
def storage(tmp_path):
    return Storage(str(tmp_path))


def test_a_start_is_noted_once(storage):
    assert note_start(storage, NOW, before=None)
    assert note_start(storage, NOW, before=None) is None
    assert last_start(storage) == NOW


def test_a_start_that_the_decision_knew_of_is_followed_by_another(storage):
    note_start(storage, NOW, before=None)
    assert note_start(storage, LATER, before=NOW)
    assert last_start(storage) == LATER


def test_a_start_that_was_withdrawn_leaves_the_one_before(storage):
    first = note_start(storage, NOW, before=None)
    withdraw_start(storage, note_start(storage, LATER, before=NOW))
    assert last_start(storage) == NOW
    withdraw_start(storage, first)
    assert last_start(storage) is None


def test_a_damaged_note_is_named(storage):
    storage.write_text(KEY, "{}")
    with pytest.raises(ArtifactError, match=r"run-start\.json in the store is damaged"):
        last_start(storage)
