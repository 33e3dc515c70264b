"""``listrec profile`` as a person types it: of a table, and of the snapshot made of it."""

import json
from pathlib import Path

import pytest
from PIL import Image

from cli.main import main


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Be in a folder with a table of 400 rows, in three of which something is wrong."""
    monkeypatch.chdir(tmp_path)
    brands = ("Nike", "Apple", "")
    rows = [
        f"thing {n},{n % 40 + 1},Shop/{'AB'[n % 2]},{brands[n % 3]}" for n in range(397)
    ]
    rows += [",5,Shop/A,Nike", "a mug,free,Shop/B,Nike", "a pot,none,Shop/B,Nike"]
    text = "title,price,category,brand\n" + "\n".join(rows)
    Path("shop.csv").write_text(text + "\n")
    return ["shop.csv", "--currency", "EUR"]


def printed(capsys, *words):
    assert main([*words]) == 0
    return capsys.readouterr().out


def test_a_table_is_described_without_a_trace(shop, capsys, tmp_path):
    text = printed(capsys, "profile", *shop)

    assert "400 read: 399 accepted, 1 rejected" in text
    assert "warning: 2 of 399" not in text, "half a percent is no finding"
    assert [path.name for path in tmp_path.iterdir()] == ["shop.csv"]


def test_a_snapshot_has_the_profile_of_its_table(shop, capsys):
    of_table = printed(capsys, "profile", *shop)
    assert main(["ingest", *shop, "--out", "snap"]) == 0
    capsys.readouterr()
    of_snapshot = printed(capsys, "profile", "snap", "--out", "pages")

    # The snapshot says how it was split besides.
    assert set(of_table.splitlines()) < set(of_snapshot.splitlines())
    for name in ("profile.md", "profile.html"):
        assert Path("pages", name).read_bytes() == Path("snap", name).read_bytes()


def test_a_sample_says_that_it_is_one(shop, capsys):
    text = printed(capsys, "profile", *shop, "--sample", "100")

    assert "sample: 100 rows, drawn at random from 400; all counts are of the" in text
    assert "100 read:" in text


def test_a_table_is_compared_with_a_snapshot_as_before_a_training_run(shop, capsys):
    assert main(["ingest", *shop, "--out", "snap"]) == 0
    same = printed(capsys, "profile", *shop, "--compare", "snap")
    Path("shop.csv").write_text("title,brand\n" + "a mug,Nike\n" * 300)
    other = json.loads(
        printed(capsys, "profile", "shop.csv", "--compare", "snap", "--json")
    )

    assert "A training run would go on" in same
    assert (
        "price is there in 0% of the rows, and in 99% before"
        in (other["compared"]["changes"])
    )
    assert {"name": "rows", "before": "399", "now": "300"} in other["compared"]["lines"]


def test_options_of_tables_are_refused_for_a_snapshot(shop, capsys):
    assert main(["ingest", *shop, "--out", "snap"]) == 0
    capsys.readouterr()

    assert main(["profile", "snap", "--currency", "EUR"]) == 2
    assert "snap is a snapshot" in capsys.readouterr().err


def test_photos_are_tried_before_a_snapshot_is_made(shop, capsys):
    Image.new("RGB", (32, 32)).save("there.png")
    Path("shop.csv").write_text(
        "title,photo\n"
        + "a mug,there.png\na pot,lost.png\nan urn,https://a.b/c.png\n" * 20
    )
    text = printed(capsys, "profile", "shop.csv")

    assert "photos: 60 named; of the first ones 20 of 40 (50 %) can be read" in text
    assert "serious: 20 of 40 (50 %) photos cannot be read" in text
    assert "listrec ingest lists each of" in text
