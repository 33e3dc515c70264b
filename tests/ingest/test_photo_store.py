"""Photos of a snapshot: stored once, or refused with a reason; no row is lost over one."""

import csv
import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from common.errors import InputError
from common.photos import reading
from common.progress import ignore_progress
from common.snapshot import SPLITS
from ingest.ingest import Options, ingest_file


def photo(number, form="JPEG"):
    file = io.BytesIO()
    draw = np.random.default_rng(number)
    Image.fromarray(draw.integers(0, 255, (24, 24, 3), np.uint8)).save(file, form)
    return file.getvalue()


@pytest.fixture
def shop(tmp_path):
    """Builds a folder with photos and a table: ``shop({name: bytes}, [(title, photos), ...])``."""

    def build(photos, rows):
        for name, data in photos.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(data)
        text = io.StringIO()
        csv.writer(text).writerows([("id", "title", "photos"), *enumerate_rows(rows)])
        (tmp_path / "t.csv").write_text(text.getvalue())
        return tmp_path / "t.csv"

    return build


def enumerate_rows(rows):
    return [(f"r{number}", *row) for number, row in enumerate(rows)]


def ingest(table, **options):
    everything_trains = Options(fractions=(1.0, 0.0, 0.0), **options)
    out = table.parent / f"out-{len(list(table.parent.iterdir()))}"
    return ingest_file(table, out, everything_trains, ignore_progress)


def listings(snapshot):
    return {row.listing_id: row for split in SPLITS for row in snapshot.read(split)}


def problems(snapshot):
    rows = pq.read_table(snapshot.path / "photo_problems.parquet").to_pylist()
    return [
        (row["line"], row["listing_id"], row["photo"], row["reason"]) for row in rows
    ]


def test_photos_come_back_in_the_order_of_the_row(shop):
    table = shop(
        {"p/a.jpg": photo(1), "p/b.png": photo(2, "PNG")}, [("vase", "p/b.png|p/a.jpg")]
    )
    snapshot = ingest(table)
    contents = [reading.read_bytes(photo) for photo in listings(snapshot)["r0"].photos]
    assert contents == [photo(2, "PNG"), photo(1)]
    assert snapshot.manifest.photos == {
        "referenced": 2, "distinct": 2, "stored": 2, "missing": 0, "addresses": 0, "broken": 0,
        "left_out": 0,
    }  # fmt: skip


def test_a_missing_or_broken_photo_is_told_and_the_row_stays(shop):
    table = shop(
        {"a.jpg": photo(1), "cut.jpg": photo(2)[:400], "text.jpg": b"hello"},
        [
            ("vase", "a.jpg|none.jpg"),
            ("cup", "cut.jpg"),
            ("pan", "text.jpg|../a.jpg"),
            ("pot", ""),
        ],
    )
    snapshot = ingest(table)
    assert [len(row.photos) for row in listings(snapshot).values()] == [1, 0, 0, 0]
    assert problems(snapshot) == [
        (2, "r0", "none.jpg", "there is no such file"),
        (3, "r1", "cut.jpg", "the photo is damaged: it ends too early"),
        (4, "r2", "text.jpg", "the file is a document and not a photo"),
        (4, "r2", "../a.jpg", "the path leads out of the folder of the photos"),
    ]
    counts = snapshot.manifest.photos
    assert (counts["referenced"], counts["missing"], counts["broken"]) == (5, 2, 2)
    profile = (snapshot.path / "profile.md").read_text()
    assert "| the photo is damaged: it ends too early | 1 |" in profile
    assert "| broken | 2 |" in profile


def test_addresses_are_counted_by_themselves(shop):
    address = "https://shop.example/w_1,h_1/a.jpg"
    snapshot = ingest(shop({}, [("vase", f"{address}, {address}"), ("cup", "b.jpg")]))
    counts = snapshot.manifest.photos
    assert (counts["referenced"], counts["addresses"], counts["missing"]) == (3, 2, 1)
    assert problems(snapshot)[0] == (
        2, "r0", address,
        "the photo is an address, which is not fetched: download it and name the file",
    )  # fmt: skip


