"""A source in, a snapshot out, every row accounted for."""

import os
import tracemalloc
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import InputError
from common.listing import NO_BRAND
from common.progress import ignore_progress
from common.snapshot import SPLITS, Snapshot
from ingest import ingest as job
from ingest import shards as writing
from ingest import tables
from ingest.files import lines
from ingest.ingest import Options, ingest_file
from ingest.profile import counters
from simulator.source import ingest_synthetic

HEADER = "id,title,category,brand,price,seller\n"


def table(path, rows, bad=()):
    lines = [
        f"{n},thing {n},Home/Shelf {n % 7},{('unbranded', 'Acme')[n % 2]},{n % 90 + 1},\n"
        for n in range(rows)
    ]
    path.write_text(HEADER + "".join(lines) + "".join(bad))
    return path


def ingest(source, out, **options):
    return ingest_file(source, out, Options(**options), ignore_progress)


def test_every_row_is_accepted_or_rejected(tmp_path):
    source = table(
        tmp_path / "t.csv",
        50,
        bad=["x,y,z,1,2,3,4,5\n", "99, ,Home,Acme,5,\n", '98,"open,a,b,2,\n'],
    )
    rows = ingest(source, tmp_path / "out").manifest.rows
    assert (rows["read"], rows["accepted"], rows["rejected"]) == (53, 50, 3)
    assert sum(rows[split] for split in SPLITS) == 50


def test_a_bad_cell_is_listed_and_its_row_is_kept(tmp_path):
    source = table(tmp_path / "t.csv", 50, bad=["99,vase,Home,Acme,Free,s1\n"])
    manifest = ingest(source, tmp_path / "out").manifest
    assert (manifest.rows["accepted"], manifest.rows["rejected"]) == (51, 0)
    counts = dict(manifest.cells["price"])
    assert "'Free'" in counts.pop("reason")
    assert counts == {"read": 51, "used": 50, "dropped": 1}
    (cell,) = pq.read_table(tmp_path / "out" / "dropped_cells.parquet").to_pylist()
    assert (cell["line"], cell["listing_id"], cell["field"], cell["cell"]) == (
        52,
        "99",
        "price",
        "Free",
    )


CELLS = st.sampled_from(["", "n/a", "5", "x", "0", "Home", "-", "2024-05-31", "new"])


