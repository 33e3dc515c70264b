from datetime import UTC, datetime, timedelta

import pytest

from common.errors import ArtifactError, RefusedError
from common.store import champion_pointer, history
from common.store.champion_pointer import promote, read, rollback
from common.store.history import Cause, Move
from common.store.storage import Storage

ANN = Cause(by="ann@desk", command="registry promote", reason="better prices")


@pytest.fixture
def storage(store_url):
    return Storage(store_url)


def _moves(storage):
    return list(history.follow(storage, read(storage).move))


def test_every_move_says_who_made_it_when_and_why(storage):
    before = datetime.now(UTC) - timedelta(seconds=1)
    promote(storage, "r1")
    promote(storage, "r2", cause=ANN)
    rollback(storage, lambda release: None, Cause(by="bob@phone"))

    back, forth, first = _moves(storage)
    assert (back.previous, back.release, back.cause.by) == ("r2", "r1", "bob@phone")
    assert (forth.previous, forth.release, forth.cause) == ("r1", "r2", ANN)
    assert (first.previous, first.before) == ("", "")
    assert datetime.fromisoformat(first.at) > before


def test_a_promotion_that_is_refused_leaves_no_record(storage):
    promote(storage, "r1")
    with pytest.raises(RefusedError):
        promote(storage, "r2", expect="r0")
    assert len(storage.keys(history.FOLDER)) == 1


def test_a_promotion_that_comes_second_has_one_record(storage, monkeypatch):
    monkeypatch.setattr(champion_pointer, "MAX_PAUSE", 0)
    replace, failures = storage.replace_text, [False, False]
    monkeypatch.setattr(
        storage,
        "replace_text",
        lambda *texts: failures.pop() if failures else replace(*texts),
    )
    promote(storage, "r1")
    assert len(storage.keys(history.FOLDER)) == 1


def test_a_record_without_its_move_is_no_move_and_is_removed_after_an_hour(storage):
    promote(storage, "r1")
    left = history.write(storage, Move("r2", "r1", ANN, read(storage).move))
    newest, now = read(storage).move, datetime.now(UTC)

    assert [move.release for move in _moves(storage)] == ["r1"]
    assert history.remove_unmade(storage, newest, now) == []
    assert history.remove_unmade(storage, newest, now + 2 * history.GRACE) == [left]
    assert storage.keys(history.FOLDER) == [f"{newest}.json"]


def test_promoting_the_champion_again_is_no_move(storage):
    promote(storage, "r1")
    promote(storage, "r1", expect="r0")
    assert len(_moves(storage)) == 1


def test_a_pointer_of_an_older_version_is_read_and_continued(storage):
    storage.write_text("champion", "r2\nr1\n")
    promote(storage, "r3")
    assert read(storage).champions == ("r3", "r2", "r1")
    assert [move.previous for move in _moves(storage)] == ["r2"]


def test_a_record_that_somebody_removed_is_named(storage):
    promote(storage, "r1")
    history.withdraw(storage, read(storage).move)
    with pytest.raises(ArtifactError, match="lacks history/.*json: somebody removed"):
        _moves(storage)