def test_names_of_any_shop_find_their_files(shop):
    names = [
        "IMG_1.JPG",
        "a b.jpg",
        "dress.jpg (1).jpg",
        "set 1; front.jpg",
        "c, d.jpg",
    ]
    cells = [
        "img_1.jpg|a%20b.jpg|dress.jpg (1).jpg",
        "set 1; front.jpg; a b.jpg",
        "['c, d.jpg', 'set 1; front.jpg']",
    ]
    photos = {name: photo(number) for number, name in enumerate(names)}
    snapshot = ingest(shop(photos, [("vase", cell) for cell in cells]))
    counts = snapshot.manifest.photos
    assert (counts["referenced"], counts["stored"], counts["distinct"]) == (7, 7, 5)


def test_a_row_with_nothing_but_broken_photos_is_rejected_with_the_reason(shop):
    snapshot = ingest(shop({"a.jpg": photo(1)}, [("", "a.jpg"), ("", "none.jpg")]))
    assert list(listings(snapshot)) == ["r0"]
    (row,) = pq.read_table(snapshot.path / "rejected.parquet").to_pylist()
    assert row["reasons"] == [
        "title and description are empty, and there is no such file"
    ]


def test_photos_beyond_the_tenth_are_left_out_and_counted(shop):
    names = [f"{number}.jpg" for number in range(13)]
    snapshot = ingest(
        shop({name: photo(1) for name in names}, [("vase", "|".join(names))])
    )
    assert len(listings(snapshot)["r0"].photos) == 10
    assert problems(snapshot) == [
        (2, "r0", "10.jpg", "only the first 10 photos are taken")
    ]
    assert snapshot.manifest.photos["left_out"] == 3
    assert snapshot.manifest.photos["distinct"] == 1


def test_rows_keep_their_order_among_rows_without_photos(shop):
    rows = [(f"thing {n}", "|".join(["a.jpg"] * (n % 3))) for n in range(40)] + [
        ("", "")
    ]
    snapshot = ingest(shop({"a.jpg": photo(1)}, rows))
    assert [row.title for row in listings(snapshot).values()] == [
        row[0] for row in rows[:-1]
    ]


def test_photos_may_lie_in_another_folder_or_archive(shop, tmp_path):
    table = shop({"elsewhere/p/a.jpg": photo(1)}, [("vase", "p/a.jpg")])
    with zipfile.ZipFile(tmp_path / "photos.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("p/a.jpg", photo(1))
    one = ingest(table, photos=tmp_path / "elsewhere")
    two = ingest(table, photos=tmp_path / "photos.zip")
    assert one.manifest.photos["stored"] == 1
    assert one.id == two.id
    assert ingest(table).id != one.id
    with pytest.raises(InputError, match="neither a folder"):
        ingest(table, photos=tmp_path / "none")


def test_a_table_and_its_photos_may_come_in_one_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "shop.zip", "w") as archive:
        archive.writestr("shop/photos/a.jpg", photo(1))
        archive.writestr("shop/t.csv", "title,photo\nvase,photos/a.jpg\n")
        archive.writestr("__MACOSX/shop/._t.csv", "")
    assert ingest(tmp_path / "shop.zip").manifest.photos["stored"] == 1


def test_the_same_photos_give_the_same_archives_and_id(shop):
    table = shop(
        {f"{n}.jpg": photo(n) for n in range(30)}, [("", f"{n}.jpg") for n in range(30)]
    )
    one, two = ingest(table), ingest(table)
    assert one.manifest.files == two.manifest.files
    assert "photos/00000.zip" in one.manifest.files
    assert one.id == two.id


def test_copies_of_a_listing_that_is_only_a_photo_stay_together(shop):
    table = shop(
        {f"{n}.jpg": photo(n % 20) for n in range(60)},
        [("", f"{n}.jpg") for n in range(60)],
    )
    out = table.parent / "split"
    snapshot = ingest_file(
        table, out, Options(fractions=(0.4, 0.3, 0.3)), ignore_progress
    )
    seen = [{row.photos[0].path for row in snapshot.read(split)} for split in SPLITS]
    assert sum(map(len, seen)) == 20


@pytest.mark.real_rows
def test_every_photo_of_real_clothes_is_stored(tmp_path):
    folder = os.environ.get("LISTREC_DATA")
    if not folder:
        pytest.skip("LISTREC_DATA is not set")
    table = Path(folder) / "clothing" / "listings.csv"
    snapshot = ingest_file(table, tmp_path / "out", Options(), ignore_progress)
    assert (
        snapshot.manifest.photos["stored"]
        == snapshot.manifest.rows["accepted"]
        == 4_076
    )
    assert problems(snapshot) == []
