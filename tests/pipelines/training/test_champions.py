"""The champion in runs of the small world: compared with, replaced, or waiting for approval."""

import pytest

from common.errors import GateError
from common.runs.records import RunRecords, runs
from common.store.storage import Storage
from pipelines.training.challenger_count import count_attempt


@pytest.fixture
def rows(snapshot):
    """Enough rows to compare on, and few enough that no model is timed."""
    (snapshot / "rows").write_text("60")


@pytest.fixture
def outcome(store):
    """Read how the newest run ended."""

    def read():
        storage = Storage(store.url)
        return RunRecords(storage, runs(storage)[-1]).outcome()

    return read


def test_a_challenger_that_is_worse_than_the_champion_is_refused_with_reasons(
    run, rows, champion, store, outcome
):
    with pytest.raises(GateError, match=r"price: top1 is 0\.3 worse than the champion"):
        run("price", config={"price": {"score": 0.6}})

    assert store.champion() == champion.id
    assert outcome()["state"] == "refused"


def test_a_better_challenger_takes_the_place_of_the_champion(
    run, rows, champion, store
):
    run("price", config={"price": {"score": 1.0}})

    assert store.champion() != champion.id


def test_an_equal_challenger_on_the_same_rows_is_refused(run, rows, champion, store):
    run("price")
    first = store.champion()

    with pytest.raises(GateError, match="attempt 2 at them"):
        run("price", config={"price": {"seed": 2}})

    assert store.champion() == first


def test_a_run_that_asks_for_approval_leaves_its_release_to_a_person(
    run, rows, champion, store, outcome
):
    run("price", config={"gate": {"approval": "required"}})

    ended = outcome()
    assert (ended["state"], store.champion()) == ("awaiting approval", champion.id)
    store.promote(ended["release"])
    assert store.champion() == ended["release"]


def test_a_look_is_counted_once_for_each_challenger(store):
    storage = Storage(store.url)
    artifacts = ["a", "b", "a", "c", "b"]

    attempts = [count_attempt(storage, "monday", "price", name) for name in artifacts]
    assert attempts == [1, 2, 1, 3, 2]
    assert count_attempt(storage, "tuesday", "price", "c") == 1
