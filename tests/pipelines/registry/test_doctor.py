import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from common.errors import UnavailableError
from common.store import promotion_hold
from pipelines.registry.doctor import examine
from pipelines.tracking.registry import reconcile
from tests.pipelines.registry.conftest import NOW


@pytest.fixture
def states(tracked):
    """Examine everything; return state and message of each check."""

    def examine_all(served=None, **changes):
        ask = (lambda: served) if served else None
        checks = examine(replace(tracked, **changes), ask, NOW)
        return {check.name: (check.state, check.message) for check in checks}

    return examine_all


def test_where_all_is_well_every_check_says_so(
    states, tracked, store, champion, keep_run
):
    keep_run("nightly")
    reconcile(tracked, store)
    found = states(served=champion.id)
    assert {name: state for name, (state, _) in found.items()} == dict.fromkeys(
        found, "ok"
    )
    assert set(found) == {
        *("store", "clock", "champion", "mlflow", "aliases", "disk", "runs", "hold"),
        *("experiments", "server"),
    }


def test_aliases_and_servers_that_are_behind_are_told_apart(states, champion):
    found = states(served="r0")
    assert found["aliases"][0] == "warning"
    assert "listing-price" in found["aliases"][1]
    assert found["server"] == (
        "problem",
        f"it answers with release r0, and the champion is {champion.id}",
    )


def test_mlflow_that_is_down_is_a_problem_and_the_rest_is_checked(
    states, champion, free_port
):
    found = states(tracking_uri=f"http://127.0.0.1:{free_port}")
    assert (found["mlflow"][0], found["aliases"][0]) == ("problem", "warning")
    assert "does not answer" in found["mlflow"][1]
    assert found["champion"][0] == "ok"


def test_a_champion_that_lacks_an_artifact_is_a_problem(states, storage, champion):
    storage.remove(f"artifacts/{champion.models['price']}")
    state, message = states()["champion"]
    assert (state, message.startswith("there is no artifact")) == ("problem", True)


def test_a_server_that_does_not_answer_is_a_problem(tracked, champion):
    def ask():
        raise UnavailableError("localhost:1 does not answer")

    *_, last = examine(tracked, ask, NOW)
    assert (last.name, last.state) == ("server", "problem")


def test_a_clock_that_is_wrong_is_a_warning(states, monkeypatch):
    wrong = datetime.now(UTC) + timedelta(hours=1)
    monkeypatch.setattr("common.store.folder.Folder.modified", lambda *key: wrong)
    state, message = states()["clock"]
    assert (state, "differ by 3" in message) == ("warning", True)


def test_a_full_disk_is_a_warning(states, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(9, 8, 1_000_000_000))
    assert states()["disk"] == ("warning", states()["disk"][1])
    assert states()["disk"][1].startswith("1.0 GB are free")


def test_runs_that_have_not_ended_well_for_a_day_are_a_warning(states, keep_run):
    keep_run("good", days=2)
    keep_run("bad", state="failed", days=1)
    keep_run("open", state="", days=0)
    state, message = states()["runs"]
    assert (state, message) == (
        "warning",
        "good was the last to end well; not ended: open",
    )


def test_experiments_that_cannot_be_read_are_a_problem(states, storage):
    assert states()["experiments"] == ("ok", "running today: none")
    storage.write_text("experiments/published.json", "{")
    state, message = states()["experiments"]
    assert (state, "put back an earlier version" in message) == ("problem", True)


def test_a_hold_is_a_warning_with_its_reason(states, storage):
    until = datetime.now(UTC) + timedelta(days=900)
    promotion_hold.write(storage, until, "prices of shoes", "ann")
    state, message = states()["hold"]
    assert (state, "prices of shoes" in message) == ("warning", True)
