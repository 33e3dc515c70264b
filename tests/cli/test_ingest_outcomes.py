"""``listrec ingest outcomes`` makes a snapshot, and ``listrec events erase`` rewrites it."""

import os
import shutil
from pathlib import Path

import pytest

from cli.main import main
from common.snapshot import Snapshot
from tests.ingest.outcomes.bytes_of_files import files_with
from tests.ingest.outcomes.shop import Shop, make_photo

NOVEMBER = "home/snapshots/november"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A shop of three sellers in the folder ``home``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LISTREC_HOME", "home")
    shop = Shop(tmp_path / "home")
    monkeypatch.setenv("LISTREC_KEEP_LISTINGS", shop.photos)
    for number in range(12):
        shop.put_up(
            seller=f"seller-{number % 3}",
            description=f"thing-of-{number % 3}",
            photos=[make_photo(number % 3)],
            price=5.0,
        )
    shop.put_up(seller="", description="thing-of-nobody")
    return shop


@pytest.fixture
def november(shop):
    assert main(["ingest", "outcomes", "--out", NOVEMBER, "--currency", "EUR"]) == 0
    return Snapshot.open(shop.home / "snapshots" / "november")


def test_a_snapshot_has_the_options_of_the_command(shop, capsys):
    options = ["--split", "0.5,0.25,0.25", "--seed", "3", "--since", "2026-11-01"]
    assert main(["ingest", "--out", "out", "outcomes", *options]) == 0

    assert "read 13 rows: 13 accepted, 0 rejected" in capsys.readouterr().out
    manifest = Snapshot.open(shop.home.parent / "out").manifest
    assert manifest.split["fractions"] == [0.5, 0.25, 0.25]
    assert manifest.currencies == {"USD": 12}
    assert manifest.source["name"] == "what sellers listed from 2026-11-01 on"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--map", "title=Words"], "kept listings have no columns to map"),
        (
            ["--until", "2026-11-01"],
            "nothing that sellers listed before 2026-11-01 is kept",
        ),
        (["--since", "2026-11-02", "--until", "2026-11-01"], "must be earlier"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(shop, capsys, arguments, sentence):
    assert main(["ingest", "outcomes", "--out", "out", *arguments]) == 2
    assert sentence in capsys.readouterr().err
    assert os.listdir() == ["home"]


def test_no_file_has_a_byte_of_an_erased_seller(shop, november, capsys):
    needles = (b"seller-1", b"thing-of-1", make_photo(1))
    assert len(files_with(shop.home, *needles)) > 3

    assert main(["events", "erase", "--seller", "seller-1"]) == 0

    assert f"snapshot {november.id} is replaced by " in capsys.readouterr().out
    assert files_with(shop.home, *needles) == []
    assert files_with(shop.home, b"thing-of-2")


def test_a_backup_that_is_restored_is_erased_again(shop, november):
    shutil.copytree("home", "backup")
    main(["events", "erase", "--seller", "seller-1"])
    shutil.copy("home/erased.jsonl", "backup")
    shutil.rmtree("home")
    Path("backup").rename("home")

    assert main(["events", "erase", "--again"]) == 0

    assert files_with(shop.home, b"seller-1", b"thing-of-1", make_photo(1)) == []
    assert Snapshot.open(november.path).manifest.rows["accepted"] == 9


def test_a_snapshot_alone_that_is_restored_is_erased_again(shop, november):
    shutil.copytree(november.path, "backup")
    main(["events", "erase", "--seller", "seller-1"])
    shutil.rmtree(november.path)
    Path("backup").rename(november.path)

    assert main(["events", "erase", "--again"]) == 0

    assert files_with(shop.home, b"seller-1", b"thing-of-1", make_photo(1)) == []


def test_photos_that_are_elsewhere_are_a_hint(shop, monkeypatch, capsys):
    monkeypatch.setenv("LISTREC_KEEP_LISTINGS", "elsewhere")

    assert main(["ingest", "outcomes", "--out", "out"]) == 0

    printed = capsys.readouterr().out
    assert "LISTREC_KEEP_LISTINGS must be that of the gateway" in printed


def test_a_snapshot_elsewhere_is_named(shop, capsys):
    main(["ingest", "outcomes", "--out", "elsewhere"])

    erase = ["events", "erase", "--seller", "seller-1", "--snapshot", "elsewhere"]
    assert main(erase) == 0

    assert files_with(shop.home.parent, b"seller-1", b"thing-of-1") == []


def test_the_listing_of_a_request_is_erased_from_snapshots(shop, november):
    assert main(["events", "erase", "--request", "r13"]) == 0

    assert files_with(shop.home, b"thing-of-nobody") == []
    assert Snapshot.open(november.path).manifest.rows["accepted"] == 12


def test_an_installation_without_tables_says_where_to_erase_too(
    shop, monkeypatch, capsys
):
    monkeypatch.setattr("cli.event_erasure.find_spec", lambda name: None)

    assert main(["events", "erase", "--seller", "seller-1"]) == 0

    assert "erase on a machine that has it too" in capsys.readouterr().err
