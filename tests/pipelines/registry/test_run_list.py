from datetime import timedelta

import pytest

from common.errors import ArtifactError
from common.runs.records import Request, RunRecords
from common.runs.run_list import list_runs, read_run
from tests.pipelines.registry.conftest import NOW


def test_runs_are_listed_newest_first_with_how_they_ended(storage, keep_run):
    keep_run("b", days=2, release="r1")
    keep_run("a", state="refused", days=1, reasons=["top1 is too low"])
    newest, oldest = list_runs(storage, NOW)
    assert (newest.name, newest.state, newest.reasons) == (
        "a",
        "refused",
        ("top1 is too low",),
    )
    assert (oldest.name, oldest.release, oldest.commit) == ("b", "r1", "abc")


def test_a_run_without_an_end_goes_on_for_a_week_and_is_lost_then(storage, keep_run):
    keep_run("a", state="")
    assert read_run(storage, "a", NOW).state == "running"
    assert read_run(storage, "a", NOW + timedelta(days=8)).state == "lost"


def test_a_run_knows_what_its_steps_made(storage, keep_run):
    records = [{"target": "price", "artifact": "p1", "metrics": {"rmsle": 0.5}}]
    keep_run("a", release="r1", records=records)
    run = read_run(storage, "a", NOW)
    assert run.artifacts == frozenset({"p1"})
    assert run.releases == frozenset({"r1"})
    assert run.challenger("p1")["metrics"] == {"rmsle": 0.5}
    assert run.challenger("p2") == {}


def test_a_run_names_its_snapshot_before_a_step_has_checked_it(storage):
    started = NOW.isoformat(timespec="seconds")
    request = Request("a", ("price",), {"snapshot": "s3://shop/snapshots/1f"}, started)
    RunRecords(storage, "a").write_request(request)
    assert read_run(storage, "a", NOW).snapshots == {"1f"}


def test_a_run_that_nobody_knows_is_a_sentence(storage):
    with pytest.raises(ArtifactError, match="the store has no run 'a'"):
        read_run(storage, "a", NOW)
