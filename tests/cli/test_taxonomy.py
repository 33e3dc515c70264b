import csv
from pathlib import Path

import pytest

from cli.main import main


@pytest.fixture
def paths(tmp_path: Path) -> Path:
    path = tmp_path / "paths.txt"
    path.write_text("Fashion/Shoes/Sneakers\nFashion/Jewellery\n", encoding="utf-8")
    return path


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_show_prints_a_path_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["taxonomy", "show", "shopify:ja"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 10_281


def test_map_writes_the_counterparts_of_every_path(
    paths: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mapping.csv"
    arguments = ["--from", str(paths), "--out", str(out), "--top", "2"]
    assert main(["taxonomy", "map", *arguments]) == 0
    rows = _rows(out)
    assert [row["rank"] for row in rows] == ["1", "2", "1", "2"]
    assert rows[2]["target_id"] == "aa-8-8"
    assert rows[2]["target_path"] == "Apparel & Accessories/Shoes/Sneakers"
    assert "2 categories" in capsys.readouterr().out


def test_names_of_the_target_are_in_the_language_asked_for(
    paths: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mapping.csv"
    arguments = ["--from", str(paths), "--to", "shopify:ja", "--out", str(out)]
    assert main(["taxonomy", "map", *arguments]) == 0
    row = next(row for row in _rows(out) if row["target_id"] == "aa-8-8")
    assert row["target_path"].endswith("/靴/スニーカー")


def test_a_language_of_another_target_is_refused(
    paths: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mapping.csv"
    arguments = ["--from", str(paths), "--to", str(paths), "--language", "ja"]
    assert main(["taxonomy", "map", *arguments, "--out", str(out)]) == 2
    assert "has names in one language" in capsys.readouterr().err
    assert not out.exists()


def test_a_source_that_is_not_there_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mapping.csv"
    assert main(["taxonomy", "map", "--from", "none.csv", "--out", str(out)]) == 2
    assert "there is no 'none.csv'" in capsys.readouterr().err
