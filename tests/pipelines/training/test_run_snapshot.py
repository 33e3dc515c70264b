"""Snapshots that a run makes for itself, and snapshots of the store."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.main import main
from common.errors import ArtifactError, InputError
from common.progress import ignore_progress
from common.runs.records import (
    DONE,
    FAILED,
    Request,
    RunRecords,
    StepRecord,
    runs,
)
from common.snapshot import SPLITS
from common.store.release import ReleaseStore
from common.store.storage import Storage
from ingest.ingest import Options, ingest_file
from pipelines.training import local
from pipelines.training.ingest_config import ingest_config, to_options
from pipelines.training.process import Context
from pipelines.training.resume import request_of
from pipelines.training.run_snapshot import find_run_snapshot, open_run_snapshot
from pipelines.training.snapshot_store import find_snapshot, publish_snapshot
from pipelines.training.targets import parse_config
from tests.ingest.outcomes.shop import Shop

NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


@pytest.fixture
def tables(tmp_path):
    """Two tables of the last days: 30 rows a day, the day in the title."""
    folder = tmp_path / "exports"
    folder.mkdir()
    today = datetime.now(UTC).date()
    for number in range(2):
        days = [today - timedelta(2 * number + back) for back in range(2)]
        rows = [
            f"lamp {row} of {day},Home/Lamps,Acme,{row + 5},{day}T12:00:00Z"
            for day in days
            for row in range(30)
        ]
        header = "title,category,brand,price,listed_at"
        (folder / f"part-{number}.csv").write_text("\n".join([header, *rows]) + "\n")
    return folder


@pytest.fixture
def shop(tables, tmp_path):
    return ingest_file(
        tables / "part-0.csv", tmp_path / "shop", Options(), ignore_progress
    )


@pytest.fixture
def bucket(settings, s3_url, tmp_path):
    """The context of a step whose store is a bucket."""
    moved = replace(settings, store=f"{s3_url}/store")
    return Context(moved, ReleaseStore(moved.store), ignore_progress)


def _config(tables, **changes):
    return {
        "ingest": {"sources": [str(tables / "*.csv")], "currency": "EUR", **changes}
    }


def _rows(snapshot):
    return sum(map(snapshot.count, SPLITS))


def test_a_run_makes_a_snapshot_of_the_last_whole_days(context, tables, settings):
    snapshot, data = find_run_snapshot(context, "", _config(tables, days=2))

    assert data == {"path": "", "id": snapshot.id}
    assert _rows(snapshot) == 60
    assert snapshot.path == Path(settings.store) / "snapshots" / snapshot.id
    assert open_run_snapshot(context, data).id == snapshot.id
    assert not list(settings.cache.glob("**/*.parquet"))


def test_a_run_makes_a_snapshot_of_what_sellers_listed(context, settings):
    shop = Shop(settings.home)
    shop.put_up(category="/".join(["typed by a seller"] * 11))
    keeping = replace(settings, keep_listings=shop.photos)
    notes = []
    context = replace(context, settings=keeping, note=notes.append)
    config = {"ingest": {"sources": ["outcomes"], "since": "2026-11-01"}}

    snapshot, data = find_run_snapshot(context, "", config)

    assert data == {"path": "", "id": snapshot.id}
    assert snapshot.manifest.source["kind"] == "outcomes"
    assert [note.partition(": ")[2] for note in notes] == [
        "1 of 1 (100 %) cells of category are dropped"
    ]


def test_steps_of_a_local_run_inherit_the_address_of_events(settings):
    environment = local._step_environment(settings, Path("events.jsonl"))

    assert "events.jsonl" in environment.values()
    assert "LISTREC_EVENTS" not in environment


def test_today_is_no_whole_day():
    config = ingest_config({"sources": ["shop.csv"], "days": 90})

    dates = to_options(config, NOW).dates

    assert str(dates) == "listed from 2026-09-01 on before 2026-11-30"


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({}, "ingest.sources must list paths or addresses"),
        ({"sources": ["a"], "dayz": 3}, "ingest has no setting 'dayz'"),
        ({"sources": ["a"], "days": 3, "since": "2026-11-01"}, "in place of since"),
        (
            {"sources": ["a"], "until": "yesterday"},
            "ingest.until must be a day such as",
        ),
        (
            {"sources": ["a"], "since": "2026-11-02", "until": "2026-11-01"},
            "--since must be earlier",
        ),
        ({"sources": ["a"], "currency": "dollars"}, "ingest.currency 'dollars'"),
        ({"sources": ["a"], "dates": "us"}, "ingest.dates is one of day-first"),
        ({"sources": ["a"], "map": {"titel": "t"}}, "there is no field 'titel'"),
        ({"sources": ["a"], "split": "1,1,1"}, "must sum to 1"),
        ({"sources": ["outcomes"], "form": "ebay"}, "ingest.form is for tables"),
    ],
)
def test_settings_of_ingest_are_checked_like_all_others(section, sentence):
    with pytest.raises(InputError, match=sentence):
        parse_config(json.dumps({"ingest": section}))


def test_a_day_may_be_written_as_yaml_has_days():
    text = "ingest: {sources: [shop.csv], since: 2026-11-01}"

    config = ingest_config(parse_config(text)["ingest"])

    assert config.since == "2026-11-01"


def test_a_table_that_loses_too_much_is_refused_where_that_is_asked_for(
    context, tables, settings
):
    with (tables / "part-0.csv").open("a") as file:
        file.write("no price,Home,Acme,many,\n" * 20)

    with pytest.raises(InputError, match="20 of 140.* cells of price are dropped"):
        find_run_snapshot(context, "", _config(tables, strict=True))
    assert Storage(settings.store).keys("snapshots") == []


def test_another_machine_fetches_the_snapshot_of_a_bucket(bucket, tables, tmp_path):
    made, data = find_run_snapshot(bucket, "", _config(tables, days=3))
    elsewhere = replace(bucket.settings, home=tmp_path / "elsewhere")
    other = replace(bucket, settings=elsewhere)

    fetched = open_run_snapshot(other, data)

    assert fetched.path == elsewhere.cache / "snapshots" / made.id
    assert fetched.manifest == made.manifest
    assert list(fetched.columns("train", ["title"])) == list(
        made.columns("train", ["title"])
    )


def test_a_damaged_copy_is_fetched_again_and_a_damaged_store_refused(bucket, shop):
    storage, cache = bucket.store.storage, bucket.settings.cache
    copy = publish_snapshot(storage, shop, cache)
    shard = "train/part-00000.parquet"
    (copy.path / shard).write_bytes(b"damaged")

    _, data = find_run_snapshot(bucket, f"{storage.url}/snapshots/{shop.id}", {})
    assert _rows(open_run_snapshot(bucket, data)) == 60

    storage.write_bytes(f"snapshots/{shop.id}/{shard}", b"damaged")
    (copy.path / shard).unlink()
    with pytest.raises(ArtifactError, match="does not match its checksum"):
        open_run_snapshot(bucket, data)


def test_the_manifest_comes_last_and_a_part_of_a_snapshot_is_none(
    bucket, shop, monkeypatch
):
    storage, sent = bucket.store.storage, []
    upload = storage._objects.upload

    def record(key, path):
        sent.append(key)
        upload(key, path)

    monkeypatch.setattr(storage._objects, "upload", record)
    publish_snapshot(storage, shop, bucket.settings.cache)
    storage.remove(f"snapshots/{shop.id}/manifest.json")

    assert sent[-1] == f"snapshots/{shop.id}/manifest.json"
    with pytest.raises(InputError, match="it was removed, or never made"):
        find_run_snapshot(
            replace(bucket, settings=replace(bucket.settings, home=Path("none"))),
            shop.id,
            {},
        )


def test_a_snapshot_of_the_store_is_named_by_its_id_or_address(store, shop, settings):
    publish_snapshot(store.storage, shop, settings.cache)

    assert find_snapshot(store.storage, shop.id) == shop.id
    assert find_snapshot(store.storage, str(shop.path)) == ""
    with pytest.raises(InputError, match="is no snapshot of the store"):
        find_snapshot(store.storage, "s3://shop/snapshots/0123456789abcdef")


@pytest.fixture
def command(world, settings, monkeypatch, capsys):
    """Run ``listrec train`` on real rows and small fakes of models."""
    monkeypatch.setenv("LISTREC_HOME", str(settings.home))
    monkeypatch.setenv("REAL_SNAPSHOT", "1")

    def start(*words):
        code = main(["train", *words])
        return code, "".join(capsys.readouterr())

    return start


@pytest.mark.slow
def test_a_run_that_is_resumed_goes_on_with_the_rows_that_it_began_with(
    command, tables, tmp_path, settings
):
    storage = Storage(settings.store)
    nightly = tmp_path / "nightly.json"
    refused = {"price": {"score": 0.0}}
    nightly.write_text(json.dumps({**_config(tables, split="0.5,0.1,0.4"), **refused}))

    code, _ = command("price", "--config", str(nightly))
    [failed] = runs(storage)
    (tables / "part-0.csv").write_text("exchanged")
    resumed, output = command("--resume", failed)

    [made] = [key for key in storage.keys("snapshots") if not key.endswith(".json")]
    assert (code, resumed) == (3, 3), output
    again = RunRecords(storage, runs(storage)[-1])
    assert again.request().arguments["snapshot"] == made
    assert again.step("train_model", "price").reused


def test_a_run_goes_on_with_the_snapshot_that_it_made_and_makes_a_refused_one_again(
    store,
):
    asked = {"snapshot": "", "config": "{}"}
    for run, result in (("monday", {"path": "", "id": "made"}), ("tuesday", None)):
        records = RunRecords(store.storage, run)
        records.write_request(Request(run, ("price",), asked, "2026-11-30T02:00:00"))
        state = DONE if result else FAILED
        step = StepRecord("check_snapshot", "snapshot", state, "02:00", result=result)
        records.write_step(step)

    assert request_of(store.storage, "monday")[1]["snapshot"] == "made"
    assert request_of(store.storage, "tuesday") == (("price",), asked)


def test_without_rows_a_run_does_not_begin(command, settings):
    code, output = command("price")

    assert code == 2
    assert "or with a section 'ingest' of the settings" in output
    assert not settings.home.exists()
