import json
from datetime import UTC, datetime, timedelta

import pytest

from common.errors import ArtifactError, RefusedError
from common.store import promotion_hold
from common.store.release import ReleaseStore
from common.store.storage import Storage
from pipelines.registry.garbage import GRACE, find_garbage, remove

LATER = datetime.now(UTC) + 2 * GRACE
"""A time at which nothing in the store is new."""


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
        models = {"price": artifact_id}
        return store.publish(models, LATER - timedelta(days=days))

    return publish


def _collect(store, keep=1, aliased=(), now=LATER):
    garbage = find_garbage(store, keep, aliased, now)
    remove(store, garbage)
    return garbage


def test_old_releases_go_with_everything_that_only_they_have(store, release):
    old, new = release("old", days=9), release("new", days=8)

    _collect(store)

    storage, [kept] = Storage(store.url), new.models.values()
    assert store.releases() == [new.id]
    with pytest.raises(ArtifactError, match="there is no artifact"):
        store.manifest(old.models["price"])
    assert storage.keys("cards") == [f"{kept}.md"]
    assert store.check(new.id) == new
    assert _collect(store).artifacts == ()


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
    assert (found.releases, found.artifacts, found.runs) == ((), (), ())
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
    assert _collect(store).runs == ("old",)


def test_results_of_steps_go_with_their_artifact_or_with_age(store, artifact, release):
    kept = release("new").models["price"]
    storage = Storage(store.url)
    results = {"kept": {"artifact": kept}, "gone": {"artifact": "x"}, "metrics": {}}
    for name, result in results.items():
        storage.write_text(f"steps/{name}.json", json.dumps(result))

    assert find_garbage(store, 1, (), datetime.now(UTC)).results == ("gone.json",)
    assert find_garbage(store, 1, (), LATER).results == ("gone.json", "metrics.json")


def test_a_release_that_is_promoted_meanwhile_is_put_back(store, release):
    old, _ = release("old", days=9), release("new", days=8)
    garbage = find_garbage(store, 1, (), LATER)
    store.promote(old.id)

    with pytest.raises(RefusedError, match="the champion changed meanwhile"):
        remove(store, garbage)
    assert store.check() == old
