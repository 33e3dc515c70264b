"""A snapshot says what it is, and notices when it is not."""

import json

import pytest
from PIL import Image

from common.errors import ArtifactError, InputError
from common.listing import FEE_INCLUDED, ITEM
from common.photos import reading
from common.progress import ignore_progress
from common.snapshot import Snapshot
from ingest.ingest import Options, ingest_file
from ingest.options import ReadOptions


@pytest.fixture
def folder(tmp_path):
    source = tmp_path / "t.jsonl"
    Image.new("RGB", (8, 8)).save(tmp_path / "a.jpg")
    rows = [
        {"title": f"thing {n}", "price": n + 1, "photos": ["a.jpg"]} for n in range(30)
    ]
    source.write_text("\n".join(map(json.dumps, rows)))
    ingest_file(source, tmp_path / "snapshot", Options(), ignore_progress)
    return tmp_path / "snapshot"


def rewrite(folder, **changes):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_counts_and_reads_its_splits(folder):
    snapshot = Snapshot.open(folder)
    assert snapshot.count("train") == len(snapshot.read("train")) > 15
    assert snapshot.read("train") == snapshot.read("train")
    (photo,) = snapshot.read("train")[0].photos
    assert reading.read_bytes(photo) == (folder.parent / "a.jpg").read_bytes()
    assert len(snapshot.id) == 16


def test_single_columns_hold_what_the_listings_hold(folder):
    snapshot = Snapshot.open(folder)
    shards = list(snapshot.columns("train", ("price", "brand")))

    prices, brands = (
        [value for columns in shards for value in columns[index]] for index in (0, 1)
    )
    assert prices == [row.price for row in snapshot.read("train")]
    assert brands == [row.brand for row in snapshot.read("train")]


def test_there_is_no_fourth_split(folder):
    with pytest.raises(InputError, match="no split 'dev'"):
        Snapshot.open(folder).count("dev")


def test_nothing_there_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="there is no snapshot at"):
        Snapshot.open(tmp_path / "none")


def test_refuses_a_newer_schema(folder):
    rewrite(folder, schema=99, novelty=1)
    with pytest.raises(ArtifactError, match="schema 99, newer than 3"):
        Snapshot.open(folder)


def test_a_snapshot_of_the_first_schema_has_its_rows_and_no_photos(folder):
    values = json.loads((folder / "manifest.json").read_text())
    del values["photos"]
    (folder / "manifest.json").write_text(json.dumps(values | {"schema": 1}))
    snapshot = Snapshot.open(folder)
    assert len(snapshot.read("train")) == snapshot.count("train")
    assert snapshot.read("train")[0].photos == ()


def test_prices_of_an_old_snapshot_are_those_of_the_item(folder):
    values = json.loads((folder / "manifest.json").read_text())
    assert values.pop("price_basis") == ITEM
    (folder / "manifest.json").write_text(json.dumps(values | {"schema": 2}))

    snapshot = Snapshot.open(folder)
    assert snapshot.manifest.price_basis == ""
    assert snapshot.price_basis == ITEM


def test_a_snapshot_says_that_its_prices_include_the_fee(folder, tmp_path):
    options = Options(ReadOptions(prices="fee-included"))
    table, out = tmp_path / "t.jsonl", tmp_path / "included"
    snapshot = ingest_file(table, out, options, ignore_progress)

    assert snapshot.price_basis == FEE_INCLUDED
    assert snapshot.id != Snapshot.open(folder).id
    profile = (out / "profile.md").read_text()
    assert "with the fee for shipping where the buyer pays it" in profile


def test_a_basis_of_prices_that_is_not_known_is_refused(folder):
    rewrite(folder, price_basis="tax included")
    with pytest.raises(ArtifactError, match="no readable snapshot manifest"):
        Snapshot.open(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 1}', '{"schema": "x"}'])
def test_refuses_a_manifest_it_cannot_read(folder, text):
    (folder / "manifest.json").write_text(text)
    with pytest.raises(ArtifactError, match="no readable snapshot manifest"):
        Snapshot.open(folder)


def test_notices_a_changed_archive_of_photos(folder):
    archive = folder / "photos" / "00000.zip"
    archive.write_bytes(archive.read_bytes()[:-1] + b"!")
    with pytest.raises(
        ArtifactError, match="photos/00000.zip of snapshot .* its checksum"
    ):
        Snapshot.open(folder)


def test_notices_a_changed_and_a_missing_shard(folder):
    shard = folder / "test" / "part-00000.parquet"
    shard.write_bytes(shard.read_bytes()[:-1] + b"!")
    with pytest.raises(ArtifactError, match="does not match its checksum"):
        Snapshot.open(folder)
    shard.unlink()
    with pytest.raises(ArtifactError, match="lacks its file test/part-00000"):
        Snapshot.open(folder)
