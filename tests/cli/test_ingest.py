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


def test_a_table_without_labels_is_not_sent_to_training(shop, capsys):
    arguments = ["shop.csv", "--out", "out", "--map", "title=Words", "--map", "price="]
    assert main(["ingest", *arguments]) == 0
    printed = capsys.readouterr().out
    assert "no row has anything that a model could learn to suggest" in printed
    assert "listrec train" not in printed


def test_a_split_that_is_unusual_is_explained(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"thing {n},{n + 1},s1\n" for n in range(40))
    (tmp_path / "shop.csv").write_text("title,price,seller_id\n" + rows)
    assert main(["ingest", "shop.csv", "--out", "out"]) == 0
    assert "note: 40 of 40 rows have one seller" in capsys.readouterr().out


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


BAD_PRICES = "title,price\n" + "thing,5\n" * 90 + "thing,ask\n" * 10


def test_a_dry_run_says_what_a_table_is_and_writes_nothing(shop, capsys):
    shop.write_text("title;Preis;Notiz\ncup;1.299,00;x\n")
    assert main(["ingest", "shop.csv", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    for words in ("'Preis'", "decimal comma", "'Notiz'", "1 would be used"):
        assert words in shown
    assert [path.name for path in shop.parent.iterdir()] == ["shop.csv"]


def test_without_out_there_is_a_sentence(shop, capsys):
    shop.write_text("title\ncup\n")
    assert main(["ingest", "shop.csv"]) == 2
    assert "--out" in capsys.readouterr().err


def test_many_dropped_cells_are_said_and_strict_ends_with_2(shop, capsys):
    shop.write_text(BAD_PRICES)
    assert main(["ingest", "shop.csv", "--out", "lenient"]) == 0
    assert "10 of 100 (10 %) cells of price are dropped" in capsys.readouterr().err
    assert main(["ingest", "shop.csv", "--out", "strict", "--strict"]) == 2
    assert "--strict" in capsys.readouterr().err
    assert (shop.parent / "strict" / "dropped_cells.parquet").is_file()


def test_strict_takes_a_table_of_good_cells(shop):
    shop.write_text("title,price\n" + "cup,5\nmug,6\n" * 50)
    assert main(["ingest", "shop.csv", "--out", "out", "--strict"]) == 0


@pytest.mark.parametrize(
    ("options", "price", "currency"),
    [
        ([], 12.5, "USD"),
        (["--currency", "eur"], 12.5, "EUR"),
        (["--delimiter", ";", "--encoding", "cp1252", "--decimal", ","], 12.5, "USD"),
    ],
)
def test_what_is_said_of_a_table_wins(shop, options, price, currency):
    shop.write_bytes("title;price\nTür;12,50\n".encode("cp1252"))
    assert (
        main(["ingest", "shop.csv", "--out", "out", "--split", "1,0,0", *options]) == 0
    )
    (listing,) = Snapshot.open(shop.parent / "out").read("train")
    assert (listing.title, listing.price, listing.currency) == ("Tür", price, currency)
