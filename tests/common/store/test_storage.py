import json
import uuid

import pytest

from common.errors import ArtifactError
from common.store import artifacts
from common.store.storage import Storage


@pytest.fixture(params=["local", "object store"])
def storage(request, tmp_path):
    local = request.param == "local"
    return Storage(
        str(tmp_path / "store") if local else f"memory://{uuid.uuid4().hex}/store"
    )


@pytest.fixture
def folder(tmp_path):
    def save(draft):
        (draft / "head.npz").write_bytes(b"\x00weights")
        (draft / "head.json").write_text("{}")

    return artifacts.write(
        tmp_path / "made", role="model", name="brand", kind="head", save=save
    )


def test_text_comes_back_as_it_was_written(storage):
    storage.write_text("newest/brand", "old")
    storage.write_text("newest/brand", "größe 😀\n")
    assert storage.read_text("newest/brand") == "größe 😀\n"
    assert storage.read_text("newest/price") is None


def test_nothing_is_created_by_reading(tmp_path):
    storage = Storage(str(tmp_path / "store"))
    assert (storage.read_text("champion"), storage.keys("releases")) == (None, [])
    assert list(tmp_path.iterdir()) == []


def test_keys_are_the_names_below_a_prefix(storage):
    for key in ("releases/b.json", "releases/a.json", "champion"):
        storage.write_text(key, "x")
    assert storage.keys("releases") == ["a.json", "b.json"]


def test_an_artifact_comes_back_as_it_was_published(storage, folder, tmp_path):
    storage.publish(folder, "artifacts/one")
    storage.publish(folder, "artifacts/one")
    fetched = storage.fetch("artifacts/one", tmp_path / "cache" / "one")
    assert artifacts.read(fetched) == artifacts.read(folder)
    assert (fetched / "head.npz").read_bytes() == b"\x00weights"
    assert [path.name for path in fetched.parent.iterdir()] == ["one"]


def test_a_part_of_an_artifact_is_none(storage, folder, tmp_path):
    storage.write_text("artifacts/one/head.json", "{}")
    with pytest.raises(ArtifactError, match="there is no artifact at .*artifacts/one"):
        storage.fetch("artifacts/one", tmp_path / "one")
    storage.publish(folder, "artifacts/one")
    assert (
        artifacts.read(storage.fetch("artifacts/one", tmp_path / "one")).name == "brand"
    )


def test_the_manifest_is_published_last(storage, folder, monkeypatch):
    sent = []
    put = storage._put

    def record(data, key):
        sent.append(key)
        put(data, key)

    monkeypatch.setattr(storage, "_put", record)
    storage.publish(folder, "artifacts/one")
    assert sent[-1] == f"artifacts/one/{artifacts.MANIFEST}"
    assert len(sent) == 3


def test_a_damaged_artifact_is_not_published(storage, folder):
    (folder / "head.json").write_text("[]")
    with pytest.raises(ArtifactError, match="does not match its checksum"):
        storage.publish(folder, "artifacts/one")
    assert storage.keys("artifacts") == []


def test_a_file_damaged_in_the_store_is_not_fetched(storage, folder, tmp_path):
    storage.publish(folder, "artifacts/one")
    storage.write_text("artifacts/one/head.json", "[]")
    with pytest.raises(
        ArtifactError, match=r"head.json of artifact .* does not match its checksum"
    ):
        storage.fetch("artifacts/one", tmp_path / "cache" / "one")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_file_missing_in_the_store_is_named(storage, folder, tmp_path):
    manifest = json.loads((folder / artifacts.MANIFEST).read_text())
    manifest["files"]["more.json"] = "0" * 64
    storage.publish(folder, "artifacts/one")
    storage.write_text(f"artifacts/one/{artifacts.MANIFEST}", json.dumps(manifest))
    with pytest.raises(ArtifactError, match="lacks its file more.json"):
        storage.fetch("artifacts/one", tmp_path / "cache" / "one")


def test_a_cached_artifact_is_reused_and_a_damaged_one_fetched_again(
    storage, folder, tmp_path
):
    storage.publish(folder, "artifacts/one")
    cached = storage.fetch("artifacts/one", tmp_path / "cache" / "one")
    made = cached.stat().st_ino
    assert storage.fetch("artifacts/one", cached).stat().st_ino == made
    (cached / "head.json").write_text("[]")
    storage.fetch("artifacts/one", cached)
    assert (cached / "head.json").read_text() == "{}"


def test_an_artifact_of_an_older_schema_is_refused_by_its_id(storage, folder, tmp_path):
    storage.publish(folder, "artifacts/one")
    manifest = json.loads(storage.read_text(f"artifacts/one/{artifacts.MANIFEST}"))
    older = json.dumps(manifest | {"schema": 1})
    storage.write_text(f"artifacts/one/{artifacts.MANIFEST}", older)
    with pytest.raises(ArtifactError, match=r"^artifact one has schema 1, older"):
        storage.fetch("artifacts/one", tmp_path / "one")
