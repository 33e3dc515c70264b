"""After an erasure neither the home folder nor the store has a byte of the erased rows."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from common.child_processes import python_environment
from common.errors import ArtifactError, InputError, UnavailableError
from common.progress import ignore_progress
from common.snapshot import Snapshot
from common.store.storage import Storage
from ingest.ingest import Options, ingest_file
from ingest.outcomes.source import ingest_outcomes
from ingest.outcomes.without_rows import has_rows, rows_of
from pipelines.data_checks.profile import profile, read_profile, write_profile
from pipelines.registry import snapshot_erasure
from pipelines.registry.snapshot_erasure import erase_from_snapshots
from pipelines.training.challenger_count import count_attempt, read_attempt
from pipelines.training.snapshot_store import open_stored, publish_snapshot
from tests.ingest.outcomes.bytes_of_files import files_with
from tests.ingest.outcomes.shop import Shop, make_photo

SELLER = rows_of("seller-1")
NEEDLES = (b"seller-1", b"thing-of-1", make_photo(1))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A snapshot of four sellers, outside of any home folder."""
    folder = tmp_path_factory.mktemp("shop")
    shop = Shop(folder)
    for number in range(12):
        seller = number % 4
        shop.put_up(
            seller=f"seller-{seller}",
            photos=[make_photo(seller)],
            description=f"thing-of-{seller}",
            category=f"Home/{seller}",
        )
    return ingest_outcomes(
        shop.database, shop.photos, folder / "out", Options(), ignore_progress
    )


@pytest.fixture
def world(settings, made, tmp_path):
    """A home folder and a store with the snapshot, and what runs made of its rows."""
    copied = shutil.copytree(made.path, tmp_path / "copy")
    shutil.copytree(made.path, settings.home / "snapshots" / "november")
    storage = Storage(settings.store)
    publish_snapshot(storage, Snapshot.open(copied), settings.cache)
    shutil.rmtree(copied)

    write_profile(storage, profile(made))
    count_attempt(storage, made.id, "price", "a" * 16)
    vectors = settings.cache / "vectors" / "encoder" / "batch"
    vectors.mkdir(parents=True)
    np.save(vectors / "keys.npy", np.zeros((1, 16), np.uint8))
    shutil.copytree(made.path, settings.cache / "tuning" / "study" / "snapshot")
    return settings


def ids(storage):
    names = storage.keys("snapshots")
    return [name for name in names if not name.endswith(".json")]


def test_neither_home_nor_store_has_a_byte_of_the_seller(world, made):
    assert len(files_with(world.home, *NEEDLES)) >= 4

    replaced = erase_from_snapshots(world, SELLER)

    assert files_with(world.home, *NEEDLES) == []
    assert files_with(world.home, b"thing-of-2") != []
    assert [each.old for each in replaced] == [made.id, made.id]
    assert ids(Storage(world.store)) == [replaced[1].new] == [replaced[0].new]
    assert not (world.cache / "vectors" / "encoder").exists()
    assert erase_from_snapshots(world, SELLER) == []


def test_later_runs_compare_with_the_rows_that_are_left(world, made):
    new = erase_from_snapshots(world, SELLER)[0].new

    storage = Storage(world.store)
    assert read_profile(storage, made.id).rows == 9
    assert read_attempt(storage, new, "price", "b" * 16) == 2


def test_snapshots_elsewhere_are_named(world, made, tmp_path):
    elsewhere = shutil.copytree(made.path, tmp_path / "elsewhere")

    replaced = erase_from_snapshots(world, SELLER, [elsewhere])

    assert [each.address for each in replaced][1] == str(elsewhere)
    assert not has_rows(Snapshot.open(elsewhere), SELLER)


def test_a_snapshot_of_a_table_is_refused(world, tmp_path):
    (tmp_path / "t.csv").write_text("title,seller_id\n" + "lamp,seller-1\n" * 20)
    ingest_file(tmp_path / "t.csv", tmp_path / "t", Options(), ignore_progress)

    with pytest.raises(InputError, match="was made of a table: erase the seller there"):
        erase_from_snapshots(world, SELLER, [tmp_path / "t"])


def test_a_snapshot_without_other_rows_is_removed(world, made):
    for number in range(4):
        replaced = erase_from_snapshots(world, rows_of(f"seller-{number}"))

    assert {each.new for each in replaced} == {""}
    assert ids(Storage(world.store)) == list((world.home / "snapshots").iterdir()) == []
    assert files_with(world.home, b"thing-of") == []