@given(st.lists(st.tuples(*[CELLS] * 6), min_size=1, max_size=20))
@settings(
    max_examples=30,
    # The first example imports pyarrow and jinja2.
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_filled_cell_is_used_or_dropped_or_says_that_it_is_empty(tmp_path, rows):
    names = ("price", "condition", "category", "brand", "listed_at", "shipping_payer")
    lines = [",".join(["cup", *cells]) for cells in rows]
    out = tmp_path / str(len(list(tmp_path.iterdir())))
    source = tmp_path / f"{out.name}.csv"
    source.write_text("\n".join([",".join(["title", *names]), *lines]))

    manifest = ingest(source, out).manifest
    dropped = Counter(pq.read_table(out / "dropped_cells.parquet")["field"].to_pylist())
    assert manifest.rows["accepted"] == len(rows)
    for name, cells in zip(names, zip(*rows, strict=True), strict=True):
        counts = manifest.cells.get(name, {"read": 0, "used": 0, "dropped": 0})
        n_filled = sum(bool(cell) for cell in cells)
        assert counts["used"] == manifest.coverage[name]
        assert counts["dropped"] == dropped[name]
        assert counts["used"] + counts["dropped"] == counts["read"] <= n_filled


def test_rejected_rows_keep_their_line_their_text_and_every_reason(tmp_path):
    source = table(tmp_path / "t.csv", 3, bad=["9, ,a/b,Acme,0," + "s" * 3000 + "\n"])
    ingest(source, tmp_path / "out")
    (row,) = pq.read_table(tmp_path / "out" / "rejected.parquet").to_pylist()
    assert row["line"] == 5
    assert row["source"].startswith("9, ,a/b,Acme,0,sss")
    assert len(row["source"]) == 2000
    assert [reason.split()[0] for reason in row["reasons"]] == [
        "price",
        "seller_id",
        "title,",
    ]


def test_rows_come_back_as_they_went_in(tmp_path):
    source = table(tmp_path / "t.csv", 40)
    snapshot = ingest(source, tmp_path / "out")
    by_id = {row.listing_id: row for split in SPLITS for row in snapshot.read(split)}
    assert len(by_id) == 40
    assert by_id["8"].brand == NO_BRAND
    assert (by_id["9"].brand, by_id["9"].category, by_id["9"].price) == (
        "Acme",
        "Home/Shelf 2",
        10,
    )


def test_the_same_file_and_seed_give_the_same_bytes_and_id(tmp_path):
    source = table(tmp_path / "t.csv", 300)
    one, two = (
        ingest(source, tmp_path / "a", seed=4),
        ingest(source, tmp_path / "b", seed=4),
    )
    assert one.id == two.id
    assert one.manifest.files == two.manifest.files
    assert ingest(source, tmp_path / "c", seed=5).id != one.id


def test_the_manifest_and_the_profile_describe_the_rows(tmp_path):
    source = table(tmp_path / "t.csv", 60, bad=["99, ,Home,Acme,5,\n"])
    manifest = ingest(source, tmp_path / "out").manifest
    assert manifest.coverage["brand"] == manifest.coverage["price"] == 60
    assert manifest.coverage["seller_id"] == manifest.coverage["sold_at"] == 0
    assert manifest.currencies == {"USD": 60}
    assert manifest.source["kind"] == "csv"
    profile = (tmp_path / "out" / "profile.md").read_text()
    for words in (
        "61 read: 60 accepted, 1 rejected",
        "| Home/Shelf 0 | 9 |",
        "| Acme | 30 |",
        "title, description and photos are all empty | 62 | 1",
    ):
        assert words in profile


def test_a_seller_is_never_on_both_sides(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        HEADER + "".join(f"{n},thing {n},,,5,s{n % 40}\n" for n in range(800))
    )
    snapshot = ingest(path, tmp_path / "out", fractions=(0.4, 0.3, 0.3))
    sellers = [{row.seller_id for row in snapshot.read(split)} for split in SPLITS]
    assert all(sellers)
    assert sum(map(len, sellers)) == 40


def test_a_long_table_that_is_sorted_by_seller_is_split_by_seller(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(tables, "SAMPLE_ROWS", 300)
    monkeypatch.setattr(job, "SAMPLE_ROWS", 300)
    lines = [f"{n},thing {n},,,5,s{n // 200}\n" for n in range(20_000)]
    (tmp_path / "t.csv").write_text(HEADER + "".join(lines))
    split = ingest(tmp_path / "t.csv", tmp_path / "out").manifest.split
    assert split["group_key"].startswith("seller_id")
    assert split["unusual"] == []


def test_shards_are_bounded_and_read_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "GROUP_ROWS", 10)
    monkeypatch.setattr(writing, "SHARD_ROWS", 25)
    source = table(tmp_path / "t.csv", 60)
    snapshot = ingest(source, tmp_path / "out", fractions=(1.0, 0.0, 0.0))
    shards = sorted((tmp_path / "out" / "train").iterdir())
    assert [pq.read_metadata(shard).num_rows for shard in shards] == [25, 25, 10]
    assert [row.listing_id for row in snapshot.read("train")] == [
        str(n) for n in range(60)
    ]
    sizes = [len(batch) for batch in snapshot.batches("train", 8)]
    assert (max(sizes), sum(sizes)) == (8, 60)


def test_a_snapshot_or_a_full_folder_is_never_overwritten(tmp_path):
    source = table(tmp_path / "t.csv", 5)
    first = ingest(source, tmp_path / "out")
    with pytest.raises(InputError, match="not changed"):
        ingest(source, tmp_path / "out")
    assert Snapshot.open(tmp_path / "out").id == first.id
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("dear")
    with pytest.raises(InputError, match="not an empty folder"):
        ingest(source, tmp_path / "mine")
    assert os.listdir(tmp_path / "mine") == ["file"]


@pytest.mark.parametrize(
    "text", [HEADER, HEADER.strip(), HEADER + "1, ,,,5,\n", HEADER + "\n \n"]
)
def test_a_table_without_a_usable_row_leaves_nothing_behind(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=r"no rows|none of the 1 rows"):
        ingest(path, tmp_path / "out")
    assert os.listdir(tmp_path) == ["t.csv"]


def test_an_interrupted_run_leaves_nothing_behind(tmp_path):
    def interrupt(message, fraction):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest_file(
            table(tmp_path / "t.csv", 9), tmp_path / "out", Options(), interrupt
        )
    assert os.listdir(tmp_path) == ["t.csv"]


def test_two_runs_at_once_do_not_mix(tmp_path):
    source = table(tmp_path / "t.csv", 9)
    refused = []

    def meanwhile(message, fraction):
        with pytest.raises(InputError, match="right now") as caught:
            ingest(source, tmp_path / "out")
        refused.append(caught)

    ingest_file(source, tmp_path / "out", Options(), meanwhile)
    assert refused
    assert Snapshot.open(tmp_path / "out").manifest.rows["accepted"] == 9


def test_memory_does_not_grow_with_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "SAMPLE_ROWS", 1_000)
    monkeypatch.setattr(lines, "BLOCK_BYTES", 4_096)
    monkeypatch.setattr(job, "BATCH_ROWS", 1_000)
    monkeypatch.setattr(writing, "GROUP_ROWS", 1_000)
    monkeypatch.setattr(counters, "MAX_VALUES", 1_000)
    peaks = []
    # The first run pays for what is loaded once; from the second on caches are full.
    for rows in (1_000, 24_000, 48_000):
        source = table(tmp_path / f"{rows}.csv", rows)
        tracemalloc.start()
        ingest(source, tmp_path / f"out-{len(peaks)}")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < peaks[1] * 1.3


