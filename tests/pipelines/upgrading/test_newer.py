"""What a newer version wrote is read, or refused in a sentence: one may have to go back."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from cli.main import main
from common.errors import ArtifactError
from common.store import promotion_hold
from pipelines.data_checks.profile import read_profile


def add_field(store, key):
    """Give a record a field that this version does not know."""
    values = json.loads(store.storage.read_text(key))
    store.storage.write_text(key, json.dumps(values | {"novelty": 1}))


def test_fields_of_a_newer_version_are_left_out_of_records(old_store, capsys):
    storage = old_store.storage
    folders = [
        "snapshots",
        "history",
        *(f"runs/{name}" for name in storage.keys("runs")),
    ]
    for folder in folders:
        for name in storage.keys(folder):
            add_field(old_store, f"{folder}/{name}")

    [first, *_] = storage.keys("runs")
    for words in (["runs"], ["runs", first], ["history"], ["lineage"]):
        assert main(["registry", *words]) == 0
    [snapshot] = storage.keys("snapshots")
    assert read_profile(storage, snapshot.removesuffix(".json")).rows == 120


def test_a_hold_of_a_newer_version_holds(old_store):
    until = datetime.now(UTC) + timedelta(days=1)
    promotion_hold.write(old_store.storage, until, "shoes", "ann")
    add_field(old_store, "hold.json")
    assert promotion_hold.read(old_store.storage).reason == "shoes"


@pytest.mark.parametrize("kind", ["release", "artifact"])
def test_releases_and_artifacts_of_a_newer_layout_are_refused(old_store, kind):
    release = old_store.read()
    artifact = release.models["price"]
    keys = {
        "release": f"releases/{release.id}.json",
        "artifact": f"artifacts/{artifact}/manifest.json",
    }
    named = {"release": release.id, "artifact": artifact}
    values = json.loads(old_store.storage.read_text(keys[kind]))
    newer = json.dumps(values | {"schema": 99, "novelty": 1})
    old_store.storage.write_text(keys[kind], newer)

    with pytest.raises(ArtifactError, match=f"^{kind} .* newer than .*: update this"):
        (old_store.read if kind == "release" else old_store.manifest)(named[kind])
