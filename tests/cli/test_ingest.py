"""``listrec ingest`` as a person types it."""

import os

import pytest
from PIL import Image

from cli.main import main
from common.snapshot import Snapshot


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"thing {n},{n + 1}\n" for n in range(40))
    (tmp_path / "shop.csv").write_text("Words,Amount\n" + rows)
    return tmp_path / "shop.csv"


ARGUMENTS = [
    "ingest",
    "shop.csv",
    "--out",
    "out",
    "--map",
    "title=Words",
    "--map",
    "price=Amount",
]


def test_ends_with_a_summary_and_the_next_command(shop, capsys):
    assert main([*ARGUMENTS, "--currency", "eur", "--split", "0.5,0.25,0.25"]) == 0
    printed = capsys.readouterr().out
    assert "read 40 rows: 40 accepted, 0 rejected" in printed
    assert "listrec train all --snapshot out" in printed
    manifest = Snapshot.open(shop.parent / "out").manifest
    assert manifest.currencies == {"EUR": 40}
    assert manifest.split["fractions"] == [0.5, 0.25, 0.25]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["none.csv"], "there is no file none.csv"),
        (["shop.csv"], "no column for title, description or photos"),
        (["shop.csv", "--map", "title"], "--map takes field=column"),
        (["shop.csv", "--map", "headline=Words"], "there is no field 'headline'"),
        (["shop.csv", "--map", "title=Name"], "no column 'Name'"),
        (["shop.csv", "--map", "title=Words", "--split", "1,1,1"], "must sum to 1"),
        (
            ["shop.csv", "--map", "title=Words", "--currency", "dollars"],
            "--currency 'dollars'",
        ),
        (["shop.csv", "--rows", "5"], "size of a synthetic shop"),
        (["synthetic", "--rows", "0"], "at least one row"),
        (["shop.csv", "--photos"], "a table names its own"),
        (["synthetic", "--seed", "x"], "not a valid integer"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_exit_code_2(
    shop, capsys, arguments, sentence
):
    assert main(["ingest", *arguments, "--out", "out"]) == 2
    assert sentence in capsys.readouterr().err
    assert os.listdir(".") == ["shop.csv"]


def test_a_snapshot_is_not_written_twice(shop, capsys):
    assert main(ARGUMENTS) == 0
    assert main(ARGUMENTS) == 2
    assert "not changed" in capsys.readouterr().err


def test_makes_a_synthetic_shop(tmp_path, capsys):
    assert (
        main(
            [
                "ingest",
                "synthetic",
                "--rows",
                "50",
                "--photos",
                "--out",
                str(tmp_path / "s"),
            ]
        )
        == 0
    )
    out = capsys.readouterr().out
    assert "read 50 rows: 50 accepted" in out
    assert "photos named" in out


def test_help_shows_examples(capsys):
    assert main(["ingest", "--help"]) == 0
    assert "listrec ingest synthetic --rows 20000" in capsys.readouterr().out


def test_it_says_what_became_of_the_photos(tmp_path, capsys):
    Image.new("RGB", (8, 8)).save(tmp_path / "a.jpg")
    (tmp_path / "t.csv").write_text("title,photo\ncup,a.jpg\nvase,none.jpg\n")
    assert (
        main(["ingest", str(tmp_path / "t.csv"), "--out", str(tmp_path / "out")]) == 0
    )
    printed = capsys.readouterr().out
    assert "2 photos named: 1 stored, 1 missing\n" in printed
    assert "photo_problems.parquet" in printed
    assert "--photos-in" not in printed


def test_it_says_where_to_look_when_no_photo_was_found(tmp_path, capsys):
    (tmp_path / "shop").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "shop" / "a.jpg")
    (tmp_path / "t.csv").write_text("title,photo\ncup,a.jpg\n")
    words = ["ingest", str(tmp_path / "t.csv"), "--out"]
    assert main([*words, str(tmp_path / "one")]) == 0
    assert "none of the photos was found: --photos-in says" in capsys.readouterr().out
    assert (
        main([*words, str(tmp_path / "two"), "--photos-in", str(tmp_path / "shop")])
        == 0
    )
    assert "1 photos named: 1 stored\n" in capsys.readouterr().out
