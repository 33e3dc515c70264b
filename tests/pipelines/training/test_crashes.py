"""A process is killed at every crash point; the same work again ends as if nothing had been."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from common.crash_points import CRASH_POINTS, VARIABLE
from common.errors import UnavailableError
from common.runs import records
from common.runs.records import Request, RunRecords
from common.store import history
from common.store.storage import Storage
from models import NAMES
from pipelines.registry.garbage import GRACE, find_garbage
from pipelines.registry.removal import remove
from pipelines.tracking import removed_versions
from pipelines.tracking.aliases import find_behind
from pipelines.tracking.client import open_client
from pipelines.tracking.registry import reconcile
from pipelines.training import (
    finish_steps,
    process,
    register_steps,
    release_steps,
)
from tests.pipelines.conftest import WORLD

OF_A_RUN = [name for name in CRASH_POINTS if not name.startswith("gc.")]
OF_GC = [name for name in CRASH_POINTS if name.startswith("gc.")]
# That one is in tests/pipelines/tracking/test_removed_versions.py.
OF_GC.remove("gc.after-version")

RELEASE = """
import json, sys
from tests.pipelines.training.test_crashes import release_again

release_again(*json.loads(sys.argv[1]))
"""

COLLECT = """
import os, sys
from common.crash_points import arm
from common.store.release import ReleaseStore
from tests.pipelines.training.test_crashes import collect

arm(os.environ)
collect(ReleaseStore(sys.argv[1]))
"""


def release_again(challengers, data):
    """Take the steps of a run from the registration to the end, as its components do."""
    registered = process.run(
        register_steps.register, "nightly", "all", challengers, data, False
    )
    proposal = process.run(release_steps.publish, "nightly", "release", registered)
    process.run(release_steps.promote, "nightly", "release", proposal)
    process.run(finish_steps.finish, "nightly", "run", "all", "SUCCEEDED")


def collect(store):
    """Remove everything but the champion and those before it."""
    remove(store, find_garbage(store, 1, (), datetime.now(UTC) + 2 * GRACE))


@pytest.fixture
def challengers(champion, artifact):
    """Records of new models, trained on the champion's encoders."""
    records = []
    for name in NAMES:
        new = artifact(name, encoders=champion.encoders, content="new")
        passed = {"metrics": {}, "thresholds": {}, "passed": True, "reasons": []}
        records.append({"target": name, "artifact": new, "seconds": 1.0, **passed})
    return records


@pytest.mark.parametrize("point", ["register.after-run", "promote.after-pointer"])
def test_a_release_that_was_killed_is_made_again(
    point, challengers, tracked, store, world, snapshot, monkeypatch
):
    for name, value in _variables(tracked).items():
        monkeypatch.setenv(name, value)
    nightly = Request("nightly", NAMES, {}, "2026-11-30T02:00:00+00:00")
    RunRecords(Storage(store.url), "nightly").write_request(nightly)
    arguments = [challengers, {"path": str(snapshot), "id": "monday"}]
    assert _kill(point, RELEASE, json.dumps(arguments), environ={"REAL_MLFLOW": "1"})
    store.check()

    release_again(*arguments)

    assert store.check().models == {
        item["target"]: item["artifact"] for item in challengers
    }
    _check_all(tracked, store)


@pytest.mark.slow
@pytest.mark.parametrize("point", OF_A_RUN)
def test_a_run_that_was_killed_anywhere_is_done_again(
    point, run, tracked, champion, store, monkeypatch
):
    reconcile(tracked, store)
    settings = {"price": {"score": 0.95}, "brand": {"score": 0.8}}
    monkeypatch.setenv(VARIABLE, point)
    with pytest.raises(UnavailableError, match="was killed"):
        run("price", "brand", config=settings, real_mlflow=True)
    store.check()

    monkeypatch.delenv(VARIABLE)
    events = run("price", "brand", config=settings, real_mlflow=True)

    [release] = [
        event.result["release"]
        for event in events
        if event.step == "promote" and event.kind == "done"
    ]
    assert store.check().id == release != champion.id
    _check_all(tracked, store)


@pytest.mark.parametrize("point", OF_GC)
def test_a_collection_that_was_killed_leaves_every_release_whole(
    point, store, champion, artifact
):
    for content in ("old", "older"):
        models = {"price": artifact("price", content=content)}
        store.publish(models, datetime(2026, 1, 1, tzinfo=UTC))
    for name in ("rows", "manifest.json"):
        store.storage.write_text(f"snapshots/sunday/{name}", "x")
    assert _kill(point, COLLECT, store.url, environ={})
    for release in store.releases():
        store.check(release)

    collect(store)

    storage, release = Storage(store.url), store.check()
    assert store.releases() == [champion.id]
    kept = {*release.encoders, *release.models.values()}
    assert set(storage.keys("artifacts")) == kept
    assert storage.keys("snapshots") == []
    # Their versions in mlflow are known, however often the collection began.
    assert len(storage.keys(removed_versions.FOLDER)) == 2


def _kill(point, script, argument, environ):
    """Run a script that is killed at a crash point; tell whether it was."""
    done = subprocess.run(
        [sys.executable, "-c", script, argument],
        env=os.environ
        | {VARIABLE: point, "PYTHONPATH": os.pathsep.join([str(WORLD), *sys.path])}
        | environ,
        timeout=300,
        check=False,
    )
    return done.returncode == -signal.SIGKILL


def _variables(settings):
    """Variables by which a process finds the settings and the small world."""
    return {
        "LISTREC_HOME": str(settings.home),
        "LISTREC_STORE": settings.store,
        "MLFLOW_TRACKING_URI": settings.tracking_uri,
        process.EVENTS: str(settings.home / "events.jsonl"),
    }


def _check_all(settings, store):
    """Check that after ``reconcile`` aliases, versions, history and records are as they should."""
    reconcile(settings, store)
    store.remove_unmade_moves(datetime.now(UTC) + timedelta(days=1))
    assert find_behind(settings, store) == []

    versions = open_client(settings).search_model_versions("")
    registered = [version.tags["artifact_id"] for version in versions]
    assert len(registered) == len(set(registered))

    storage = Storage(store.url)
    made = [move.release for move in store.moves()]
    assert made == store.champions()
    assert len(storage.keys(history.FOLDER)) == len(made)

    *_, last = records.runs(storage)
    outcome = records.RunRecords(storage, last).outcome() or {}
    assert (outcome["state"], outcome["release"]) == ("promoted", store.champion())
