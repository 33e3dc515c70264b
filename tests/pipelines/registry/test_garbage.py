import json
from datetime import UTC, datetime, timedelta

import pytest

from common.errors import ArtifactError, RefusedError
from common.experiments import published
from common.experiments.published import Published
from common.store import promotion_hold
from common.store.release import ReleaseStore
from common.store.storage import Storage
from pipelines.registry.garbage import GRACE, find_garbage
from pipelines.registry.removal import remove
from pipelines.training.challenger_count import count_attempt
from tests.common.experiments.files import TOP_3
from tests.pipelines.registry.conftest import NOW

LATER = datetime.now(UTC) + 2 * GRACE
"""A time at which nothing in the store is new."""

SNAPSHOTS = ("monday", "sunday")
"""Ids of snapshots; the artifacts of these tests are trained on the first."""


@pytest.fixture(params=["folder", "bucket"])
def store(request, settings):
    """A store in a folder, then on a real server of S3."""
    if request.param == "folder":
        return ReleaseStore(settings.store)
    return ReleaseStore(request.getfixturevalue("s3_url"))


@pytest.fixture
def release(store, artifact):
    """Publish a release of a price model with some content, so many days ago."""

    def publish(content, days=30):
        artifact_id = artifact("price", content=content)
        store.write_card(artifact_id, f"# {content}")
        store.write_companion(artifact_id, "MLmodel", "loader_module: x")
        models = {"price": artifact_id}
        return store.publish(models, LATER - timedelta(days=days))

    return publish


def _collect(store, keep=1, aliased=(), now=LATER):
    garbage = find_garbage(store, keep, aliased, now)
    remove(store, garbage)
    return garbage


def _keys(store, folder):
    return Storage(store.url).keys(folder)


def _keep_snapshot(store, snapshot):
    """Keep a snapshot with everything that steps keep about it."""
    storage = Storage(store.url)
    for name in ("train/part-0.parquet", "manifest.json"):
        storage.write_text(f"snapshots/{snapshot}/{name}", "rows")
    storage.write_text(f"snapshots/{snapshot}.json", "profile")
    storage.write_text(f"splits/{snapshot}.json", "rule")
    count_attempt(storage, snapshot, "price", "p1")


def test_old_releases_go_with_everything_that_only_they_have(store, release):
    old, new = release("old", days=9), release("new", days=8)

    _collect(store)

    storage, [kept] = Storage(store.url), new.models.values()
    assert store.releases() == [new.id]
    with pytest.raises(ArtifactError, match="there is no artifact"):
        store.manifest(old.models["price"])
    assert storage.usage(f"artifacts/{old.models['price']}").size == 0
    assert storage.keys("cards") == [f"{kept}.md"]
    assert store.check(new.id) == new
    assert _collect(store).artifacts == ()


def test_the_releases_of_variants_stay_until_their_experiment_is_over(store, release):
    old, _ = release("old", days=9), release("new", days=8)
    end = LATER.date() + timedelta(days=1)
    text = TOP_3.replace("parameters: {top_k: 3}", f"release: {old.id}")
    text = text.replace("end: 2026-12-14", f"end: {end}")
    published.write(store.storage, Published(), Published(1, {"top-3": text}))

    assert _collect(store).releases == ()
    assert _collect(store, now=LATER + timedelta(days=2)).releases == (old,)


def test_the_champion_and_those_before_it_stay(store, release):
    first, second, _ = release("a"), release("b"), release("c", days=1)
    store.promote(first.id)
    store.promote(second.id)

    assert _collect(store).releases == ()
    assert store.rollback() == first.id
    assert store.check() == first


def test_what_aliases_or_the_next_run_or_a_waiting_one_need_stays(
    store, artifact, release
):
    names = ["aliased", "newest", "pending", "nobody's"]
    aliased, newest, pending, unused = (artifact("price", content=n) for n in names)
    store.set_newest("encoders", f"{newest}\n{newest}")
    store.write_pending(json.dumps({"challengers": [{"artifact": pending}]}))

    assert _collect(store, aliased=[aliased]).artifacts == (unused,)


def test_what_a_run_made_stays_while_it_may_go_on(store, artifact, release, keep_run):
    making, published = artifact("price", content="making"), release("published")
    release("new", days=1)
    keep_run(
        "20261130-all", state="", release=published.id, records=[{"artifact": making}]
    )
    running = datetime(2026, 12, 1, tzinfo=UTC)

    found = find_garbage(store, 1, (), running)
    assert (found.releases, found.artifacts, found.others["runs"]) == ((), (), ())
    lost = find_garbage(store, 1, (), LATER + timedelta(days=8))
    assert lost.releases == (published,)
    assert making in lost.artifacts


def test_an_artifact_that_is_half_way_into_the_store_stays(store, release):
    release("new")
    Storage(store.url).write_text("artifacts/half/weights", "x")
    assert find_garbage(store, 1, (), datetime.now(UTC)).artifacts == ()
    assert find_garbage(store, 1, (), LATER).artifacts == ("half",)


