"""Several sources of one snapshot: files, patterns, and objects in buckets."""

import gzip

import pytest

from cli.main import main
from common.snapshot import SPLITS, Snapshot
from common.store.storage import Storage
from tests.common.store.conftest import google_url

__all__ = ["google_url"]


def _day(day, header="id,title,price,seller_id,listed_at", rows=20):
    lines = [
        f"{day}-{row},lamp {row},{10 + row},seller {row % 10},2026-11-{day:02}"
        for row in range(rows)
    ]
    return "\n".join([header, *lines]) + "\n"


@pytest.fixture
def ingest(tmp_path, monkeypatch, capsys):
    """Ingest sources in a folder with two days; return exit code, output and snapshot."""
    monkeypatch.chdir(tmp_path)
    for day in (1, 2):
        (tmp_path / f"day-{day}.csv").write_text(_day(day))

    def start(*words):
        code = main(["ingest", *words, "--out", "out"])
        output = "".join(capsys.readouterr())
        made = Snapshot.open(tmp_path / "out") if (tmp_path / "out").exists() else None
        return code, output, made

    return start


def _listings(snapshot):
    return [listing for split in SPLITS for listing in snapshot.read(split)]


def test_several_files_are_one_table_whose_sellers_are_not_divided(ingest):
    code, output, snapshot = ingest("day-1.csv", "day-2.csv")

    assert code == 0, output
    assert snapshot.manifest.source["name"] == "day-1.csv and 1 more"
    splits = [{row.seller_id for row in snapshot.read(split)} for split in SPLITS]
    assert len(_listings(snapshot)) == 40
    assert sum(map(len, splits)) == len(set.union(*splits)) == 10


def test_a_pattern_names_the_same_files_and_gives_the_same_snapshot(ingest, tmp_path):
    _, _, listed = ingest("day-1.csv", "day-2.csv", "day-1.csv")
    (tmp_path / "out").rename(tmp_path / "listed")
    _, _, matched = ingest("day-*.csv")

    assert matched.id == listed.id


def test_files_may_differ_in_encoding_delimiter_and_compression(ingest, tmp_path):
    text = _day(3).replace(",", ";").replace("lamp", "lämpe")
    (tmp_path / "day-3.csv.gz").write_bytes(gzip.compress(text.encode("cp1252")))

    code, output, snapshot = ingest("day-1.csv", "day-3.csv.gz")

    assert code == 0, output
    assert sum(row.title.startswith("lämpe") for row in _listings(snapshot)) == 20


def test_a_column_that_came_later_is_empty_in_the_files_before(ingest, tmp_path):
    later = _day(3, "id,title,price,seller_id,listed_at,brand").replace(
        "11-03", "11-03,Acme"
    )
    (tmp_path / "day-3.csv").write_text(later)

    code, output, snapshot = ingest("day-1.csv", "day-3.csv")

    assert code == 0, output
    assert "day-1.csv has no column 'brand'" in output
    assert snapshot.manifest.coverage["brand"] == 20


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (
            "renamed.csv",
            _day(3, "id,headline,price,seller_id,listed_at"),
            "renamed.csv has the column 'headline', and day-1.csv has 'title' instead",
        ),
        (
            "day.jsonl",
            '{"title": "lamp", "price": 3}\n' * 3,
            "day-1.csv is csv and day.jsonl is jsonl",
        ),
    ],
)
def test_files_that_do_not_fit_are_refused_by_name(
    ingest, tmp_path, name, text, sentence
):
    (tmp_path / name).write_text(text)

    code, output, _ = ingest("day-1.csv", name)

    assert code == 2
    assert sentence in output


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("night-*.csv", "no file matches night-*.csv"),
        ("https://shop/day.csv", "a source is a path, s3://BUCKET/KEY"),
        ("s3://shop/", "s3://shop/* is everything directly below it"),
    ],
)
def test_a_source_that_names_nothing_is_one_sentence(ingest, word, sentence):
    code, output, _ = ingest(word)

    assert code == 2
    assert sentence in output


def test_photos_of_tables_in_two_folders_need_a_folder_of_their_own(ingest, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "t.csv").write_text("title,photo\nlamp,one.jpg\n")

    code, output, _ = ingest("a/t.csv", "b/t.csv")

    assert code == 2
    assert "say with --photos-in where they start" in output


def test_a_dry_run_tries_the_rows_of_the_range_alone(ingest):
    words = ("day-1.csv", "day-2.csv", "--dry-run", "--since", "2026-11-02")

    _, output, _ = ingest(*words, "--until", "2026-11-03")

    assert "of the first 20 rows 20 would be used" in output
    assert "20 rows were listed at another time" in output


def test_objects_of_a_bucket_are_read_by_pattern(ingest, s3_url, tmp_path):
    storage = Storage(s3_url)
    for day in (1, 2):
        data = gzip.compress(_day(day).encode())
        storage.write_bytes(f"exports/2026-11-0{day}/shop.csv.gz", data)
    storage.write_text("exports/2026-10-01/shop.csv.gz", "not asked for")

    code, output, snapshot = ingest(f"{s3_url}/exports/2026-11-*/*.csv.gz")
    missing = ingest(f"{s3_url}/exports/2025-*/*.csv.gz")

    assert code == 0, output
    assert len(_listings(snapshot)) == 40
    assert missing[0] == 2
    assert f"there is nothing at {s3_url}/exports/2025-*/*.csv.gz" in missing[1]


def test_an_object_that_these_credentials_may_not_read_is_one_sentence(
    ingest, s3, s3_url, monkeypatch
):
    for name, value in s3.environment("team-a").items():
        monkeypatch.setenv(name, value)

    code, output, _ = ingest(f"{s3_url}/exports/shop.csv")

    assert code == 2
    assert "refuses access to" in output


def test_an_object_in_a_bucket_of_google_is_read(ingest, google_url):
    Storage(google_url).write_text("exports/shop.csv", _day(1))

    code, output, snapshot = ingest(f"{google_url}/exports/shop.csv")

    assert code == 0, output
    assert len(_listings(snapshot)) == 20