def test_what_killed_runs_left_behind_is_removed(world, made, monkeypatch):
    shutil.copytree(made.path, world.home / "snapshots" / ".december.draft")
    shutil.copytree(made.path, world.cache / ".draft.4999999-1.tmp" / "snapshot")
    part = Path(world.store, "snapshots", "0123456789abcdef")
    shutil.copytree(made.path, part)
    (part / "manifest.json").unlink()

    with pytest.raises(UnavailableError, match="0123456789abcdef .* is being written"):
        erase_from_snapshots(world, SELLER)
    monkeypatch.setattr(snapshot_erasure, "WRITING_TIME", timedelta())
    erase_from_snapshots(world, SELLER)

    assert files_with(world.home, *NEEDLES) == []


def test_a_manifest_that_cannot_be_read_stops_the_erasure(world, made):
    storage = Storage(world.store)
    storage.write_text(f"snapshots/{made.id}/manifest.json", "half a mani")

    with pytest.raises(ArtifactError, match="remove it, and erase again"):
        erase_from_snapshots(world, SELLER)


MOMENTS = {
    "before a folder is renamed": "pathlib.Path.rename = kill",
    "between two names of a folder": "ingest.outcomes.replacement.finish_replacement = "
    "lambda path: path.exists() or kill()",
    "while a folder is removed": "shutil.rmtree = lambda path, **_: "
    "str(path).endswith('.removed') and ((path / 'manifest.json').unlink(), kill())",
    "before a snapshot is published": "snapshot_erasure.publish_snapshot = kill",
    "while a snapshot is published": "Storage.upload = lambda self, key, path: "
    "key.endswith('manifest.json') and kill() or upload(self, key, path)",
    "before the old one is replaced": "Storage.write_text = kill",
    "while the old one is removed": "Storage.remove = lambda self, key: "
    "(remove(self, key), kill())",
    "before all of the old one is removed": "Storage.remove = lambda self, key: "
    "kill() if len(key) < 30 else remove(self, key)",
}

QUICK = ("between two names of a folder", "before all of the old one is removed")
"""Moments that every run tries."""

PROGRAM = """
import os, pathlib, shutil, signal, sys
import ingest.outcomes.replacement
from common.settings import Settings
from common.store.storage import Storage
from ingest.outcomes.without_rows import rows_of
from pipelines.registry import snapshot_erasure
def kill(*args, **named):
    os.kill(os.getpid(), signal.SIGKILL)
upload, remove = Storage.upload, Storage.remove
{moment}
settings = Settings.from_environment({{"LISTREC_HOME": sys.argv[1]}})
snapshot_erasure.erase_from_snapshots(settings, rows_of("seller-1"))
"""


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(moment, marks=() if moment in QUICK else pytest.mark.slow)
        for moment in MOMENTS
    ],
)
def test_an_erasure_that_was_killed_is_finished_by_the_next_one(world, moment):
    program = PROGRAM.format(moment=MOMENTS[moment])
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", program, world.home],
        env=os.environ | python_environment({"PYTHONPATH": str(root)}),
        check=False,
    )
    assert done.returncode == -9

    erase_from_snapshots(world, SELLER)

    assert files_with(world.home, *NEEDLES) == []
    [left] = ids(Storage(world.store))
    assert Snapshot.open(Path(world.store) / "snapshots" / left).id == left
    november = Snapshot.open(world.home / "snapshots" / "november")
    assert november.id == left
    assert os.listdir(world.home / "snapshots") == ["november"]


def test_a_bucket_is_searched_and_its_copy_on_this_machine_too(
    settings, made, tmp_path, s3_url
):
    moved = replace(settings, store=f"{s3_url}/store")
    storage = Storage(moved.store)
    copied = shutil.copytree(made.path, tmp_path / "copy")
    publish_snapshot(storage, Snapshot.open(copied), moved.cache)

    [replaced] = erase_from_snapshots(moved, SELLER)

    assert storage.usage(f"snapshots/{made.id}").written is None
    fetched = open_stored(storage, replaced.new, moved.cache)
    assert fetched.path.is_relative_to(moved.cache)
    assert not has_rows(fetched, SELLER)
    assert files_with(moved.cache, *NEEDLES) == []