def test_releases_that_wait_for_the_end_of_a_hold_stay(store, release, keep_run):
    waiting, _ = release("waiting", days=9), release("new", days=1)
    keep_run("a", state="held", release=waiting.id)
    storage = Storage(store.url)
    promotion_hold.write(storage, LATER + timedelta(days=1), "shoes", "ann")

    assert find_garbage(store, 1, (), LATER).releases == ()
    promotion_hold.lift(storage)
    assert find_garbage(store, 1, (), LATER).releases == (waiting,)


def test_records_of_runs_go_with_what_they_made(store, release, keep_run):
    old, new = release("old", days=9), release("new", days=1)
    keep_run("old", days=9, release=old.id)
    keep_run("kept", days=8, release=new.id)
    keep_run("newest", days=1, state="failed")
    assert _collect(store).others["runs"] == ("runs/old",)


def test_results_of_steps_go_with_their_artifact_or_with_age(store, artifact, release):
    kept = release("new").models["price"]
    storage = Storage(store.url)
    results = {"kept": {"artifact": kept}, "gone": {"artifact": "x"}, "metrics": {}}
    for name, result in results.items():
        storage.write_text(f"steps/{name}.json", json.dumps(result))

    def find(now):
        return find_garbage(store, 1, (), now).others["results"]

    assert find(datetime.now(UTC)) == ("steps/gone.json",)
    assert find(LATER) == ("steps/gone.json", "steps/metrics.json")


def test_a_release_that_is_promoted_meanwhile_is_put_back(store, release):
    old, _ = release("old", days=9), release("new", days=8)
    garbage = find_garbage(store, 1, (), LATER)
    store.promote(old.id)

    with pytest.raises(RefusedError, match="the champion changed meanwhile"):
        remove(store, garbage)
    assert store.check() == old


def test_a_snapshot_stays_as_long_as_an_artifact_was_trained_on_it(store, release):
    release("new")
    for snapshot in SNAPSHOTS:
        _keep_snapshot(store, snapshot)
    assert find_garbage(store, 1, (), datetime.now(UTC)).snapshots == ()

    garbage = _collect(store)

    assert garbage.snapshots == ("sunday",)
    assert garbage.sizes["snapshots"] == 2 * len("rows")
    for folder, name in (("snapshots", ""), ("snapshots", ".json"), ("attempts", "")):
        monday, sunday = (
            Storage(store.url).usage(f"{folder}/{snapshot}{name}").size
            for snapshot in SNAPSHOTS
        )
        assert (monday > 0, sunday) == (True, 0)
    assert _keys(store, "splits") == ["monday.json"]


def test_what_a_failed_run_needs_stays_for_a_week(store, artifact, release, keep_run):
    made = artifact("price", content="made")
    release("new", days=1)
    _keep_snapshot(store, "sunday")
    data = {"path": "snapshots/sunday", "id": "sunday"}
    records = [{"artifact": made}, data]
    keep_run("failed", state="failed", days=_before(6), records=records)
    keep_run("newest", days=_before(1))

    resumable = find_garbage(store, 1, (), LATER)
    assert made not in resumable.artifacts
    assert (resumable.snapshots, resumable.others["runs"]) == ((), ())
    lost = find_garbage(store, 1, (), LATER + timedelta(days=2))
    assert made in lost.artifacts
    assert (lost.snapshots, lost.others["runs"]) == (("sunday",), ("runs/failed",))


def _before(days):
    """Return days before ``LATER`` as days before ``NOW``."""
    return (NOW - LATER) / timedelta(days=1) + days


def test_attempts_at_test_rows_count_on_where_the_rows_are_gone(
    store, release, keep_run
):
    release("new", days=1)
    _keep_snapshot(store, "sunday")
    keep_run("refused", state="refused", records=[{"path": "x", "id": "sunday"}])

    assert _collect(store).snapshots == ("sunday",)
    assert _keys(store, "attempts") == ["sunday"]
    assert count_attempt(Storage(store.url), "sunday", "price", "p2") == 2


def test_states_of_trainings_go_a_week_after_their_last_epoch(store, release):
    release("new")
    storage = Storage(store.url)
    storage.write_bytes("checkpoints/abc.safetensors", b"state")

    assert find_garbage(store, 1, (), datetime.now(UTC)).others["checkpoints"] == ()
    _collect(store)
    assert _keys(store, "checkpoints") == []


def test_without_mlflow_artifacts_stay_and_the_rest_goes(store, release):
    old, _ = release("old", days=9), release("new", days=8)
    garbage = _collect(store, aliased=None)
    assert (garbage.releases, garbage.artifacts) == ((old,), ())
    assert store.manifest(old.models["price"]).name == "price"
    assert _collect(store).artifacts == tuple(old.models.values())
