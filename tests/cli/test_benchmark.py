import json
import os
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from common.listing import CONDITIONS
from common.snapshot import Snapshot
from simulator import source
from tests.tiny_bert import save_tiny_bert

HEADER = (
    "train_id", "name", "item_condition_id", "category_name", "brand_name", "price", "shipping",
    "item_description",
)  # fmt: skip


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Rows of a synthetic market as the competition had them, some of them free or nearly so."""
    rows: list[Any] = [
        row.values for batch in source.read(900, seed=5) for row in batch
    ]
    lines = [HEADER]
    for number, row in enumerate(rows):
        cells = (
            number,
            row["title"],
            CONDITIONS.index(row.get("condition", "new")) + 1,
            row.get("category", ""),
            row.get("brand", "").replace("no brand", ""),
            (0.0, 1.5)[number % 2] if number % 50 < 2 else row.get("price", 5.0),
            int(row.get("shipping_payer") == "seller"),
            row["description"].replace("\n", " ") or "No description yet",
        )
        lines.append(cells)
    path = tmp_path_factory.mktemp("kaggle") / "train.tsv"
    text = "\n".join("\t".join(str(cell) for cell in line) for line in lines)
    path.write_text(text + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def command(table):
    """The benchmark on these rows, with settings that train in seconds."""
    settings = table.parent / "quick.yaml"
    settings.write_text(
        "price: {ngrams: {epochs: 1}, boosted_trees: {n_estimators: 60}}"
    )
    return ["benchmark", "kaggle-mercari", str(table), "--config", str(settings)]


@pytest.fixture(scope="module")
def work(command, table):
    """A folder the benchmark has run in once."""
    folder = table.parent / "work"
    assert main([*command, "--work", str(folder)]) == 0
    return folder


def test_it_scores_better_than_the_median_and_says_what_it_took(command, work, capsys):
    assert main([*command, "--work", str(work), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["score"]["rmsle"] < result["score"]["baseline"]
    assert [step["name"] for step in result["steps"]] == [
        "ingest",
        "price",
        "score",
    ]
    assert all(
        step["seconds"] > 0 and step["peak_bytes"] > 2**20 for step in result["steps"]
    )
    assert result["trained"] > 10 * result["held_out"] > 100


def test_the_same_seed_gives_the_same_score(command, capsys):
    for _ in range(2):
        assert main([*command, "--json"]) == 0
    one, other = capsys.readouterr().out.split("\n}\n")[:2]
    assert json.loads(one + "}")["score"] == json.loads(other + "}")["score"]


def test_rows_below_three_dollars_do_not_count(work):
    (folder,) = work.glob("snapshot-*")
    snapshot = Snapshot.open(folder)
    prices: list[Any] = [
        row.price
        for split in ("train", "validation", "test")
        for row in snapshot.read(split)
    ]
    assert min(prices) >= 3
    assert len(prices) == 900 - 36
    assert snapshot.manifest.split["group_key"] == "listing_id"


def test_a_table_is_printed(command, capsys):
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert "RMSLE" in printed
    assert "peak MiB" in printed


def test_settings_may_be_given(command, tmp_path, capsys):
    *others, quick = command
    config = tmp_path / "settings.yaml"
    arguments = [*others, str(config), "--json"]
    model = save_tiny_bert(tmp_path / "bert")
    config.write_text(
        f"{Path(quick).read_text()}\nencoders: {{second: {{kind: static, model: {model}}}}}"
    )
    assert main(arguments) == 0
    names = [step["name"] for step in json.loads(capsys.readouterr().out)["steps"]]
    assert names == ["ingest", "encoder second", "price", "score"]
    config.write_text("price: {depth: 3}")
    assert main(arguments) == 2
    assert "depth" in capsys.readouterr().err


def test_another_table_is_refused_in_a_sentence(tmp_path, capsys):
    path = tmp_path / "shop.csv"
    path.write_text("title,price\nboots,5\n")
    assert main(["benchmark", "kaggle-mercari", str(path)]) == 2
    assert "not a table of the competition" in capsys.readouterr().err


def test_too_few_rows_are_refused_in_a_sentence(table, tmp_path, capsys):
    path = tmp_path / "train.tsv"
    path.write_text("\n".join(table.read_text(encoding="utf-8").split("\n")[4:6]))
    head = table.read_text(encoding="utf-8").split("\n")[0]
    path.write_text(f"{head}\n{path.read_text(encoding='utf-8')}\n")
    assert main(["benchmark", "kaggle-mercari", str(path)]) == 2
    assert "too few rows" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.real_rows
def test_it_runs_on_rows_of_the_competition(capsys):
    folder = os.environ.get("LISTREC_DATA")
    if not folder:
        pytest.skip("LISTREC_DATA is not set")
    table = f"{folder}/mercari/train.tsv"
    assert main(["benchmark", "kaggle-mercari", table, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["score"]["rmsle"] < 0.6
    assert result["trained"] + result["held_out"] < 7_990
