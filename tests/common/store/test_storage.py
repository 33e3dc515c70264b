import json
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from common.errors import ArtifactError, InputError, UnavailableError
from common.store import artifacts
from common.store.storage import Storage, Usage


@pytest.fixture
def storage(store_url):
    return Storage(store_url)


@pytest.fixture
def folder(tmp_path):
    def save(draft):
        (draft / "head.npz").write_bytes(b"\x00weights" * 700_000)
        (draft / "head.json").write_text("{}")

    return artifacts.write(
        tmp_path / "made", role="model", name="brand", kind="head", save=save
    )


def test_text_comes_back_as_it_was_written(storage):
    storage.write_text("newest/brand", "old")
    storage.write_text("newest/brand", "größe 😀\n")
    assert storage.read_text("newest/brand") == "größe 😀\n"
    assert storage.read_text("newest/price") is None


def test_the_usage_of_a_key_is_that_of_everything_below_it(storage):
    before = datetime.now(UTC) - timedelta(seconds=2)
    for key in ("snapshots/a/manifest.json", "snapshots/a/train/0", "snapshots/ab"):
        storage.write_text(key, "four")

    found = storage.usage("snapshots/a")
    assert (found.size, storage.usage("snapshots/ab").size) == (8, 4)
    assert found.written > before
    assert storage.usage("nothing") == Usage(0, None)


def test_nothing_is_created_by_reading(tmp_path):
    storage = Storage(str(tmp_path / "store"))
    assert (storage.read_text("champion"), storage.keys("releases")) == (None, [])
    assert list(tmp_path.iterdir()) == []


def test_a_path_and_a_file_url_are_the_same_store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Storage("store").write_text("champion", "r1")
    assert Storage(f"file://{tmp_path}/store/").read_text("champion") == "r1"


@pytest.mark.parametrize("store_url", ["folder", "bucket", "google"], indirect=True)
def test_a_text_is_replaced_only_where_it_is_the_expected_one(storage):
    assert not storage.replace_text("champion", "r1", "r2")
    assert storage.replace_text("champion", None, "r1")
    assert not storage.replace_text("champion", None, "r2")
    assert storage.replace_text("champion", "r1", "r2")
    assert not storage.replace_text("champion", "r1", "r3")
    assert storage.read_text("champion") == "r2"


def test_a_reader_sees_one_whole_text_while_it_is_replaced(storage):
    texts = ["a" * 300_000, "b" * 300_000]
    storage.write_text("card", texts[0])

    def write():
        for number in range(20):
            storage.write_text("card", texts[number % 2])

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    while writer.is_alive():
        seen.append(storage.read_text("card"))
    assert seen
    assert set(seen) <= set(texts)


def test_keys_are_the_names_below_a_prefix(storage):
    for key in ("releases/b.json", "releases/a.json", "champion"):
        storage.write_text(key, "x")
    storage.replace_text("releases/c.json", None, "x")  # leaves a lock in a folder
    assert storage.keys("releases") == ["a.json", "b.json", "c.json"]


@pytest.mark.parametrize("store_url", ["folder", "bucket", "google"], indirect=True)
def test_a_large_file_comes_back_as_it_was_uploaded(storage, tmp_path, monkeypatch):
    monkeypatch.setattr("common.store.bucket.PIECE_BYTES", 400_000)
    (tmp_path / "photos.zip").write_bytes(bytes(range(256)) * 4_000)
    fractions = []

    storage.upload("snapshots/one/photos.zip", tmp_path / "photos.zip")
    copy = tmp_path / "copy"

    assert storage.download("snapshots/one/photos.zip", copy, fractions.append)
    assert copy.read_bytes() == (tmp_path / "photos.zip").read_bytes()
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert not storage.download("snapshots/two/photos.zip", copy)


@pytest.mark.parametrize("store_url", ["bucket"], indirect=True)
def test_an_object_that_is_replaced_while_it_is_read_is_refused(
    storage, tmp_path, monkeypatch
):
    monkeypatch.setattr("common.store.bucket.PIECE_BYTES", 4)
    storage.write_text("shop.csv", "title,price")

    with pytest.raises(InputError, match="was replaced while it was read"):
        storage.download(
            "shop.csv",
            tmp_path / "copy",
            lambda done: storage.write_text("shop.csv", "other"),
        )