def test_a_synthetic_shop_becomes_a_snapshot(tmp_path):
    options = Options(seed=3)
    one, two = (
        ingest_synthetic(200, tmp_path / name, options, ignore_progress, photos=True)
        for name in ("a", "b")
    )
    assert one.manifest.rows["read"] == one.manifest.rows["accepted"] == 200
    assert one.manifest.source["kind"] == "synthetic"
    assert one.manifest.photos["stored"] > 150
    assert one.id == two.id
    for name, checksum in one.manifest.files.items():
        assert two.manifest.files[name] == checksum or name == "profile.md"


@pytest.mark.real_rows
def test_accounts_for_every_row_of_the_corrupted_file(tmp_path):
    folder = os.environ.get("LISTREC_DATA")
    if not folder:
        pytest.skip("LISTREC_DATA is not set")
    source = Path(folder) / "mercari" / "test_corrupted.tsv"
    manifest = ingest(source, tmp_path / "out").manifest
    rows = manifest.rows
    assert rows["accepted"] + rows["rejected"] == rows["read"] == 10_022
    assert 10 <= rows["rejected"] <= 60

    rejected = pq.read_table(tmp_path / "out" / "rejected.parquet")
    assert rejected.num_rows == rows["rejected"]
    assert all(row["reasons"] for row in rejected.to_pylist())
    dropped = pq.read_table(tmp_path / "out" / "dropped_cells.parquet")
    n_dropped = sum(counts["dropped"] for counts in manifest.cells.values())
    assert dropped.num_rows == n_dropped > 50


def test_a_folder_of_parts_becomes_a_snapshot_as_a_file_does(tmp_path):
    parts = tmp_path / "shop.csv"
    parts.mkdir()
    for number in range(2):
        text = f"title,price\nthing {number},{number + 5}.50\n"
        (parts / f"part-0000{number}.csv").write_text(text)
    snapshot = ingest(parts, tmp_path / "out")
    assert snapshot.manifest.rows["accepted"] == 2
    assert len(str(snapshot.manifest.source["checksum"])) == 64