def test_an_artifact_comes_back_as_it_was_published(storage, folder, tmp_path):
    storage.publish(folder, "artifacts/one")
    storage.publish(folder, "artifacts/one")
    fetched = storage.fetch("artifacts/one", tmp_path / "cache" / "one")
    assert artifacts.read(fetched) == artifacts.read(folder)
    assert (fetched / "head.npz").read_bytes() == b"\x00weights" * 700_000
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
    write = storage._objects.write

    def record(key, data):
        sent.append(key)
        write(key, data)

    monkeypatch.setattr(storage._objects, "write", record)
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


def test_an_unknown_scheme_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="ftp://shop has an unknown scheme: .* s3://"):
        Storage("ftp://shop")


@pytest.mark.parametrize("url", ["s3:///listrec", "gs://", "s3://shop/a//b"])
def test_a_url_that_names_no_prefix_of_a_bucket_is_a_sentence(url):
    with pytest.raises(InputError, match=f"{url} cannot be opened: Generic URL error"):
        Storage(url)


def test_a_folder_that_is_a_file_is_a_sentence(tmp_path):
    (tmp_path / "store").write_text("")
    storage = Storage(str(tmp_path / "store"))
    with pytest.raises(InputError, match="champion cannot be read: Not a directory"):
        storage.read_text("champion")
    with pytest.raises(InputError, match="champion cannot be written: "):
        storage.write_text("champion", "r1")


def test_a_bucket_that_is_not_there_is_a_sentence(s3_url):
    storage = Storage("s3://nowhere/listrec")
    for use in (lambda: storage.read_text("champion"), lambda: storage.keys("cards")):
        with pytest.raises(InputError, match="no bucket for s3://nowhere/listrec"):
            use()


def test_a_bucket_that_does_not_answer_is_a_sentence(free_port, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(UnavailableError, match="^s3://shop/x does not answer: HTTP"):
        Storage("s3://shop/x").read_text("champion")


def test_credentials_of_one_prefix_are_refused_on_another(s3, s3_url, monkeypatch):
    for name, value in s3.environment("team-a").items():
        monkeypatch.setenv(name, value)
    own, other = Storage("s3://shop/team-a"), Storage("s3://shop/team-b")
    own.write_text("champion", "r1")
    assert (own.read_text("champion"), own.keys("cards")) == ("r1", [])

    for use in (
        lambda: other.read_text("champion"),
        lambda: other.write_text("champion", "r2"),
        lambda: other.replace_text("champion", None, "r2"),
        lambda: other.keys("cards"),
    ):
        with pytest.raises(InputError, match="^s3://shop/team-b refuses access to "):
            use()


@pytest.mark.usefixtures("s3_url")
def test_unknown_credentials_are_refused_and_not_shown(monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret")
    with pytest.raises(InputError, match="refuses access to champion") as caught:
        Storage("s3://shop/team-a").read_text("champion")
    assert "wrong-secret" not in str(caught.value)


FORK = """
import os, sys
from common.store.storage import Storage

storage = Storage(sys.argv[1])
storage.read_text("champion")
if os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
Storage(sys.argv[1]).read_text("champion")
"""


def test_a_bucket_in_a_process_that_was_forked_from_its_user_is_an_error(s3_url):
    done = subprocess.run(
        [sys.executable, "-c", FORK, s3_url], capture_output=True, timeout=60
    )
    assert (done.returncode, b"before this process was forked" in done.stderr) == (
        1,
        True,
    )


def test_what_is_removed_is_gone_with_everything_below_it(storage):
    for key in ("runs/a/one", "runs/a/two", "runs/ab/one", "cards/c"):
        storage.write_text(key, "x")
    for key in ("runs/a", "cards/c", "cards/nothing"):
        storage.remove(key)
    assert storage.keys("runs/a") == storage.keys("cards") == []
    assert storage.keys("runs/ab") == ["one"]


def test_a_text_has_the_time_at_which_it_was_written(storage):
    storage.write_text("champion", "r1")
    age = datetime.now(UTC) - storage.modified("champion")
    assert abs(age) < timedelta(minutes=5)
    assert storage.modified("newest/price") is None
